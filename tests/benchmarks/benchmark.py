"""Measures, prints tables, writes results.json and pictures beside it. scripts/benchmark.sh runs it, see there."""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import charts
import tables
import turns

# What the ratios to the best peer should be, by precision and network (those of networks.h).
S, S256, T, M, L = ("64-128-64-10@32", "64-128-64-10@256", "100-256-128-64-2@1024", "256-512-512-512-10@256",
                    "1024-2048-2048-2048-1000@1024")
GOALS = {"f32": {S: 10, S256: 5, T: 2.2, M: 1.8, L: 1.2}, "bf16": {S256: 5, T: 2.2, M: 1.9, L: 1.2}}
# The share of the cores' peak that it should be, f32.
PEAK_GOALS = {L: 0.85}

# By what the cost of a step grows. In the others all but that is as in the middle.
GROWTH = {
    "batch": ("rows in a batch", "64-128-64-10", {b: f"64-128-64-10@{b}" for b in [8, 32, 128, 512, 2048, 8192]}),
    "width": ("units of each of 3 hidden layers", "256-units-units-units-10, batch 256",
              {w: f"256-{w}-{w}-{w}-10@256" for w in [64, 128, 256, 512, 1024, 2048]}),
    "depth": ("hidden layers of 256 units", "256 inputs, 10 classes, batch 256",
              {d: f"256-{'256-' * d}10@256" for d in [1, 2, 4, 8, 16, 32]}),
}
# Batches of 256 rows that the dataset is long.
DATASETS = [4, 32, 256, 2048, 8192]


