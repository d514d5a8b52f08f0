#!/usr/bin/python3
"""`brineflow compare`: the regression cases pass as they are and fail for what they are to catch, and every refusal."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import program
from program import BAD_INPUT, INTERRUPTED, ROOT, ProgramTest

CASES = ROOT / "cases" / "regression"
MONTH = CASES / "plant_month.yaml"
DATA, MAP = CASES / "plant_month.csv", CASES / "plant_month.map.yaml"
FAILED = 1
STAMP = r"2026-03-\d\dT\d\d:\d\d:\d\d"


class Compare(ProgramTest):
    results = {}  # by what was changed: runs are shared by the tests
    shared = None

    @classmethod
    def result(cls, case=MONTH, *settings):
        if Compare.shared is None:
            Compare.shared = tempfile.mkdtemp(prefix="brineflow_compare_")
            unittest.addModuleCleanup(shutil.rmtree, Compare.shared, ignore_errors=True)
        key = (case, *settings)
        if key not in cls.results:
            path = os.path.join(Compare.shared, f"{len(cls.results)}.h5")
            options = [word for setting in settings for word in ("--set", setting)]
            answer = program.run("run", case, "-o", path, *options)
            if answer.returncode:
                raise AssertionError(answer.stderr)
            cls.results[key] = path
        return cls.results[key]

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def misses(self, *arguments):
        """Ends with status 1; what is said of each tag that failed."""
        answer = program.run("compare", *arguments)
        self.assertEqual(answer.returncode, FAILED, answer.stderr)
        found = {line.split(":")[0].removeprefix("FAILED "): line for line in answer.stderr.splitlines()}
        for tag, line in found.items():
            self.assertRegex(line, rf"^FAILED {tag}: .* worst at \S+ .*: measured .*, model .* allowed$", line)
            self.assertRegex(answer.stdout, rf"\n  {tag} .* FAILED\n")
        return found


class PlantMonth(Compare):
    def test_the_data_fit_the_run_they_were_made_from(self):
        answer = self.succeeds("compare", self.result(), DATA, "--map", MAP)
        rows = re.findall(rf"^  (\S+) .* (\d+)  +\S+ .* {STAMP} .* passed$", answer.stdout, re.M)
        self.assertEqual([tag for tag, _ in rows], ["FT-101", "AT-201", "DT-202", "LT-301", "QI-302", "recovery"])
        self.assertIn("the run begins at 2026-03-01T00:00:00\n", answer.stdout)
        self.assertIn("left out: 728 empty, 29 marked bad", answer.stdout)  # the level sensor that stuck
        self.assertEqual(answer.stderr, "")

    def test_a_parameter_that_is_ten_percent_off_is_noticed(self):
        flow = self.misses(self.result(MONTH, "units.lake.flow=3.3 m3/h"), DATA, "--map", MAP)
        self.assertEqual(set(flow), {"FT-101", "AT-201", "recovery"})
        self.assertRegex(flow["AT-201"], rf"worst at {STAMP}")

    def test_a_wrong_unit_of_the_same_dimension_is_noticed(self):
        wrong = self.write("d.csv", DATA.read_text().replace("AT-201 [mg/L]", "AT-201 [g/L]"))
        self.assertEqual(set(self.misses(self.result(), wrong, "--map", MAP)), {"AT-201"})

    def test_two_tags_that_are_swapped_are_noticed(self):
        text = MAP.read_text()
        a, b = "streams/column.outlet/concentration/Li+", "streams/tank.outlet/concentration/Li+"
        swapped = self.write("m.yaml", text.replace(a, "X").replace(b, a).replace("X", b))
        self.assertEqual(set(self.misses(self.result(), DATA, "--map", swapped)), {"AT-201", "QI-302"})

    def test_a_clock_that_is_an_hour_off_is_noticed(self):
        late = self.write("m.yaml", MAP.read_text().replace("start: 2026-03-01T00:00:00", "start: 2026-03-01T01:00:00"))
        self.assertLessEqual({"AT-201", "LT-301"}, set(self.misses(self.result(), DATA, "--map", late)))

    def test_a_stuck_sensor_whose_quality_nobody_reads_is_noticed(self):
        trusting = self.write("m.yaml", MAP.read_text().replace("    quality: LT-301 quality\n", ""))
        self.assertEqual(set(self.misses(self.result(), DATA, "--map", trusting)), {"LT-301"})

    def test_the_data_are_what_the_script_makes(self):
        made = self.folder / "made.csv"
        command = [ROOT / "tools" / "make_plant_month", "--program", program.program, "-o", made]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        # Another machine's last digits may round another way.
        lines = [text.splitlines() for text in (made.read_text(), DATA.read_text())]
        self.assertEqual(len(lines[0]), len(lines[1]))
        self.assertLess(sum(a != b for a, b in zip(*lines)), 15)
        self.assertIn("SYNTHETIC", lines[1][0])


class Laboratory(Compare):
    def test_breakthroughs_lie_in_their_bands(self):
        curve = ROOT / "cases" / "laboratory" / "data" / "jiang2020_9_mL_min.csv"
        for case, mapping, rmse in [("jiang2020_granules_9_mL_min", "jiang2020_9_mL_min", 0.0129), ("jiang2020_9_mL_min", "jiang2020_9_mL_min_lumped", 0.0578)]:
            with self.subTest(case):
                result = self.result(ROOT / "cases" / "laboratory" / f"{case}.yaml")
                answer = self.succeeds("compare", result, curve, "--map", CASES / f"{mapping}.map.yaml", "--json")
                [tag] = json.loads(answer.stdout)["tags"]
                self.assertEqual(tag["points"], 19)
                self.assertAlmostEqual(tag["rmse"], rmse, delta=2e-4)  # docs/validation/laboratory.md and the mapping; see test_laboratory.py for the delta


class Outputs(Compare):
    def test_json(self):
        report = json.loads(self.succeeds("compare", self.result(), DATA, "--map", MAP, "--json").stdout)
        self.assertTrue(report["passed"])
        self.assertEqual(report["start"], "2026-03-01T00:00:00")
        by_tag = {tag["tag"]: tag for tag in report["tags"]}
        self.assertEqual(by_tag["AT-201"]["left_out"]["bad"], 12)
        self.assertIsNone(by_tag["recovery"]["nrmse"])  # one point has no range
        self.assertRegex(by_tag["AT-201"]["worst"]["time"], STAMP)
        self.assertAlmostEqual(by_tag["DT-202"]["bias"], -0.15 * 15, delta=0.1)  # half of the drift; steep fronts between rows add to it

    def test_junit_has_a_case_for_each_tag_and_says_what_failed(self):
        report = self.folder / "report.xml"
        wrong = self.write("d.csv", DATA.read_text().replace("AT-201 [mg/L]", "AT-201 [g/L]"))
        self.misses(self.result(), wrong, "--map", MAP, "--junit", report)
        suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("6", "1"))
        failed = {case.get("name"): case.find("failure").get("message") for case in suite if case.find("failure") is not None}
        self.assertEqual(set(failed), {"AT-201"})
        self.assertRegex(failed["AT-201"], rf"worst at {STAMP}")

    def test_the_picture_has_a_panel_for_each_tag(self):
        picture = self.folder / "plot.svg"
        self.succeeds("compare", self.result(), DATA, "--map", MAP, "--plot", picture)
        root = xml.etree.ElementTree.parse(picture).getroot()
        texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        for tag in ["FT-101", "AT-201", "DT-202", "LT-301", "QI-302", "recovery", "[mg/L]", "[m3]"]:
            self.assertIn(tag, texts)
        self.assertEqual(texts.count("time since 2026-03-01T00:00:00 [d]"), 6)
        shapes = [path.get("class") for path in root.iter("{http://www.w3.org/2000/svg}path")]
        self.assertGreaterEqual(shapes.count("band"), 6)
        self.assertLess(picture.stat().st_size, 250_000)

    def test_names_with_signs_of_xml_are_written_as_text(self):
        data = self.write("d.csv", 'time [h],"a<b>&""c"""\n1,3\n')
        mapping = self.write("m.yaml", "tags:\n  'a<b>&\"c\"': {path: streams/lake.outlet/flow, unit: m3/h}\n")
        for option in ["--junit", "--plot"]:
            path = self.folder / "out.xml"
            self.succeeds("compare", self.result(), data, "--map", mapping, option, path)
            text = path.read_text()
            xml.etree.ElementTree.fromstring(text)
            self.assertIn("a&lt;b&gt;&amp;&quot;c&quot;", text)

    def test_an_output_that_cannot_be_written_leaves_nothing(self):
        good = self.folder / "good.xml"
        self.fails(INTERRUPTED, "compare", self.result(), DATA, "--map", MAP, "--junit", good, "--plot", self.folder / "none" / "p.svg",
                   says=["cannot write", "p.svg"])
        self.fails(INTERRUPTED, "compare", self.result(), DATA, "--map", MAP, "--plot", self.folder, says="it is a folder")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_bad_data_leave_an_earlier_report_alone(self):
        report = self.write("report.xml", "earlier")
        self.fails(BAD_INPUT, "compare", self.result(), self.write("d.csv", "time [h],streams/lake.outlet/flow [m3/h]\n1,x\n"), "--junit", report, says="d.csv:2:3:")
        self.assertEqual(report.read_text(), "earlier")


