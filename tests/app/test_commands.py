#!/usr/bin/python3
"""The command line: what each command answers, on which stream, with which exit status."""

import json
import subprocess

import program
from program import BAD_INPUT, COLUMN, DONE, ROOT, ProgramTest

UNIT_TYPES = ["adsorption_column", "bipolar_electrodialysis", "electrodialysis", "feed", "mixer", "nanofiltration", "pressure_exchanger", "pump", "reverse_osmosis",
              "sink", "splitter", "tank"]
SHORT = ["--set", "schedule.repeat.times=1"]


class CommandLine(ProgramTest):
    def test_without_a_command_or_with_a_wrong_one(self):
        self.fails(BAD_INPUT, says="a command is missing")
        self.fails(BAD_INPUT, "frob", says="frob")
        self.fails(BAD_INPUT, "check", COLUMN, "--frob", says="--frob")
        self.fails(BAD_INPUT, "check", COLUMN, "other.yaml", says="other.yaml")
        self.fails(BAD_INPUT, "run", says="case is required")
        self.fails(BAD_INPUT, "check", COLUMN, "--set", says="--set")

    def test_version_and_help_go_to_stdout(self):
        self.assertRegex(self.succeeds("--version").stdout, r"^brineflow \d+\.\d+\.\d+\n$")
        self.assertIn("Exit status", self.succeeds("--help").stdout)
        for command in ["check", "run", "properties", "describe", "schema"]:
            self.assertIn("--help", self.succeeds(command, "--help").stdout)


class Describe(ProgramTest):
    def test_lists_every_unit_type(self):
        listed = [line.split()[0] for line in self.succeeds("describe").stdout.splitlines()]
        self.assertEqual(listed, UNIT_TYPES)

    def test_one_type_with_ranges_and_an_example_that_check_takes(self):
        text = self.succeeds("describe", "tank").stdout
        for part in ["volume", "capacity [m3]; above 0 m3", "heel", "default 1 %", "at most 50 %", "example: {type: tank,"]:
            self.assertIn(part, text)

    def test_an_unknown_type(self):
        self.fails(BAD_INPUT, "describe", "tnk", says=["'tnk'", "did you mean 'tank'?"])
        self.fails(BAD_INPUT, "describe", "electrodialysis_of_seawater", says=["there are adsorption_column, "])

    def test_json_of_one_type(self):
        schema = json.loads(self.succeeds("describe", "tank", "--json").stdout)
        self.assertIn("volume", schema["properties"])
        self.assertEqual(schema["properties"]["type"]["const"], "tank")


