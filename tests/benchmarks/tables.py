"""The tables of docs/performance.md, from results.json."""
import re

PRIMITIVES = {
    "products": ("rows, inputs, outputs", "GFLOP/s",
                 {"DenseForward": "forward", "DenseBackwardData": "data gradient",
                  "DenseBackwardWeights": "weight gradient"}),
    "normalization": ("rows, channels", "GB/s", {"BatchNormalizationForward": "forward",
                                                 "BatchNormalizationBackward": "backward"}),
    "gather": ("rows, features", "GB/s", {"BatchGather": "gather"}),
    "loss": ("rows, classes", "GB/s", {"CrossEntropy": "cross-entropy and gradient"}),
    "update": ("weights", "GB/s", {"AdamUpdate": "Adam"}),
}


def markdown(rows):
    """The first row is the head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def label(shape):
    """256-512-512-512-10@256 as ("256-512×3-10", "256")."""
    widths, batch = shape.split("@")
    return re.sub(r"\b(\d+)((?:-\1)+)\b", lambda found: f"{found[1]}×{1 + found[2].count('-')}", widths), batch


def machine(results):
    about, versions = results["machine"], results["versions"]
    return (f"{about['cores']} cores of {about['cpu']}, {about['memory_gib']} GiB, {about['system']}, Linux "
            f"{about['kernel']}; traind {versions['traind']} with oneDNN {versions['oneDNN']}, {versions['compiler']}; "
            f"PyTorch {' and '.join(versions['PyTorch']) or 'not measured'}. {results['when']}.")


def networks(results, goals):
    rows = [("network", "batch", "", "traind, samples/s", "threads", "best PyTorch", "its samples/s", "ratio", "goal",
             "GFLOP/s", "of the peak")]
    for name, result in results["networks"].items():
        for precision in ["f32", "bf16"]:
            figures = result.get(precision)
            if not figures:
                continue
            peer, goal = figures.get("peer"), goals[precision].get(name)
            ratio = figures.get("ratio")
            rows.append((*label(result["shape"]), precision, f"{figures['samples_per_second']:,}",
                         str(figures["threads"]),
                         f"{peer['version']} {peer['mode']}, {peer['threads']} threads" if peer else "–",
                         f"{figures['peer_samples_per_second']:,}" if peer else "–",
                         f"{ratio:.2f}" if peer else "–",
                         "–" if goal is None else str(goal) if ratio is None or ratio >= goal else f"**{goal}: missed**",
                         f"{figures['gflops']:.0f}",
                         f"{figures['share_of_peak']:.0%}" if precision == "f32" else "–"))
    return markdown(rows)


def everybody(results):
    """Samples a second of every contestant; those who had no turns with what they reached in the first round."""
    names = list(results["networks"])
    by_contestant = {}
    for name in names:
        for entry in results["networks"][name]["figures"]:
            who = (entry["who"], entry.get("version", ""), entry["precision"], entry.get("mode", ""), entry["threads"])
            shown = f"{entry['median']:,}" if "median" in entry else f"({entry['first_round']:,})"
            by_contestant.setdefault(who, {})[name] = shown
    rows = [("", "precision", "threads", *(", batch ".join(label(results["networks"][n]["shape"])) for n in names))]
    for (who, version, precision, mode, threads), figures in by_contestant.items():
        rows.append((" ".join(filter(None, [who, version, mode])), precision, str(threads),
                     *(figures.get(name, "–") for name in names)))
    return markdown(rows)


def primitives(results, which):
    """One of PRIMITIVES: a line a shape, medians for 1 and 2 threads."""
    dimensions, unit, names = PRIMITIVES[which]
    found = {}
    for entry in results["benchmarks"].get("primitives", []):
        name, *arguments = entry["run_name"].split("/")
        if name in names and entry.get("aggregate_name") == "median":
            *shape, threads = [int(argument.split(":")[1]) for argument in arguments if argument[-1].isdigit()]
            speed = entry["FLOP"] if unit == "GFLOP/s" else entry["bytes_per_second"]
            found.setdefault(tuple(shape), {})[name, threads] = f"{speed / 1e9:.{1 if speed < 1e10 else 0}f}"
    rows = [(dimensions, *(f"{title}, {threads} thread{'s' * (threads > 1)}" for title in names.values()
                           for threads in [1, 2]))]
    for shape, speeds in found.items():
        rows.append((", ".join(f"{number:,}" if len(shape) == 1 else str(number) for number in shape),
                     *(speeds.get((name, threads), "–") for name in names for threads in [1, 2])))
    return f"{unit}:\n\n" + markdown(rows)


def growth(results, what):
    curve = results["growth"][what]
    unit = "microseconds_per_step" if "microseconds_per_step" in curve else "nanoseconds_per_row"
    series = {name: dict(map(tuple, points)) for name, points in curve[unit].items() if points}
    xs = [x for x, _ in next(iter(curve[unit].values()))]
    rows = [(curve["x"], *(f"{x:,}" for x in xs))]
    for name, points in series.items():
        rows.append((f"{name}, {unit.replace('_', ' ').replace('per', 'a')}", *(f"{points[x]:,.0f}" for x in xs)))
    return markdown(rows)


def fill_in(page, results, goals):
    """The page with what lies between `<!-- figures: NAME -->` and `<!-- end -->` made anew, where it was measured."""

    def block(found):
        name, *rest = found[1].split()
        try:
            if name == "machine":
                made = machine(results)
            elif name == "networks":
                made = networks(results, goals)
            elif name == "everybody":
                made = everybody(results)
            elif name == "primitives":
                made = primitives(results, *rest)
            else:
                made = growth(results, *rest)
        except (KeyError, StopIteration):
            return found[0]
        return f"<!-- figures: {found[1]} -->\n{made}\n<!-- end -->"

    return re.sub(r"<!-- figures: ([a-z ]+) -->\n.*?<!-- end -->", block, page, flags=re.DOTALL)