def read(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal: *(\d+)", Path("/proc/meminfo").read_text())
    system = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    return {"cpu": cpu.group(1) if cpu else platform.machine(), "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(int(memory.group(1)) / 2**20), "system": system.group(1) if system else "",
            "kernel": platform.release()}


def versions(pythons):
    return {"oneDNN": read(["dpkg-query", "-W", "-f", "${Version}", "libdnnl-dev"]),
            "compiler": read(["g++", "--version"]).splitlines()[0], "PyTorch": sorted(pythons, key=turns.in_order)}


def now():
    """Which traind is measured, and when: kept with every figure, since a run leaves those of other runs standing."""
    return {"traind": read(["git", "describe", "--always", "--dirty"]), "when": time.strftime("%Y-%m-%d %H:%M")}


def measure_networks(options, programs, results, save):
    shapes = dict(row.split() for row in read([programs["training_step"], "--list"]).splitlines())
    for name in options.networks or shapes:
        contestants = turns.ours(programs["training_step"], options.precisions)
        contestants += turns.peers(options.pythons, options.precisions, options.log)
        result = turns.compare(name, shapes[name], contestants, options.turns, options.seconds, programs["fma_peak"])
        result["measured"] = now()
        if not options.pythons:
            keep_peers(results["networks"].get(name, {}), result)
        results["networks"][name] = result
        results["networks"] = {name: results["networks"][name] for name in shapes if name in results["networks"]}
        add_shares_of_peak(results["networks"])
        save()


def keep_peers(old, new):
    """What an earlier run measured of the peers stays; the ratios are then of medians of different runs."""
    theirs = [entry for entry in old.get("figures", []) if entry["who"] != "traind"]
    if not theirs:
        return
    new["figures"] += theirs
    new["peers_measured"] = old.get("peers_measured", old["measured"])
    for precision in turns.PRECISIONS:
        figures, before = new.get(precision), old.get(precision, {})
        if figures and "peer" in before:
            figures.update(peer=before["peer"], peer_samples_per_second=before["peer_samples_per_second"], in_turns=False,
                           ratio=round(figures["samples_per_second"] / before["peer_samples_per_second"], 2))


def add_shares_of_peak(networks):
    """The peak is the best that was seen beside any network: what else the machine does can only take away."""
    for result in networks.values():
        for precision in turns.PRECISIONS:
            if figures := result.get(precision):
                peak = max(other["fma_peak_gflops"][str(figures["threads"])] for other in networks.values())
                figures["share_of_peak"] = round(figures["gflops"] / peak, 3)


def measure_growth(options, programs, results):
    """Median microseconds a step, the best number of threads of each side; PyTorch is the newest one's eager mode."""
    newest = max(options.pythons, key=turns.in_order, default=None)
    contestants = turns.ours(programs["training_step"], ["f32"])
    if newest:
        contestants += [turns.Peer(options.pythons[newest], newest, "eager", threads, "f32", options.log)
                        for threads in turns.THREADS]
    for what, (x_title, about, shapes) in GROWTH.items():
        print(f"growth with {what}", flush=True)
        earlier = results["growth"].get(what)
        curves = {"traind": [], "PyTorch": []}
        for x, shape in shapes.items():
            speeds = turns.take_turns(contestants, shape, min(3, options.turns), min(0.3, options.seconds))
            batch = int(shape.split("@")[1])
            for side, curve in [("traind", "traind"), ("peer", "PyTorch")]:
                best = turns.best_of(speeds, side, "f32")
                if best:
                    curves[curve].append((x, round(batch / best[0] * 1e6, 2)))
        results["growth"][what] = {"x": x_title, "about": about, "measured": now(), "microseconds_per_step": curves}
        if earlier and not newest:
            curves["PyTorch"] = earlier["microseconds_per_step"]["PyTorch"]
            results["growth"][what]["peers_measured"] = earlier.get("peers_measured", earlier["measured"])
    for contestant in contestants:
        contestant.close()
    points = []
    print("growth with rows", flush=True)
    for batches in DATASETS:
        turns_of = [[c.measure("64-128-64-10@256", 0.3, f"--batches={batches}") for _ in range(3)]
                    for c in contestants if c.side == "traind"]
        medians = [turns.median(figures) for figures in turns_of if any(figures)]
        if medians:
            points.append((256 * batches, round(1e9 / max(medians), 1)))
    results["growth"]["rows"] = {"x": "rows in the dataset", "about": "64-128-64-10, batch 256", "measured": now(),
                                 "nanoseconds_per_row": {"traind": points}}


def measure_benchmarks(part, program, options, results):
    """A program of Google Benchmark: its benchmarks, each with its name, time and counters."""
    print(Path(program).name, flush=True)
    done = subprocess.run([program, "--benchmark_format=json", *options], stdout=subprocess.PIPE, text=True, check=True)
    text = done.stdout
    benchmarks = json.loads(text[text.index("{"):])["benchmarks"]
    for entry in benchmarks:
        if entry.get("error_occurred"):
            sys.exit(f"benchmark.py: {entry['name']} failed: {entry['error_message']}")
    results["benchmarks"][part] = benchmarks
    results["measured"][part] = now()


def measure_many_jobs(options, results):
    """Small jobs by the thousand, and what jobs beside each other cost; scripts of their own."""
    folder = Path(__file__).parent
    print("many jobs", flush=True)
    alone = [] if options.pythons else ["--no-peers"]
    lines = subprocess.run([folder / "many_jobs.sh", *alone], stdout=subprocess.PIPE, text=True, check=True).stdout
    results["many_jobs"].update({entry["benchmark"].split("/")[1]: entry["figure"]
                                 for entry in map(json.loads, lines.splitlines())})
    results["measured"]["jobs"] = now()
    if options.pythons:
        results["measured"]["jobs, PyTorch"] = now()
    print("shared cores", flush=True)
    lines = subprocess.run([folder / "shared_cores.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout
    results["shared_cores"] = {line.split()[0]: float(line.split()[-1]) for line in lines.splitlines()[1:]}
    results["measured"]["shared cores"] = now()


def draw_networks(networks, folder):
    for precision in turns.PRECISIONS:
        shown = {name: result[precision] for name, result in networks.items() if "ratio" in result.get(precision, {})}
        if not shown:
            continue
        labels = ["{}\nbatch {}".format(*tables.label(networks[name]["shape"])) for name in shown]
        goals = [GOALS[precision].get(networks[name]["shape"]) for name in shown]
        (folder / f"ratio-{precision}.svg").write_text(charts.bars(
            f"Training speed, PyTorch's best = 1, {precision} (dashed: the goal)", "times PyTorch's samples a second",
            labels, {"traind": [figures["ratio"] for figures in shown.values()]}, goals))
    shown = {name: result["f32"] for name, result in networks.items() if "f32" in result}
    if shown:
        labels = ["{}\nbatch {}".format(*tables.label(networks[name]["shape"])) for name in shown]
        (folder / "share-of-peak.svg").write_text(charts.bars(
            "Arithmetic, f32: share of what the cores it uses can do", "% of the measured FMA peak", labels,
            {"traind": [100 * figures["share_of_peak"] for figures in shown.values()]}))


def draw_growth(growth, folder):
    for what, curve in growth.items():
        unit = "microseconds_per_step" if "microseconds_per_step" in curve else "nanoseconds_per_row"
        series = {name: points for name, points in curve[unit].items() if points}
        title = f"Cost by {what}: {curve['about']}, f32"
        # Rows cost the same each, whatever their number: a linear axis from 0 shows it.
        (folder / f"growth-{what}.svg").write_text(charts.lines(
            title, curve["x"], unit.replace("_", " ").replace("per", "a"), series,
            y_base=10 if unit == "microseconds_per_step" else None))


def by_argument(benchmarks, name, field):
    """[(argument, median of a field)] of the benchmarks `name/ARGUMENT...` of Google Benchmark."""
    found = {}
    for entry in benchmarks:
        match = re.match(rf"{name}/(?:[a-z_]+:)?(\d+)(/|$)", entry["name"])
        if match and entry.get("run_type") == "iteration" and field in entry:
            found.setdefault(int(match.group(1)), []).append(entry[field])
    return [(argument, statistics.median(values)) for argument, values in sorted(found.items())]


def draw_service(benchmarks, folder):
    at_once = by_argument(benchmarks, "JobsAtOnce", "jobs_per_second")
    if len(at_once) > 1:
        (folder / "growth-jobs.svg").write_text(charts.lines(
            "Rate by jobs submitted at once: the digits, one epoch", "jobs submitted at once", "jobs a second",
            {"traind": at_once}, x_base=10, y_base=None))
    calls = {label: [(max(x, 100), y) for x, y in by_argument(benchmarks, f"Store{label}", "median_ms")]
             for label in ["Submit", "Get", "Watch", "List"]}
    calls = {label: points for label, points in calls.items() if points}
    if calls:
        (folder / "growth-store.svg").write_text(charts.lines(
            "Cost by jobs in the store (the leftmost: none)", "finished jobs in the store",
            "milliseconds a call, median", calls, x_base=10))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--turns", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--networks", type=lambda names: [n for n in names.split(",") if n], default=[])
    parser.add_argument("--parts", type=lambda names: [n for n in names.split(",") if n], required=True,
                        help="none of them: what results.json holds is printed and drawn")
    parser.add_argument("--docs", type=Path, help="the folder whose performance.md and pictures get the figures")
    parser.add_argument("--peer", action="append", default=[], help="VERSION=COMMAND of torch_mlp.py")
    options = parser.parse_args()
    options.pythons = dict(peer.split("=", 1) for peer in options.peer)
    programs = {name: str(options.programs / name) for name in
                ["training_step", "fma_peak", "engine_benchmark", "service_benchmark", "upload_benchmark"]}
    if "networks" in options.parts:
        probe = [programs["training_step"], "--networks=S", "--seconds=0.01", "--precision=bf16"]
        has_bf16 = subprocess.run(probe, capture_output=True).returncode == 0
        options.precisions = turns.PRECISIONS if has_bf16 else ["f32"]

    file = options.out / "results.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    if "measured" not in results:
        results = {}  # an earlier benchmark.py left them, which did not say which traind they are of
    known = results.get("versions", {}).get("PyTorch", [])
    if options.parts or not results:
        results.update(machine=machine(), versions=versions(options.pythons or known))
    for part in ["networks", "growth", "benchmarks", "many_jobs", "measured"]:
        results.setdefault(part, {})

    options.out.mkdir(parents=True, exist_ok=True)
    options.log = open(options.out / "peers.log", "w")
    def save():
        file.write_text(json.dumps(results, indent=1) + "\n")

    # Those of the service take their medians themselves.
    medians = ["--benchmark_min_time=0.05", "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"]
    uploads = ["--benchmark_filter=Upload/tensors/disk", f"--benchmark_repetitions={options.turns}"]
    measures = {"networks": lambda: measure_networks(options, programs, results, save),
                "growth": lambda: measure_growth(options, programs, results),
                "jobs": lambda: measure_many_jobs(options, results),
                "primitives": lambda: measure_benchmarks("primitives", programs["engine_benchmark"], medians, results),
                "service": lambda: measure_benchmarks("service", programs["service_benchmark"], [], results),
                "upload": lambda: measure_benchmarks("upload", programs["upload_benchmark"], uploads, results)}
    for part in options.parts:
        measures[part]()
        save()

    draw_networks(results["networks"], options.out)
    draw_growth(results["growth"], options.out)
    draw_service(results["benchmarks"].get("service", []), options.out)
    if options.docs:
        page = options.docs / "performance.md"
        page.write_text(tables.fill_in(page.read_text(), results, GOALS, PEAK_GOALS))
        for picture in options.out.glob("*.svg"):
            (options.docs / "pictures" / f"performance-{picture.name}").write_text(picture.read_text())
    print()
    if results["networks"]:
        print(tables.networks(results, GOALS))
    print(f"\nAll figures: {file}; pictures beside it")


if __name__ == "__main__":
    main()
