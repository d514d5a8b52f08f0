"""The load, wash and strip of Paranthaman et al. (2017): published figures, and the same ones of a computed result."""
import dataclasses

import h5py
import numpy

MOLAR_MASS = {"Li+": 6.94, "Na+": 22.99, "K+": 39.098, "Ca+2": 40.078}  # g/mol
FEED = {"Li+": 360.0, "Na+": 44000.0, "K+": 16500.0, "Ca+2": 30400.0}   # mg/L, as published
STEPS = [(9, 8), (2, 8), (5, 2)]  # load, wash, strip: bed volumes, bed volumes an hour
LOAD, WASH, STRIP = (0, 9), (9, 11), (11, 16)
SELECTED = (13, 16)  # bed volumes in which the published selectivities are taken

# Paranthaman et al. (2017), Environ. Sci. Technol. 51, 13481, as transcribed in github.com/JanCas/AdsorbentColumnModeling.
LEAST, LEAST_AT = 31.0, 6.0   # mg/L of lithium at the outlet while loading, "by" this bed volume
SATURATED_AT = 9.0            # bed volumes: 360 mg/L at the outlet
PEAK, PEAK_AT = 2300.0, (11, 13)
RECOVERY = 0.91
SELECTIVITY = {"Na+": 47.8, "K+": 212.0}


@dataclasses.dataclass
class Cycle:
    """The outlet in the last cycle: mg/L of each ion over bed volumes, as if cooled to where the feed has FEED."""

    volumes: numpy.ndarray
    outlet: dict

    def at(self, volumes, ion="Li+"):
        return float(numpy.interp(volumes, self.volumes, self.outlet[ion]))

    def mean(self, first, last, ion="Li+"):
        inside = numpy.linspace(first, last, 1 + round(200 * (last - first)))
        return float(numpy.trapz(numpy.interp(inside, self.volumes, self.outlet[ion]), inside) / (last - first))

    def least(self):
        """Lowest lithium while loading, once the liquid of the bed has left."""
        loading = (self.volumes > 1) & (self.volumes <= LOAD[1])
        return float(self.outlet["Li+"][loading].min())

    def peak(self, width=1.0):
        """Highest mean of lithium over `width` bed volumes after loading, and the middle of that fraction."""
        middles = numpy.linspace(LOAD[1] + 0.5 + width / 2, STRIP[1] - width / 2, 551)
        means = [self.mean(middle - width / 2, middle + width / 2) for middle in middles]
        best = int(numpy.argmax(means))
        return means[best], float(middles[best])

    def kept(self):
        """Share of the lithium fed while loading that the outlet lacks at the end of it; what the bed held before counts against it."""
        return 1 - self.mean(*LOAD) / FEED["Li+"]

    def selectivity(self, ion):
        return self.mean(*SELECTED) / max(self.mean(*SELECTED, ion), 1e-9) * FEED[ion] / FEED["Li+"]


def last_cycle(result):
    with h5py.File(result, "r") as file:
        names = [name.decode() for name in file["component"][:]]
        minutes = file["time"][:] / 60
        outlet = file["streams/column.outlet/concentration"][:]
        feed = numpy.nanmax(file["streams/brine.outlet/concentration"][:], axis=0)  # not a number while closed
    ends = numpy.cumsum([60 * volumes / rate for volumes, rate in STEPS])
    corners = numpy.cumsum([0] + [volumes for volumes, _ in STEPS])
    inside = minutes >= minutes[-1] - ends[-1] - 1e-6
    since = minutes[inside] - (minutes[-1] - ends[-1])
    cooled = FEED["Li+"] / (feed[names.index("Li+")] * MOLAR_MASS["Li+"])
    return Cycle(numpy.interp(since, numpy.concatenate([[0], ends]), corners),
                 {ion: outlet[inside, names.index(ion)] * mass * cooled for ion, mass in MOLAR_MASS.items()})
