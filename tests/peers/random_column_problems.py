"""Random column problems whose laws both programs have in the same form. All numbers are made up.

Drawn are not the parameters themselves but what decides how a column behaves: Peclet number, number of transfer units,
retention, how curved the isotherm is at the feed. Every combination of model and law comes up once in fifteen.
"""
import math
import random

from column_problem import Problem, Section

MODELS = ["lumped", "lumped_with_pores", "general_rate"]
LAWS = ["linear", "langmuir", "mass_action_langmuir", "dual_site_langmuir", "freundlich"]
ROWS = 500  # of an outlet curve


def digits(x, count=3):
    return float(f"{x:.{count}g}")


def log_uniform(draw, low, high):
    return 10.0 ** draw.uniform(math.log10(low), math.log10(high))


def capacity(retention, ratio, K, inlet):
    """q_max with which the first component of a Langmuir isotherm is held back `retention` times as long as the liquid."""
    return retention * (1.0 + sum(k * c for k, c in zip(K, inlet))) / (ratio * K[0])


def law_parameters(draw, law, inlet, retention, ratio, rate):
    """ratio: solid per liquid of the bed. rate: about what k is, 1/s."""
    n = len(inlet)
    affinity = [1.0] + [log_uniform(draw, 0.01, 1.0) for _ in range(n - 1)]
    k = [digits(rate * draw.uniform(0.5, 2.0)) for _ in range(n)]
    if law == "linear":
        return {"k_a": [digits(k[i] * retention * affinity[i] / ratio) for i in range(n)], "k_d": k}
    if law == "freundlich":
        c_ref = [digits(c) for c in inlet]
        return {"q_ref": [digits(retention * affinity[i] * inlet[i] / ratio) for i in range(n)], "c_ref": c_ref,
                "n": [digits(draw.uniform(0.5, 0.95), 2) for _ in range(n)], "k": k}
    curvature = log_uniform(draw, 0.05, 20.0)  # sum of K c at the feed: nearly linear to nearly rectangular
    scale = curvature / sum(a * c for a, c in zip(affinity, inlet))
    K = [digits(scale * a) for a in affinity]
    share = 0.5 if law == "dual_site_langmuir" else 1.0
    q = capacity(share * retention, ratio, K, inlet)
    q_max = [digits(q * (1.0 if i == 0 else draw.uniform(0.7, 1.4))) for i in range(n)]
    if law == "langmuir":
        return {"q_max": q_max, "K": K, "k": k}
    if law == "mass_action_langmuir":
        return {"q_max": q_max, "k_a": [digits(k[i] * K[i]) for i in range(n)], "k_d": k}
    second = [digits(x * log_uniform(draw, 0.01, 3.0)) for x in K]
    q = capacity(0.5 * retention, ratio, second, inlet)
    return {"q_max": q_max, "K": K, "q_max_second": [digits(q * draw.uniform(0.7, 1.4)) for _ in range(n)], "K_second": second, "k": k}


def sections(draw, inlet, velocity, through):
    """A step, or a load and what follows it; through: s, until the feed is about through. With the time between two rows."""
    kind = draw.choice(["step", "step", "load and wash", "load and fast wash", "two feeds"])
    wash = {"load and fast wash": 2.0 * velocity}.get(kind, velocity)
    if kind == "step":
        parts = [(1.5 * through, velocity, inlet)]
    elif kind == "two feeds":
        parts = [(draw.uniform(0.4, 1.0) * through, velocity, inlet),
                 (through, velocity, [digits(c * log_uniform(draw, 0.1, 1.0)) for c in inlet])]
    else:
        parts = [(draw.uniform(0.3, 1.1) * through, velocity, inlet), (1.2 * through, wash, [0.0] * len(inlet))]
    every = digits(sum(duration for duration, _, _ in parts) / ROWS, 2)
    return [Section(round(duration / every) * every, v, c) for duration, v, c in parts], every


def random_problem(seed):
    draw = random.Random(seed)
    model, law = MODELS[seed % 3], LAWS[seed // 3 % 5]
    inlet = [digits(log_uniform(draw, 1.0, 500.0)) for _ in range(draw.randint(1, 5))]
    length, velocity = digits(draw.uniform(0.2, 2.0)), digits(log_uniform(draw, 2e-4, 2e-3))
    residence = length / velocity
    void = digits(draw.uniform(0.5, 0.7) if model == "lumped" else draw.uniform(0.3, 0.45))
    pores = {} if model == "lumped" else {"particle_porosity": digits(draw.uniform(0.3, 0.6))}
    solid = (1.0 - void) * (1.0 - pores.get("particle_porosity", 0.0)) / void
    retention = log_uniform(draw, 1.0, 15.0)
    rate = log_uniform(draw, 5.0, 300.0) / (retention * residence)
    parameters = law_parameters(draw, law, inlet, retention, solid, rate)
    if pores:
        diffusion = digits(log_uniform(draw, 1e-10, 1e-9))
        radius = digits(math.sqrt(diffusion * residence * log_uniform(draw, 0.005, 0.2)))
        film = digits(log_uniform(draw, 20.0, 500.0) * radius * void / (3.0 * (1.0 - void) * residence))
        pores |= {"particle_radius": radius, "film_coefficient": film}
        if model == "general_rate":
            pores["pore_diffusion"] = diffusion
    in_pores = (1.0 - void) * pores.get("particle_porosity", 0.0) / void
    parts, every = sections(draw, inlet, velocity, residence * (1.0 + in_pores + retention))
    dispersion = digits(velocity * length / log_uniform(draw, 20.0, 2000.0))
    return Problem(f"random {seed}", model, law, parameters, list("ABCDE")[:len(inlet)], parts, every, length=length,
                   void_fraction=void, axial_dispersion=dispersion, **pores)