class WithoutMapping(Compare):
    def test_headers_that_are_paths(self):
        data = self.write("d.csv", "time [d];streams/lake.outlet/flow [m3/h];units/tank/volume [m3];shift\n1;3.0;22.8;early\n2;3.0;15.6;late\n31;3;1;\n")
        answer = self.succeeds("compare", self.result(), data)
        self.assertIn("columns not compared: shift", answer.stdout)
        self.assertIn("left out: 1 after its end at 30 d", answer.stdout)
        self.assertIn("5 % + 1 % of the largest", answer.stdout)

    def test_the_first_stamp_is_the_start_and_that_is_said(self):
        data = self.write("d.csv", "time,units/tank/volume [m3]\n2026-03-01 00:00:00Z,30\n2026-03-02T08:00:00+08:00,22.8\n")
        self.assertIn("the run begins at 2026-03-01T00:00:00Z, the first row of the data", self.succeeds("compare", self.result(), data).stdout)


class BadInput(Compare):
    FLOW = "streams/lake.outlet/flow [m3/h]"

    def refused(self, data, *says, mapping=None):
        path = self.folder / "d.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        options = ["--map", self.write("m.yaml", mapping)] if mapping is not None else []
        self.fails(BAD_INPUT, "compare", self.result(), path, *options, says=says)

    def test_files(self):
        self.fails(BAD_INPUT, "compare", self.result(), self.folder / "none.csv", says=["none.csv: the file cannot be read", "No such file"])
        self.fails(BAD_INPUT, "compare", self.result(), self.folder, says="it is a folder")
        self.fails(BAD_INPUT, "compare", self.result(), DATA, "--map", self.folder / "none.yaml", says="none.yaml")
        self.fails(BAD_INPUT, "compare", DATA, DATA, "--map", MAP, says="is not an HDF5 file")
        self.fails(INTERRUPTED, "compare", self.folder / "none.h5", DATA, "--map", MAP, says="none.h5")  # as everywhere: a file that cannot be read
        self.fails(BAD_INPUT, "compare", self.result())

    def test_texts(self):
        self.refused(f"time [h],{self.FLOW}\n".encode("utf-16"), "d.csv:1:1: the text is UTF-16")
        self.refused(b"time [h],a\n1,\x00\n", "d.csv:2:3: a NUL byte")
        self.refused("time [h],a [µS/cm]\n1,2\n".encode("latin-1"), "d.csv:1:13: this is not UTF-8")
        self.refused("", "the file is empty")
        self.refused(f"time [h],{self.FLOW}\n", "no row of data")
        self.succeeds("compare", self.result(), self.write("d.csv", f"\ufefftime [h],{self.FLOW}\n1,3\n"))

    def test_rows(self):
        self.refused(f"time [h],{self.FLOW}\n1,3\n2;3\n", "d.csv:3:1: mixed separators", "   3 | 2;3\n     | ^")
        self.refused(f"time [h],{self.FLOW}\n1,3\n1,3\n", "d.csv:3:1: time repeats")
        self.refused(f"time [h],{self.FLOW}\n2,3\n1,3\n", "d.csv:3:1: time goes back")
        self.refused(f"time [h],{self.FLOW}\n2,three\n", "d.csv:2:3:", "'three' is not a number")
        self.refused(f"time [h],{self.FLOW}\n2,\n3,NaN\n", "d.csv:1:10: the column 'streams/lake.outlet/flow'", "is empty")
        self.refused(f"time [h];{self.FLOW}\n2;3,0\n", "d.csv:2:3:", "`decimal: comma`")

    def test_all_findings_at_once(self):
        self.refused(f"time [h],{self.FLOW}\n1,x\n2,y\n2,3\n", "d.csv:2:3:", "d.csv:3:3:", "d.csv:4:1:")

    def test_paths_units_and_mappings(self):
        self.refused("time [h],streams/lake.outlet/flw [m3/h]\n1,3\n", "d.csv:1:10: the result has no 'flw'", "did you mean 'flow'?")
        self.refused("time [h],streams/lake.outlet/flow [g/L]\n1,3\n", "d.csv:1:10:", "is a volume flow")
        self.refused("time [h],streams/lake.outlet/flow\n1,3\n", "d.csv:1:10: the unit", "is missing")
        self.refused("time [h],F\n1,3\n", "m.yaml:2:14: the result has no 'lak.outlet'", "did you mean 'lake.outlet'?", mapping="tags:\n  F: {path:  streams/lak.outlet/flow, unit: m3/h}\n")
        self.refused("time [h],F\n1,3\n", "m.yaml:1:1: unknown key 'tag'", "did you mean 'tags'?", mapping="tag: {}\n")
        self.refused("time [h],F\n1,3\n", "m.yaml:1:8: the unit of 'F' is missing", mapping="tags: {F: streams/lake.outlet/flow}\n")


class LargeFiles(Compare):
    def test_half_a_million_rows_take_seconds(self):
        rows = "".join(f"{k / 200_000},3.0,1\n" for k in range(500_000))
        data = self.write("d.csv", "time [d],streams/lake.outlet/flow [m3/h],other\n" + rows)
        answer = self.succeeds("compare", self.result(), data, timeout=20)
        self.assertRegex(answer.stdout, r"  m3/h +500000 ")


if __name__ == "__main__":
    program.main()