class Schema(ProgramTest):
    def setUp(self):
        super().setUp()
        self.schema = json.loads(self.succeeds("schema").stdout)

    def test_names_every_section_and_unit_type(self):
        self.assertEqual(self.schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        sections = self.schema["properties"]
        for section in ["title", "components", "brine", "units", "schedule", "output", "solver"]:
            self.assertIn(section, sections)
        self.assertTrue({"components", "units", "schedule"} <= set(self.schema["required"]))
        units = sections["units"]["additionalProperties"]["oneOf"]
        self.assertEqual([u["properties"]["type"]["const"] for u in units], UNIT_TYPES)

    def test_every_schema_in_it_is_well_formed(self):
        known = {"array", "boolean", "integer", "null", "number", "object", "string"}

        def visit(schema):
            self.assertIsInstance(schema, dict)
            types = schema.get("type", [])
            self.assertTrue(set([types] if isinstance(types, str) else types) <= known, types)
            for name, inner in schema.get("properties", {}).items():
                self.assertIsInstance(name, str)
                visit(inner)
            self.assertTrue(set(schema.get("required", [])) <= set(schema.get("properties", {})), schema.get("required"))
            for key in ["anyOf", "oneOf"]:
                for inner in schema.get(key, []):
                    visit(inner)
            for key in ["items", "additionalProperties"]:
                if isinstance(schema.get(key), dict):
                    visit(schema[key])
        visit(self.schema)


class Overrides(ProgramTest):
    def check(self, *settings):
        arguments = [a for s in settings for a in ["--set", s]]
        return self.succeeds("check", COLUMN, "--json", *arguments)

    def test_a_value_changes_the_case(self):
        plain = json.loads(self.check().stdout)
        longer = json.loads(self.check("units.column.length=6 m").stdout)
        self.assertNotEqual(plain["case_sha256"], longer["case_sha256"])
        self.assertEqual(plain["units"], longer["units"])
        finer = json.loads(self.check("units.column.discretisation={elements: 32}").stdout)
        self.assertGreater(finer["variables"], plain["variables"])

    def test_several_and_a_step_by_its_name(self):
        self.check("units.column.length=6 m", "schedule.cycle.load.at_most=2 h", "schedule.cycle.1.for=30 min")

    def test_the_result_is_of_the_changed_case(self):
        result = self.folder / "r.h5"
        self.succeeds("run", COLUMN, "-o", result, *SHORT, "--set", "title=Changed")
        with program.h5py.File(result) as file:
            self.assertEqual(file.attrs["title"], "Changed")
            self.assertIn("Changed", file["case"][()].decode())

    def test_what_is_wrong_with_a_setting_is_said(self):
        for setting, says in [
            ("units.colum.length=3 m", ["--set:1:7: no 'colum' in units", "did you mean 'column'?"]),
            ("units.column.lenth=3 m", ["unknown key 'lenth'", "did you mean 'length'?"]),
            ("units.column.length=3 kg", ["'3 kg' is a mass", "wants a length"]),
            ("units.column.length=-3 m", ["must be above 0 m"]),
            ("units.column.length", ["wants path=value"]),
            ("=3 m", ["wants path=value"]),
            ("units.column.length=", ["no value for 'units.column.length'"]),
            ("schedule.cycle.lod.at_most=3 h", ["no 'lod' in schedule.cycle", "did you mean 'load'?"]),
            ("schedule.cycle.9.for=3 h", ["9"]),
            ("schedule.cycle[0].for=3 h", ["--set:1:10:", "did you mean 'schedule.cycle.0.for'?"]),
            ("title=[a", ["'[' is not closed"]),
        ]:
            with self.subTest(setting):
                self.fails(BAD_INPUT, "check", COLUMN, "--set", setting, says=says)


class Json(ProgramTest):
    def test_check(self):
        answer = json.loads(self.succeeds("check", COLUMN, "--json").stdout)
        self.assertEqual((answer["status"], answer["case"]), ("ok", COLUMN))

    def test_run_prints_one_object_and_nothing_else_on_stdout(self):
        result = self.folder / "r.h5"
        answer = json.loads(self.succeeds("run", COLUMN, "-o", result, "--json", *SHORT).stdout)
        self.assertEqual((answer["status"], answer["result"]), ("complete", str(result)))
        self.assertEqual(answer["kpi"]["li_recovery"]["unit"], "1")
        self.assertLess(max(abs(row["closure"]) for row in answer["balance"].values()), 1e-8)
        self.assertGreater(answer["solver"]["steps"], 0)

    def test_an_indicator_without_a_value_is_null(self):
        answer = json.loads(self.succeeds("run", COLUMN, "-o", self.folder / "r.h5", "--json", *SHORT,
                                          "--set", "units.eluate.role=waste").stdout)
        self.assertIsNone(answer["kpi"]["product_mg_li_ratio"]["value"])


class Run(ProgramTest):
    def test_without_output_the_result_is_named_after_the_case(self):
        answer = subprocess.run([program.program, "run", ROOT / COLUMN, *SHORT], cwd=self.folder, text=True, capture_output=True, timeout=60)
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["small_column.h5"])
        self.assertIn("indicators", answer.stdout)

    def test_the_log_has_no_terminal_control_characters(self):
        answer = self.succeeds("run", COLUMN, "-o", self.folder / "r.h5")
        self.assertNotRegex(answer.stdout + answer.stderr, "[\x00-\x08\x0b-\x1f]")
        self.assertRegex(answer.stderr, r"schedule: step 'load' ends: column\.outlet\.Li\+")


if __name__ == "__main__":
    program.main()
