"""Runs beside others: in a pool of processes, in threads, and under Ctrl-C."""

import multiprocessing
import os
import pathlib
import signal
import tempfile
import threading
import time
import unittest

import brineflow

COLUMN = "tests/app/small_column.yaml"
MANY_CYCLES = "tests/app/many_cycles.yaml"
LENGTHS = ["2 m", "3 m", "4 m"]


def column(length):
    case = brineflow.load(COLUMN)
    case["units.column.length"] = length
    return case


def recovery(case):
    """In a process of a pool; the case comes as a pickle."""
    return case.run().kpi["li_recovery"]


def in_threads(work, arguments):
    """What `work` answers for each, all at the same time; raises what one of them raised."""
    answers = [None] * len(arguments)

    def one(k):
        try:
            answers[k] = work(arguments[k])
        except BaseException as error:
            answers[k] = error
    threads = [threading.Thread(target=one, args=[k]) for k in range(len(arguments))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers


class SideBySide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = [recovery(column(length)) for length in LENGTHS]
        assert len(set(cls.expected)) == len(LENGTHS)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="brineflow_python_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_a_pool_of_processes(self):
        for method in ["fork", "spawn"]:
            with self.subTest(method), multiprocessing.get_context(method).Pool(2) as pool:
                self.assertEqual(pool.map(recovery, [column(length) for length in LENGTHS]), self.expected)

    def test_findings_come_back_from_a_pool(self):
        case = column("2 m")
        case["units.column.lenght"] = "2 m"
        with multiprocessing.get_context("fork").Pool(1) as pool, self.assertRaises(brineflow.InputError) as raised:
            pool.apply(recovery, [case])
        finding, = raised.exception.findings
        self.assertIn("unknown key 'lenght'", finding.message)
        self.assertEqual(finding.file, COLUMN + " (as changed)")

    def test_threads_run_at_the_same_time(self):
        # Each waits within its run for the other to be within its own; were the runs one after the other, this would break.
        barrier = threading.Barrier(2, timeout=20)

        def work(length):
            waited = []

            def meet(now):
                if not waited:
                    barrier.wait()
                    waited.append(True)
            return column(length).run(progress=meet).kpi["li_recovery"]
        self.assertEqual(in_threads(work, LENGTHS[:2]), self.expected[:2])

    def test_threads_that_record_and_read_take_turns(self):
        def work(k):
            result = column(LENGTHS[k]).run(self.folder / f"{k}.h5", progress=lambda now: self.assertGreater(len(result_of_another["time"]), 1))
            return result["kpi/li_recovery"]
        result_of_another = column("1 m").run(self.folder / "other.h5")
        self.assertEqual(in_threads(work, range(len(LENGTHS))), self.expected)

    def interrupted(self, **arguments):
        """How long after Ctrl-C a long run has ended, in seconds."""
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ctest may have been started without
        case = brineflow.load(MANY_CYCLES)
        case["schedule.repeat.times"] = 4000
        case["solver.time_limit"] = "10 s"  # where nobody heeds Ctrl-C
        sent = []

        def send():
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)
        timer = threading.Timer(0.5, send)
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            case.run(**arguments)
        return time.monotonic() - sent[0]

    def test_ctrl_c(self):
        # A second: twenty times what lies between two looks, for a machine that does other things too.
        self.assertLess(self.interrupted(), 1.0)

    def test_ctrl_c_leaves_a_result(self):
        path = self.folder / "r.h5"
        self.assertLess(self.interrupted(output=path), 2.0)  # the file is closed meanwhile
        result = brineflow.open(path)
        self.assertEqual(result.status, "interrupted")
        self.assertGreater(len(result["time"]), 2)


if __name__ == "__main__":
    unittest.main()
