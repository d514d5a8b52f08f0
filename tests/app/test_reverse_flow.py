#!/usr/bin/python3
"""Flow from the other end of a column, in a schedule and in a carousel."""

import json

import h5py
import numpy as np

import program
from program import ProgramTest

CASE = "tests/app/reverse_flow.yaml"
FEED = 100.0  # mol/m3, of the case


class ReverseFlow(ProgramTest):
    def outlet(self, *settings):
        """Time and concentration of the tracer at the outlet; every component closes."""
        result = self.folder / "r.h5"
        arguments = [part for setting in settings for part in ("--set", setting)]
        answer = json.loads(self.succeeds("run", CASE, "-o", result, "--json", *arguments).stdout)
        self.assertLess(max(abs(row["closure"]) for row in answer["balance"].values()), 1e-8)
        with h5py.File(result) as file:
            return file["time"][:], file["streams/column.outlet/concentration"][:, 1]

    def test_a_bed_that_is_the_same_all_over_elutes_alike_from_both_ends(self):
        time, reverse = self.outlet()
        _, forward = self.outlet("schedule.cycle.0.route=[water -> column -> product]", "schedule.cycle.2.route=[water -> column -> product]")
        first = time < 6000
        # Times of the solver's steps differ, within its tolerance of 1e-6.
        self.assertLess(np.abs(reverse - forward)[first].max(), 1e-5 * FEED)
        self.assertGreater(reverse[first].max(), 0.99 * FEED)

    def test_what_sits_at_the_entrance_leaves_by_it(self):
        time, reverse = self.outlet()
        _, forward = self.outlet("schedule.cycle.2.route=[water -> column -> product]")
        half_way = lambda c: time[6700 < time][np.argmax(np.cumsum(c[6700 < time]) > 0.5 * c[6700 < time].sum())]
        self.assertLess(half_way(reverse) + 1000, half_way(forward))

    def test_a_zone_of_a_carousel_takes_the_other_end(self):
        case = self.folder / "carousel.yaml"
        case.write_text((program.ROOT / CASE).read_text().split("schedule:")[0].replace("type: adsorption_column", "type: adsorption_column\n    count: 3") + """
schedule:
  carousel:
    columns: column
    zones: {load: 2, elute: {columns: 1, inlet: reverse}}
    period:
      - {phase: work, route: [feed -> load -> product, water -> elute -> product], for: 600 s}
  repeat: {times: 2}
output: {every: 60 s, profiles_every: 60 s}
""")
        result = self.folder / "r.h5"
        answer = json.loads(self.succeeds("run", case, "-o", result, "--json").stdout)
        self.assertLess(max(abs(row["closure"]) for row in answer["balance"].values()), 1e-8)
        with h5py.File(result) as file:
            column = file["units/column_3"]  # eluted in the first period
            profile = column["concentration"][np.searchsorted(column["profile_time"][:], 300.0), 1]
        self.assertGreater(profile[0], 0.99 * FEED)
        self.assertLess(profile[-1], 0.3 * FEED)

    def test_both_ends_at_once_are_refused(self):
        self.fails(program.BAD_INPUT, "check", CASE, "--set", "schedule.cycle.1.route=[feed -> column -> product, water -> column.reverse]",
                   says="in step 'load' the routes of column (adsorption_column) do not fit: liquid enters it from both ends")


if __name__ == "__main__":
    program.main()
