"""Reverse osmosis of sodium chloride along a channel, as WaterTAP's one-dimensional module has it, solved again: backward differences along the channel, film
theory at the membrane, permeate taken off where it is made. Its fits of the properties of sodium chloride and its correlations of film and friction are as the
reference states them (tests/reference/membranes/ro_1d.csv, ro_0d_cp.csv)."""

import math

GAS, TEMPERATURE, MOLAR_MASS = 8.314462618, 298.15, 58.44e-3  # J/(mol K), K, kg/mol
WATER = 1000.0                   # kg/m3, in fluxes and osmotic pressures of the peer
A, B = 4.2e-12, 3.5e-8           # m/(s Pa), m/s


# By the mass fraction x of the salt.
def density(x):
    return 995.0 + 756.0 * x


def viscosity(x):
    return 9.80e-4 + 2.15e-3 * x


def diffusivity(x):
    return 1.51e-9 - 2.00e-9 * x + 3.01e-8 * x**2 - 1.22e-7 * x**3 + 1.53e-7 * x**4


def osmotic_pressure(c):
    """[Pa] of a concentration [kg/m3]."""
    x = fraction(c)
    return 2.0 * (0.918 + 0.0889 * x + 4.92 * x * x) * x / (MOLAR_MASS * (1.0 - x)) * WATER * GAS * TEMPERATURE


def fraction(c):
    """Mass fraction of a concentration [kg/m3]."""
    return 2.0 * c / (995.0 + math.sqrt(995.0**2 + 4.0 * 756.0 * c))


def sheet(re):
    return 0.42 + 189.3 / re


def schock_miquel(re):
    return 6.23 * re**-0.3


class Channel:
    """salt, water: what arrives [kg/s]; pressures [Pa]; height [m] of the channel; friction: Darcy's factor by the Reynolds number, None for no loss of pressure;
    sides: of membrane on the channel."""

    def __init__(self, salt, water, pressure, permeate_pressure, porosity, height, friction=None, sides=1):
        self.salt, self.water, self.pressure, self.permeate_pressure = salt, water, pressure, permeate_pressure
        self.porosity, self.height, self.friction, self.sides = porosity, height, friction, sides
        self.diameter = 4.0 * porosity / (2.0 / height + (1.0 - porosity) * 8.0 / height)
        self.film = None                   # m/s: the same all along in place of the correlation
        self.loss = None                   # Pa/m: the same all along in place of friction
        self.osmotic, self.permeating_density = osmotic_pressure, WATER

    def flow(self, water, salt, width):
        """Film [m/s], Reynolds number, velocity [m/s]."""
        x = salt / (water + salt)
        u = (water + salt) / density(x) / (width * self.height * self.porosity)
        re, sc = density(x) * u * self.diameter / viscosity(x), viscosity(x) / (density(x) * diffusivity(x))
        return self.film or 0.46 * (re * sc)**0.36 * diffusivity(x) / self.diameter, re, u

    def fluxes(self, c, p, film):
        """[kg/m2/s] of water and salt at a concentration in the bulk [kg/m3], by bisection."""
        low, high = 1e-9, 3e-5
        for _ in range(50):
            j = 0.5 * (low + high)
            e = math.exp(j / film)
            # Salt that passes, j_s = B (c_m - c_p) with c_m = c e - j_s/j (e - 1), and c_p by its share of what permeates.
            salt = B * c * e / (1.0 + B / j * (e - 1.0))
            for _ in range(6):
                x = salt / (j * self.permeating_density + salt)
                passed = density(x) * x if self.osmotic is osmotic_pressure else salt / j
                salt = B * (c * e - passed) / (1.0 + B / j * (e - 1.0))
            surface = c * e - salt / j * (e - 1.0)
            if j > A * (p - self.permeate_pressure - self.osmotic(surface) + self.osmotic(passed)):
                high = j
            else:
                low = j
        return j * self.permeating_density, salt

    def along(self, width, length, cells):
        """Quantities of the reference; `film` is the mean over the cells."""
        water, salt, p, step = self.water, self.salt, self.pressure, length / cells
        fluxes, films = [], []
        area = self.sides * width * step
        for _ in range(cells):
            out = (water, salt, p)
            for _ in range(200):  # what leaves a cell is what its membrane sees
                film, re, u = self.flow(out[0], out[1], width)
                x = out[1] / (out[0] + out[1])
                loss = self.friction(re) * density(x) * u * u / (2.0 * self.diameter) if self.friction else 0.0
                there = p - step * (loss if self.loss is None else self.loss)
                jw, js = self.fluxes(density(x) * x, there, film)
                new = (water - jw * area, salt - js * area, there)
                change = abs(new[0] - out[0])
                out = (0.5 * (new[0] + out[0]), 0.5 * (new[1] + out[1]), new[2])
                if change < 1e-12 * self.water:
                    break
            water, salt, p = out
            fluxes.append((jw, js))
            films.append(film)
        return {"first_water": fluxes[0][0], "first_salt": fluxes[0][1], "last_water": fluxes[-1][0], "last_salt": fluxes[-1][1], "permeate_water": self.water - water,
                "permeate_salt": self.salt - salt, "pressure": p - self.pressure, "film": sum(films) / cells, "area": self.sides * width * length}


def root(f, low, high):
    """Of a function that rises from below zero to above it."""
    for _ in range(45):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if f(middle) > 0.0 else (middle, high)
    return middle


def volume(water, salt):
    return (water + salt) / density(salt / (water + salt))


def channel(cells):
    """(Channel, width, length): 8 m long, as wide as it takes for 40 % of the volume to permeate."""
    c = Channel(0.035, 0.965, 50e5, 101325.0, 0.75, 2e-3)

    def excess(width):
        found = c.along(width, 8.0, cells)
        return volume(found["permeate_water"], found["permeate_salt"]) / volume(0.965, 0.035) - 0.4

    return c, root(excess, 5.0, 60.0), 8.0


def pressure_loss(cells):
    """A Reynolds number of 400 where it enters, as long as it takes for half of the water to permeate."""
    c = Channel(0.009523055555555555, 0.26825472222222224, 70e5, 1e5, 0.97, 1e-3, sheet)
    width = (c.water + c.salt) * c.diameter / (viscosity(c.salt / (c.water + c.salt)) * 400.0 * c.height * c.porosity)
    return c, width, root(lambda length: c.along(width, length, cells)["permeate_water"] / c.water - 0.5, 5.0, 40.0)


def spiral_wound(cells, friction=sheet):
    """19 m2, 8 m long, membrane on both sides. The friction that its values have is that of a flat sheet."""
    return Channel(0.035, 0.965, 50e5, 101325.0, 0.75, 2e-3, friction, sides=2), 19.0 / 16.0, 8.0


CASES = {"channel": channel, "pressure_loss": pressure_loss, "spiral_wound": spiral_wound}
