"""What benchmark.py, turns.py and tables.py make of figures, without measuring any."""
import contextlib
import io
import unittest
from unittest import mock

import benchmark
import tables
import turns

RUN = {"traind": "abc1234", "when": "2026-11-27 17:05"}
LATER = {"traind": "def5678", "when": "2026-11-28 09:00"}
PEER = {"who": "PyTorch", "version": "2.6.0", "mode": "eager", "threads": 1, "precision": "f32"}


def network(shape, speed, peer_speed=None, share=0.5):
    figures = {"samples_per_second": speed, "threads": 1, "gflops": 50.0, "share_of_peak": share}
    entries = [{"who": "traind", "threads": 1, "precision": "f32", "first_round": speed, "median": speed}]
    if peer_speed:
        figures.update(peer=PEER, peer_samples_per_second=peer_speed, ratio=round(speed / peer_speed, 2))
        entries.append({**PEER, "first_round": peer_speed, "median": peer_speed})
    return {"shape": shape, "measured": RUN, "turns": 5, "seconds": 2.0, "figures": entries, "f32": figures,
            "fma_peak_gflops": {"1": 100.0}}


def nothing():
    return {"machine": {"cpu": "a CPU", "cores": 2, "memory_gib": 24, "system": "Debian", "kernel": "6"},
            "versions": {"oneDNN": "2.6", "compiler": "g++", "PyTorch": []}, "networks": {}, "growth": {},
            "benchmarks": {}, "many_jobs": {}, "measured": {}}


def missed(results):
    return tables.missed(results, benchmark.GOALS, benchmark.PEAK_GOALS).splitlines()


class Contestant:
    """Says what it is told to, one figure a turn, None for a failure."""

    def __init__(self, side, figures, threads=1):
        self.side, self.figures, self.left = side, figures, []
        self.about = {"who": "traind" if side == "traind" else "PyTorch", "threads": threads, "precision": "f32"}

    def measure(self, network_, seconds, *more):
        if seconds == 0.1:  # to get warm
            return None
        if not self.left:
            self.left = list(self.figures)
        return self.left.pop(0)

    def close(self):
        self.left = []


def compare(*contestants, rounds=3):
    with mock.patch.object(turns, "fma_peak", return_value={"1": 100.0}), contextlib.redirect_stdout(io.StringIO()):
        return turns.compare("S", benchmark.S, contestants, rounds, 1.5, "")


class TurnsTest(unittest.TestCase):
    def test_ratios_are_of_the_same_turn(self):
        # The first turn of the peer fails: what is left of it is not shifted by one.
        result = compare(Contestant("traind", [100, 200, 400]), Contestant("peer", [10, None, 20]))
        self.assertEqual(result["f32"]["ratios"], [10, 20])

    def test_without_a_turn_that_both_have_the_medians_are_compared(self):
        ours, theirs = Contestant("traind", [None, 100]), Contestant("peer", [50, None])
        with mock.patch.object(turns, "first_round", lambda contestants, *_: (list(contestants), [])):
            self.assertEqual(compare(ours, theirs, rounds=2)["f32"]["ratios"], [2])

    def test_who_fails_always_is_left_out(self):
        with mock.patch.object(turns, "first_round", lambda contestants, *_: (list(contestants), [])):
            result = compare(Contestant("traind", [100]), Contestant("peer", [None]))
        self.assertNotIn("peer", result["f32"])

    def test_versions_are_in_the_order_of_their_numbers(self):
        self.assertEqual(max(["2.6.0", "2.10.1", "1.13.1"], key=turns.in_order), "2.10.1")
        modes = [peer.about["mode"] for peer in turns.peers({"10.0": "python3"}, ["f32"], None)]
        self.assertIn("compile", modes)

    def test_growth_bears_a_failure(self):
        options = mock.Mock(pythons={}, turns=2, seconds=0.3)
        results = nothing()
        contestants = [Contestant("traind", [None, 100, 100]), Contestant("traind", [None], threads=2)]
        with mock.patch.object(turns, "ours", return_value=contestants), contextlib.redirect_stdout(io.StringIO()):
            benchmark.measure_growth(options, {"training_step": ""}, results)
        self.assertEqual(len(results["growth"]["rows"]["nanoseconds_per_row"]["traind"]), len(benchmark.DATASETS))


