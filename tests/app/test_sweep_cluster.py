#!/usr/bin/python3
"""Sweeps in shards: handed to Slurm, looked at from outside, gone on with. sbatch and squeue are stand-ins that take notes; the script that was
written is run as Slurm would run it. tools/cluster_test does the same with Slurm itself."""

import json
import os
import subprocess
import time

import h5py
import numpy as np

import program
from program import BAD_INPUT, DONE, ENVIRONMENT, HERE, INTERRUPTED, ROOT, ProgramTest, journal_entries, run, start

SBATCH = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
number=$(($(wc -l < "$(dirname "$0")/calls") + 40))
if [ -e "$(dirname "$0")/refuse" ]; then echo "sbatch: error: invalid partition specified: nowhere" >&2; exit 1; fi
echo "$number"
"""
SQUEUE = """#!/bin/sh
cat "$(dirname "$0")/queue" 2>/dev/null || { echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; }
"""


class Cluster(ProgramTest):
    def setUp(self):
        super().setUp()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.out = self.folder / "it's out"  # blanks and quotes must survive the shell
        self.environment = {**ENVIRONMENT, "PATH": f"{self.bin}:/usr/bin:/bin"}
        for name, text in (("sbatch", SBATCH), ("squeue", SQUEUE)):
            self.stand_in(name, text)

    def stand_in(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def study(self, count, slow=False):
        case, path = ("small_column.yaml", "units.column.length: {from: 0.2 m, to: 0.4 m") if slow else ("small_tank.yaml", "units.lake.flow: {from: 1 m3/h, to: 1.4 m3/h")
        path_of_study = self.folder / "a study.yaml"
        path_of_study.write_text(f"case: {HERE / case}\nvary: {{{path}, count: {count}}}}}\n")
        return path_of_study

    def command(self, study, *arguments):
        """Started with the stand-ins in PATH."""
        return subprocess.run([program.program, "sweep", study, "-o", self.out, *map(str, arguments)], cwd=ROOT, env=self.environment, text=True, capture_output=True, timeout=60)

    def submit(self, study, *arguments, status=DONE):
        answer = self.command(study, "--submit", *arguments)
        self.assertEqual(answer.returncode, status, answer.stderr)
        return answer

    def status(self, study):
        answer = self.command(study, "--status", "--json")
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        return json.loads(answer.stdout)

    def states(self, study):
        return [shard["state"] for shard in self.status(study)["shards"]]

    def start_task(self, number):
        """The job of one shard, as Slurm starts it."""
        return subprocess.Popen(["/bin/bash", self.out / "slurm/shards.sh"], cwd=ROOT, env={**self.environment, "SLURM_ARRAY_TASK_ID": str(number)},
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def task(self, number, status=DONE):
        with self.start_task(number) as process:
            _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, status, stderr)
        return stderr

    def directives(self, script):
        return [line for line in (self.out / "slurm" / script).read_text().splitlines() if line.startswith("#SBATCH")]

    # --submit

    def test_a_sweep_is_submitted_run_and_merged(self):
        study = self.study(7)
        answer = self.submit(study, 3, "--partition", "long", "--time", "90 min", "--cpus", 2, "--sbatch=--account=my group", "--sbatch=--exclusive", "--set", "title=it's a test")
        self.assertIn("job 41: 3 of 3 shards with 7 cases to run", answer.stdout)
        self.assertIn("job 42: the table", answer.stdout)
        calls = (self.bin / "calls").read_text().splitlines()
        self.assertEqual(calls, [f"--parsable {self.out}/slurm/shards.sh", f"--parsable --dependency=afterany:41 {self.out}/slurm/merge.sh"])
        directives = self.directives("shards.sh")
        for line in ("--array=0-2", "--partition=long", "--time=90", "--cpus-per-task=2", "--account='my group'", "--exclusive", "--requeue", "--open-mode=append"):
            self.assertIn(f"#SBATCH {line}", directives)
        self.assertNotIn("#SBATCH --array=0-2", self.directives("merge.sh"))
        self.assertEqual(self.states(study), ["waiting"] * 3)
        for shard in (2, 0, 1):
            self.task(shard)
        status = self.status(study)
        self.assertEqual([(s["state"], s["cases"], s["complete"], s["failed"]) for s in status["shards"]], [("done", 3, 3, 0), ("done", 2, 2, 0), ("done", 2, 2, 0)])
        self.assertEqual((status["complete"], status["missing"], status["to_go_s"], status["submission"]["job"]), (7, 0, 0.0, "41"))
        merged = subprocess.run(["/bin/bash", self.out / "slurm/merge.sh"], cwd=ROOT, env=self.environment, text=True, capture_output=True)
        self.assertEqual(merged.returncode, DONE, merged.stderr)
        with h5py.File(self.out / "table.h5") as table:
            np.testing.assert_array_equal(table["status"].asstr()[:], ["complete"] * 7)
        again = json.loads(self.succeeds("sweep", study, "-o", self.out, "--json").stdout)
        self.assertEqual(again["known_before"], 7)
        self.assertEqual(set(journal_entries(self.out).values()), {1})
        self.assertIn("nothing to submit: all 7 cases are there", self.submit(study, 3).stdout)
        self.assertEqual(len((self.bin / "calls").read_text().splitlines()), 2)

    def test_only_shards_with_something_to_run_are_submitted(self):
        study = self.study(12)
        self.submit(study, 6)
        self.task(0)
        self.task(3)
        self.assertIn("4 of 6 shards with 8 cases to run", self.submit(study, 6).stdout)
        self.assertIn("#SBATCH --array=1-2,4-5", self.directives("shards.sh"))

    def test_more_shards_than_cases(self):
        answer = self.submit(self.study(2), 5)
        self.assertIn("2 cases make no more than 2 shards", answer.stdout)
        self.assertIn("#SBATCH --array=0-1", self.directives("shards.sh"))
        self.succeeds("sweep", self.study(2), "-o", self.out, "--shard", "4/5")  # by hand it has nothing to do
        self.assertEqual(sum(journal_entries(self.out).values()), 0)

    def test_a_job_in_the_queue_is_not_submitted_twice(self):
        study = self.study(4)
        self.submit(study, 2)
        (self.bin / "queue").write_text("0 RUNNING node3\n1 PENDING (Priority)\n")
        answer = self.submit(study, 4, status=BAD_INPUT)
        self.assertIn("job 41 of this sweep has not ended (2 of its 2 shards are in the queue)", answer.stderr)
        self.assertEqual([shard.get("slurm") for shard in self.status(study)["shards"]], ["RUNNING on node3", "PENDING (Priority)"])
        self.assertIn("Slurm: RUNNING on node3", self.command(study, "--status").stdout)

    def test_without_sbatch_it_says_what_to_type(self):
        self.environment["PATH"] = str(self.folder)
        answer = self.submit(self.study(4), 2, status=BAD_INPUT)
        self.assertEqual(answer.stdout, "")
        self.assertIn("sbatch was not found", answer.stderr)
        line = next(line for line in answer.stderr.splitlines() if line.endswith("--shard I/2"))
        for shard in "01":  # what it says works
            subprocess.run(line.replace("I/2", shard + "/2"), shell=True, check=True, cwd=ROOT, env=ENVIRONMENT, capture_output=True)
        self.assertEqual(self.states(self.study(4)), ["done", "done"])

    def test_what_sbatch_refuses_is_said_in_its_words(self):
        (self.bin / "refuse").touch()
        answer = self.submit(self.study(4), 2, "--partition", "nowhere", status=BAD_INPUT)
        self.assertIn("invalid partition specified: nowhere", answer.stderr)
        self.assertFalse((self.out / "slurm/submission.json").exists())

    def test_bad_arguments(self):
        study = self.study(2)
        self.fails(BAD_INPUT, "sweep", study, "--submit", 0, says="--submit")
        self.fails(BAD_INPUT, "sweep", study, "--submit", "few", says="--submit")
        self.fails(BAD_INPUT, "sweep", study, "--submit", 2, "--shard", "0/2", says="--shard")
        self.fails(BAD_INPUT, "sweep", study, "--partition", "long", says="--submit")
        for time_text in ("90", "2 m", "-3 h", "0 h", "soon"):
            self.fails(BAD_INPUT, "sweep", study, "-o", self.out, "--submit", 2, f"--time={time_text}", says=[f"--time {time_text}: ", '"12 h"'])
        self.fails(BAD_INPUT, "sweep", study, "-o", self.out, "--submit", 2, "--sbatch=account", says="wants an argument of sbatch")
        self.fails(BAD_INPUT, "sweep", study, "-o", self.out, "--submit", 2, "--sbatch=--account=a\nrm", says="wants an argument of sbatch")
        self.assertFalse(self.out.exists())

    # What becomes of shards

    def test_a_shard_that_was_killed_goes_on_where_it_was(self):
        study = self.study(60, slow=True)
        self.submit(study, 2)
        with self.start_task(0) as process:
            self.wait_for_entries(5)
            running = self.status(study)["shards"]
            process.kill()
            process.communicate()
        self.assertEqual([shard["state"] for shard in running], ["running", "waiting"])
        self.assertGreater(running[0]["to_go_s"], 0.0)
        dead = self.wait_for(study, "failed")
        self.assertEqual((dead["state"], dead["reason"]), ("failed", "its process has died"))
        self.assertLess(dead["complete"], 30)
        for shard in (0, 1):
            self.task(shard)
        self.assertEqual(self.states(study), ["done", "done"])
        entries = journal_entries(self.out)
        self.assertEqual((len(entries), set(entries.values())), (60, {1}))

    def wait_for_entries(self, count):
        end = time.monotonic() + 20
        while sum(journal_entries(self.out).values()) < count:
            self.assertLess(time.monotonic(), end, "no case has ended")
            time.sleep(0.02)

    def wait_for(self, study, state):
        """Workers of a shard that was killed follow it within moments."""
        for _ in range(50):
            shard = self.status(study)["shards"][0]
            if shard["state"] == state:
                break
            time.sleep(0.05)
        return shard

    def test_a_shard_that_runs_elsewhere_is_waited_for_and_not_run_again(self):
        study = self.study(40, slow=True)
        self.submit(study, 2)
        with self.start_task(0) as first:
            self.wait_for_entries(1)
            self.fails(INTERRUPTED, "sweep", study, "-o", self.out, "--shard", "0/2", says="another process is working on this shard")
            self.task(0)
            first.communicate(timeout=60)
        self.assertEqual(first.returncode, DONE)
        entries = journal_entries(self.out)
        self.assertEqual((len(entries), set(entries.values())), (20, {1}))

    def test_two_divisions_at_once_are_refused(self):
        study = self.study(40, slow=True)
        with start("sweep", study, "-o", self.out, "--shard", "0/2") as process:
            self.wait_for_entries(1)
            self.fails(INTERRUPTED, "sweep", study, "-o", self.out, "--shard", "2/3", says="divided into 2 shards: cases would run twice")
            self.fails(INTERRUPTED, "sweep", study, "-o", self.out, says="divided into 2 shards: cases would run twice")
            self.succeeds("sweep", study, "-o", self.out, "--shard", "1/2")
            process.communicate(timeout=60)
        self.assertEqual(set(journal_entries(self.out).values()), {1})

    def test_a_study_changed_between_shards_runs_nothing(self):
        study = self.study(4)
        self.submit(study, 2)
        self.task(0)
        study = self.study(5)
        self.assertIn("it is not the study that was submitted any more", self.task(1, status=BAD_INPUT))
        status = self.status(study)
        self.assertTrue(status["submission"]["study_changed"])
        self.assertEqual((status["complete"], status["missing"], status["strangers"]), (1, 4, 1))  # the first point is in both grids
        self.assertEqual([shard["state"] for shard in status["shards"]], ["waiting", "waiting"])
        self.assertIn("the study has changed since job 41 was submitted", self.command(study, "--status").stdout)

    # --status

    def test_status_of_a_folder_that_is_no_sweep(self):
        study = self.study(2)
        for folder in (self.folder / "nowhere", self.bin, study):
            self.fails(BAD_INPUT, "sweep", study, "-o", folder, "--status", says=[str(folder), "is not the folder of a sweep"])

    def test_status_tells_failed_cases_and_needs_no_slurm(self):
        self.environment["PATH"] = str(self.folder)
        grid = ROOT / "tests/app/sweep_grid.yaml"
        for shard in (0, 2):
            run("sweep", grid, "-o", self.out, "--shard", f"{shard}/3")
        status = self.status(grid)
        self.assertEqual([(s["state"], s["complete"], s["failed"]) for s in status["shards"]], [("done", 2, 2), ("waiting", 0, 0), ("done", 4, 0)])
        self.assertNotIn("to_go_s", status)
        lines = self.command(grid, "--status").stdout.splitlines()
        self.assertEqual(lines[1].split()[:5], ["0", "done", "2", "2", "0"])
        self.assertEqual(lines[4].split(), ["all", "6", "2", "4"])

    # Started many times at once

    def test_without_mpi_a_launcher_is_noticed(self):
        if "MPI" in os.environ.get("BRINEFLOW_BUILT_WITH", ""):
            self.skipTest("MPI is built in: tests/app/test_sweep_mpi.py")
        study = self.study(2)
        for rank, size in (("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS")):
            self.environment = {**ENVIRONMENT, rank: "0", size: "4"}
            answer = self.command(study)
            self.assertEqual((answer.returncode, answer.stdout), (BAD_INPUT, ""))
            self.assertIn("has started 4 processes; this brineflow was built without MPI", answer.stderr)
            self.assertIn("-DBRINEFLOW_MPI=ON, or give each a part with --shard I/4", answer.stderr)
            self.environment[rank] = "2"  # one of them says it
            silent = self.command(study)
            self.assertEqual((silent.returncode, silent.stdout, silent.stderr), (DONE, "", ""))
            self.assertFalse(self.out.exists())
        self.environment = {**ENVIRONMENT, "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"}
        self.assertEqual(self.command(study, "--shard", "1/2").returncode, DONE)  # each has a part of its own
        self.assertEqual(sum(journal_entries(self.out).values()), 1)
        self.environment = {**ENVIRONMENT, "SLURM_PROCID": "0", "SLURM_NTASKS": "4"}  # a batch script is one process
        self.assertEqual(self.command(study).returncode, DONE)


if __name__ == "__main__":
    program.main()
