#!/usr/bin/python3
"""Membrane modules and stacks are cells in series along the channel: what leaves them converges with first order in their number, on either side and for
every component, with each law of the membrane."""

import h5py
import numpy as np

import program
from program import ProgramTest

OFF_ONE = 0.05  # of the order, extrapolated to many cells: a part of second order moves it by as much as the cells are wide
SAME = 1e-9     # of a flow: what does not depend on the number of cells has no order


class AlongTheChannel(ProgramTest):
    def flows(self, case, unit, streams, cells):
        result = self.folder / "r.h5"
        self.succeeds("run", case, "-o", result, "--set", f"units.{unit}.cells={cells}")
        with h5py.File(result) as file:
            return np.array([file[f"streams/{stream}/molar_flow"][-1] for stream in streams])

    def first_order(self, case, unit, *ports, coarsest=10):
        flows = [self.flows(case, unit, [f"{unit}.{port}" for port in ports], coarsest * 2 ** k) for k in range(4)]
        steps = np.abs(np.diff(flows, axis=0))
        moves = steps[-1] > SAME * np.abs(flows[-1])
        self.assertGreaterEqual(moves.sum(), moves.size // 2)
        first, second = (np.log2(steps[k][moves] / steps[k + 1][moves]) for k in (0, 1))
        order = 2.0 * second - first
        print(f"\n{case}: orders {second.min():.3f} to {second.max():.3f}, extrapolated {order.min():.3f} to {order.max():.3f}")
        self.assertLess(np.abs(order - 1.0).max(), OFF_ONE, order)

    def test_nanofiltration_by_permeabilities(self):
        self.first_order("cases/laboratory/wang2023_lbl_module.yaml", "nf", "permeate", "retentate")

    def test_nanofiltration_through_charged_pores(self):
        self.first_order("cases/laboratory/charged_pores_module.yaml", "nf", "permeate", "retentate", coarsest=5)

    def test_reverse_osmosis(self):
        self.first_order("cases/verification/ro_0d_cp.yaml", "ro", "permeate", "retentate")

    def test_electrodialysis_by_transport_numbers(self):
        self.first_order("cases/verification/ed_1d_constV.yaml", "ed", "diluate", "concentrate")

    def test_electrodialysis_by_donnan_and_nernst_planck(self):
        self.first_order("cases/verification/ed_lithium_from_magnesium.yaml", "ed", "diluate", "concentrate")

    def test_bipolar_electrodialysis(self):
        self.first_order("cases/verification/bipolar_lithium_chloride.yaml", "stack", "salt", "base", "acid", coarsest=5)


if __name__ == "__main__":
    program.main()