class KeptTest(unittest.TestCase):
    def test_peers_of_an_earlier_run_stay_and_are_marked(self):
        old, new = network(benchmark.S, 600, peer_speed=60), network(benchmark.S, 900)
        new["measured"] = LATER
        benchmark.keep_peers(old, new)
        self.assertEqual(new["f32"]["ratio"], 15)
        self.assertEqual(new["f32"]["peer"], PEER)
        self.assertEqual([entry["who"] for entry in new["figures"]], ["traind", "PyTorch"])
        results = {**nothing(), "networks": {"S": new}}
        table = tables.networks(results, benchmark.GOALS)
        self.assertIn("| 15.00* | 10 |", table)
        self.assertIn("traind def5678, 2026-11-28; 64-128-64-10, batch 32, PyTorch: traind abc1234, 2026-11-27.", table)

    def test_without_earlier_peers_there_are_none(self):
        new = network(benchmark.S, 900)
        benchmark.keep_peers({}, new)
        benchmark.keep_peers(network(benchmark.S, 600), new)
        self.assertNotIn("ratio", new["f32"])

    def test_a_benchmark_that_fails_is_no_figure(self):
        answer = mock.Mock(stdout='{"benchmarks": [{"name": "Memory", "error_occurred": true, "error_message": "gone"}]}')
        results = nothing()
        with mock.patch.object(benchmark.subprocess, "run", return_value=answer), \
                contextlib.redirect_stdout(io.StringIO()), self.assertRaisesRegex(SystemExit, "Memory failed: gone"):
            benchmark.measure_benchmarks("service", "service_benchmark", [], results)
        self.assertEqual(results["benchmarks"], {})


class TablesTest(unittest.TestCase):
    def test_what_is_not_measured_is_not_met(self):
        lines = missed(nothing())
        self.assertIn("- 64-128-64-10, batch 32, f32: not measured instead of 10.00 times the best PyTorch", lines)
        self.assertIn("- 1024-2048×3-1000, batch 1024, f32: not measured instead of 85% of the cores' peak", lines)
        self.assertIn("- memory, idle: not measured instead of under 40 MB", lines)
        self.assertEqual(len([line for line in lines if "bf16: not measured" in line]), len(benchmark.GOALS["bf16"]))

    def test_what_is_short_of_its_goal_is_missed(self):
        results = {**nothing(), "networks": {"S": network(benchmark.S, 900, peer_speed=100)}}
        self.assertIn("- 64-128-64-10, batch 32, f32: 9.00 times the best PyTorch instead of 10.00 times", missed(results))
        self.assertIn("**10: missed**", tables.networks(results, benchmark.GOALS))
        results["networks"]["S"] = network(benchmark.S, 1000, peer_speed=100)
        self.assertFalse([line for line in missed(results) if "64-128-64-10, batch 32, f32" in line])

    def test_a_network_without_peers_has_no_ratio(self):
        results = {**nothing(), "networks": {"S": network(benchmark.S, 900)}}
        self.assertIn("| 10: not measured |", tables.networks(results, benchmark.GOALS))

    def test_the_service(self):
        results = nothing()
        results["benchmarks"]["service"] = [
            {"name": "Memory/real_time", "run_type": "iteration", "idle_mb": 30.0, "first_jobs_added_mb": 9.0,
             "added_mb": 5.0},
            *({"name": f"StoreStart/100000/iterations:5/manual_time/{i}", "run_type": "iteration", "median_ms": 200.0}
              for i in range(2))]
        results["measured"]["service"] = RUN
        results["many_jobs"] = {"traind": 500.0, "pytorch_processes": 1.0}
        table = tables.service(results)
        for row in ["| memory, idle | 30 MB | under 40 MB |",
                    "| memory that the first ten small jobs add, and that stays | 9.0 MB | – |",
                    "| memory that a small job after them adds | 5.0 MB | **under 4.0 MB: missed** |",
                    "| start with 100,000 finished jobs | 200 ms | under 1000 ms |",
                    "| ... over that of PyTorch processes, two at a time | 500 times | at least 100 times |",
                    "| ... over that of one warm PyTorch process | not measured | at least 5.0 times |"]:
            self.assertIn(row, table)
        self.assertIn("traind abc1234, 2026-11-27.", table)

    def test_growth_leaves_out_what_failed(self):
        results = nothing()
        results["growth"]["batch"] = {"x": "rows", "about": "", "measured": RUN, "microseconds_per_step": {
            "traind": [[8, 1.0], [32, 2.0]], "PyTorch": [[32, 9.0]]}}
        self.assertIn("| PyTorch, microseconds a step | – | 9 |", tables.growth(results, "batch"))

    def test_a_block_of_the_page_that_was_not_measured_stays(self):
        page = "<!-- figures: growth batch -->\nold\n<!-- end -->"
        self.assertEqual(tables.fill_in(page, nothing(), benchmark.GOALS, benchmark.PEAK_GOALS), page)


unittest.main()
