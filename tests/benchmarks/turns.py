"""Measures traind and its peers in turns. What scripts/benchmark.sh runs; it has the options explained.

Contestants are programs that, told a network, say how many samples a second they trained: training_step for each number
of threads and precision, and torch_mlp.py for each PyTorch, mode, number of threads and precision.
"""
import json
import re
import select
import shlex
import statistics
import subprocess

import tables

THREADS = [1, 2]
PRECISIONS = ["f32", "bf16"]
ANSWER_WITHIN = 150  # seconds: PyTorch compiles for a minute

# Who is slower than this share of the best of its side in a first round does not take turns.
IN_REACH = 0.75


def in_order(version):
    """A version as what can be compared: 2.6.0 as [2, 6, 0]."""
    return [int(number) for number in re.findall(r"\d+", version)]


class Ours:
    """training_step: starts anew for every figure, which takes it milliseconds."""

    side = "traind"

    def __init__(self, program, threads, precision):
        self.program, self.about = program, {"who": "traind", "threads": threads, "precision": precision}

    def measure(self, network, seconds, *more):
        command = [self.program, f"--networks={network}", f"--seconds={seconds}", f"--threads={self.about['threads']}",
                   f"--precision={self.about['precision']}", *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_WITHIN)
        if done.returncode != 0:
            print(f"  traind: {done.stderr.strip()}")
            return None
        return json.loads(done.stdout)["samples_per_second"]

    def close(self):
        pass


class Peer:
    """torch_mlp.py: a process that stays while it is asked for the same network."""

    side = "peer"

    def __init__(self, python, version, mode, threads, precision, log):
        self.log = log  # what it says that is no answer
        self.command = [*shlex.split(python), "--mode", mode, "--threads", str(threads), "--precision", precision]
        self.about = {"who": "PyTorch", "version": version, "mode": mode, "threads": threads, "precision": precision}
        self.process = None

    def measure(self, network, seconds):
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=self.log, text=True)
        try:
            self.process.stdin.write(f"{network} {seconds}\n")
            self.process.stdin.flush()
            if select.select([self.process.stdout], [], [], ANSWER_WITHIN)[0]:
                return json.loads(self.process.stdout.readline())["samples_per_second"]
            print(f"  no answer within {ANSWER_WITHIN} s from {self.about}")
        except (BrokenPipeError, ValueError):
            print(f"  no figure from {self.about}")
        self.close()
        return None

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def ours(program, precisions):
    return [Ours(program, threads, precision) for precision in precisions for threads in THREADS]


def peers(pythons, precisions, log):
    """`pythons`: {version: command}. PyTorch compiles from 2.0 on."""
    return [Peer(python, version, mode, threads, precision, log) for version, python in pythons.items()
            for precision in precisions for mode in (["eager", "compile"] if in_order(version) >= [2] else ["eager"])
            for threads in THREADS]


def first_round(contestants, network, seconds):
    """Of each side and precision those who are in reach of its best, and what everybody reached."""
    reached = []
    for contestant in contestants:
        speed = contestant.measure(network, seconds)
        print(f"  {describe(contestant.about)}: {speed or 0:,} samples/s", flush=True)
        # A core is not lent to who waits, nor memory.
        contestant.close()
        if speed:
            reached.append((contestant, speed))

    def best(side, precision):
        return max(s for c, s in reached if c.side == side and c.about["precision"] == precision)

    chosen = [c for c, speed in reached if speed >= IN_REACH * best(c.side, c.about["precision"])]
    return chosen, [{**c.about, "first_round": speed} for c, speed in reached]


def take_turns(contestants, network, turns, seconds):
    """{contestant: its figures, one a turn}, everybody having had a turn before anybody has the next.

    None where a contestant failed; who failed in every turn is left out."""
    speeds = {contestant: [] for contestant in contestants}
    for contestant in contestants:
        contestant.measure(network, 0.1)  # starts the process, lets it compile
    for _ in range(turns):
        for contestant in contestants:
            speeds[contestant].append(contestant.measure(network, seconds))
    return {contestant: figures for contestant, figures in speeds.items() if any(figures)}


def median(figures):
    """Of those that are there."""
    return statistics.median(figure for figure in figures if figure)


def best_of(speeds, side, precision):
    """Who has the highest median."""
    mine = [(median(f), f, c) for c, f in speeds.items()
            if c.side == side and c.about["precision"] == precision]
    return max(mine, key=lambda entry: entry[0], default=None)


def describe(about):
    parts = [about["who"], about.get("version"), about.get("mode"), tables.plural(about["threads"]), about["precision"]]
    return " ".join(part for part in parts if part)


def fma_peak(program):
    """GFLOP/s by number of threads, as JSON will have it."""
    lines = subprocess.run([program, *map(str, THREADS)], capture_output=True, text=True, check=True).stdout
    return {str(entry["threads"]): entry["gflops"] for entry in map(json.loads, lines.splitlines())}


def flop_per_sample(shape):
    """Of the dense layers, two a multiplication: forward, both gradients, but no gradient of the data themselves."""
    widths = list(map(int, shape.split("@")[0].split("-")))
    products = [a * b for a, b in zip(widths, widths[1:])]
    return 2 * (3 * sum(products) - products[0])


def compare(name, shape, contestants, turns, seconds, peak_program):
    """All figures of a network."""
    print(f"{name} ({shape})", flush=True)
    chosen, entries = first_round(contestants, shape, min(seconds, 1))
    speeds = take_turns(chosen, shape, turns, seconds)
    for contestant in chosen:
        contestant.close()
    for entry in entries:
        for contestant, figures in speeds.items():
            if all(entry.get(key) == value for key, value in contestant.about.items()):
                entry["turns"], entry["median"] = figures, round(median(figures))
    result = {"shape": shape, "flop_per_sample": flop_per_sample(shape), "fma_peak_gflops": fma_peak(peak_program),
              "turns": turns, "seconds": seconds, "figures": entries}
    for precision in PRECISIONS:
        our, their = best_of(speeds, "traind", precision), best_of(speeds, "peer", precision)
        if our is None:
            continue
        gflops = our[0] * result["flop_per_sample"] / 1e9
        result[precision] = {"samples_per_second": round(our[0]), "threads": our[2].about["threads"],
                             "gflops": round(gflops, 1)}
        if their is not None:
            # Of the turns that both have: figures of different turns are no pair.
            ratios = [a / b for a, b in zip(our[1], their[1]) if a and b] or [our[0] / their[0]]
            result[precision].update(peer=their[2].about, peer_samples_per_second=round(their[0]),
                                     ratio=round(statistics.median(ratios), 2),
                                     ratios=[round(ratio, 2) for ratio in ratios])
    return result
