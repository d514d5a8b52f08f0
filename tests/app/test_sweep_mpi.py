#!/usr/bin/python3
"""Sweeps through mpirun: rank 0 hands out, the others run. For a program built with BRINEFLOW_MPI and an Open MPI to start it."""

import json
import os
import pathlib
import signal
import subprocess
import time

import h5py

import program
from program import BAD_INPUT, DONE, ENVIRONMENT, HERE, INTERRUPTED, ROOT, ProgramTest, journal_entries

FAILURES = 5
SLOW = 60  # cases, of some 50 ms each


class Mpi(ProgramTest):
    @property
    def out(self):
        return self.folder / "out"

    def study(self, **lines):
        path = self.folder / "study.yaml"
        keys = {"case": str(HERE / "small_tank.yaml"), "vary": "{units.lake.flow: {from: 1 m3/h, to: 1.4 m3/h, count: 20}}", **lines}
        path.write_text("".join(f"{key}: {value}\n" for key, value in keys.items()))
        return path

    def slow_study(self):
        return self.study(case=str(HERE / "small_column.yaml"), vary=f"{{units.column.length: {{from: 0.2 m, to: 0.4 m, count: {SLOW}}}}}")

    def start(self, processes, study, *arguments):
        return subprocess.Popen(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(processes), program.program, "sweep", study, "-o", self.out, "--json", *map(str, arguments)],
                                cwd=ROOT, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def sweep(self, processes, study, *arguments, status=DONE):
        with self.start(processes, study, *arguments) as process:
            try:
                stdout, stderr = process.communicate(timeout=60)
            finally:
                process.kill()
        self.assertEqual(process.returncode, status, stderr)
        return json.loads(stdout) if stdout else stderr

    def column(self, name):
        with h5py.File(self.out / "table.h5") as table:
            return list(table[name].asstr()[:] if table[name].dtype.kind == "O" else table[name][:])

    def shares(self):
        """How many cases each of two ranks has run."""
        return [len((self.out / f"journal/rank_{rank}_worker_0.jsonl").read_text().splitlines()) for rank in (1, 2)]

    def children(self, process):
        return [int(p) for p in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]

    def ranks(self, process):
        """Processes by rank."""
        found = {}
        for child in self.children(process.pid):
            for entry in pathlib.Path(f"/proc/{child}/environ").read_bytes().split(b"\0"):
                if entry.startswith(b"OMPI_COMM_WORLD_RANK="):
                    found[int(entry.split(b"=")[1])] = child
        return found

    def wait_for_entries(self, count):
        end = time.monotonic() + 30
        while sum(journal_entries(self.out).values()) < count:
            self.assertLess(time.monotonic(), end, "no case has ended")
            time.sleep(0.02)

    def assert_each_once(self, count):
        entries = journal_entries(self.out)
        self.assertEqual((len(entries), set(entries.values())), (count, {1}))

    def test_ranks_share_a_sweep(self):
        summary = self.sweep(3, self.slow_study())
        self.assertEqual((summary["complete"], summary["failed"], summary["missing"]), (SLOW, 0, 0))
        self.assert_each_once(SLOW)
        self.assertGreater(min(self.shares()), SLOW / 4)
        self.assertEqual(self.sweep(3, self.slow_study())["known_before"], SLOW)
        alone = json.loads(self.succeeds("sweep", self.slow_study(), "-o", self.out, "--json").stdout)
        self.assertEqual(alone["known_before"], SLOW)

    def test_a_long_case_holds_nobody_up(self):
        """Handed out one at a time: while one rank has the long case, the other runs all the rest."""
        times = ", ".join(["1e7 h", *(f"{hours} h" for hours in range(1, 21))])
        self.sweep(3, self.study(vary=f"{{schedule.for: [{times}]}}", set="{output.every: 1 h, units.tank.outflow: 2 m3/h}"))
        self.assertEqual(sorted(self.shares()), [1, 20])

    def test_failures_are_told_by_rank_0(self):
        summary = self.sweep(3, "tests/app/sweep_grid.yaml", status=FAILURES)
        self.assertEqual((summary["complete"], summary["failed"]), (10, 2))
        self.assertEqual([k for k, status in enumerate(self.column("status")) if status == "failed"], [6, 9])

    def test_several_workers_a_rank(self):
        self.assertEqual(self.sweep(2, self.slow_study(), "-j", 2)["complete"], SLOW)
        self.assert_each_once(SLOW)
        self.assertTrue((self.out / "journal/rank_1_worker_1.jsonl").exists())

    def test_one_process_is_a_plain_sweep(self):
        self.assertEqual(self.sweep(1, self.study())["complete"], 20)

    def test_a_worker_that_dies_takes_neither_its_rank_nor_its_case_with_it(self):
        with self.start(3, self.slow_study()) as process:
            self.wait_for_entries(3)
            os.kill(self.children(self.ranks(process)[1])[0], signal.SIGKILL)
            _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DONE, stderr)
        self.assertEqual(set(self.column("status")), {"complete"})
        self.assert_each_once(SLOW)

    def test_a_case_that_never_ends_is_stopped(self):
        begin = time.monotonic()
        self.sweep(3, self.study(vary="{schedule.for: [1 h, 2 h, 1e12 s, 3 h]}", set="{output.every: 1 s, units.tank.outflow: 2 m3/h}", time_limit="2 s"), status=FAILURES)
        self.assertEqual(self.column("status"), ["complete", "complete", "stopped", "complete"])
        self.assertLess(time.monotonic() - begin, 12.0)  # 2 s, and what mpirun takes on a busy machine

    def test_a_rank_that_dies_ends_the_job_and_nothing_is_lost(self):
        for rank in (1, 0):
            with self.start(3, self.slow_study()) as process:
                self.wait_for_entries(sum(journal_entries(self.out).values()) + 5)
                os.kill(self.ranks(process)[rank], signal.SIGKILL)
                process.communicate(timeout=60)
            self.assertNotEqual(process.returncode, DONE)
        found = sum(journal_entries(self.out).values())
        self.assertLess(found, SLOW)
        time.sleep(0.5)  # what is left of the job
        summary = self.sweep(3, self.slow_study())
        self.assertEqual((summary["complete"], summary["known_before"]), (SLOW, found))
        self.assert_each_once(SLOW)

    def test_a_rank_that_is_stopped_interrupts_all(self):
        for rank in (0, 2):
            with self.start(3, self.slow_study()) as process:
                self.wait_for_entries(sum(journal_entries(self.out).values()) + 5)
                os.kill(self.ranks(process)[rank], signal.SIGINT)
                _, stderr = process.communicate(timeout=30)
            self.assertEqual(process.returncode, INTERRUPTED, stderr)
            self.assertIn("the same command goes on from here", stderr)
        self.assertEqual(self.sweep(3, self.slow_study())["complete"], SLOW)
        self.assert_each_once(SLOW)

    def test_what_is_wrong_is_said_once(self):
        stderr = self.sweep(3, self.study(vary="{units.lake.flwo: [1 m3/h]}"), status=BAD_INPUT)
        self.assertEqual(stderr.count("unknown key 'flwo'"), 1, stderr)
        for option in ("--status", "--merge", "--plan"):
            stderr = self.sweep(3, self.study(), option, status=BAD_INPUT)
            self.assertEqual(stderr.count("mpirun has started 3 processes; this runs nothing and is not for many processes"), 1, stderr)
        self.assertFalse(self.out.exists())

    def test_a_folder_in_use_is_refused(self):
        with self.start(3, self.slow_study()) as process:
            self.wait_for_entries(1)
            stderr = self.sweep(3, self.slow_study(), status=INTERRUPTED)
            self.assertEqual(stderr.count("another process is working on this sweep"), 1, stderr)
            process.communicate(timeout=60)
        self.assert_each_once(SLOW)


if __name__ == "__main__":
    program.main()
