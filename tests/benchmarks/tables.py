"""The tables of docs/performance.md, from results.json."""
import re
import statistics

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


def plural(threads):
    return f"{threads} thread{'s' * (threads != 1)}"


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
                         f"{peer['version']} {peer['mode']}, {plural(peer['threads'])}" if peer else "–",
                         f"{figures['peer_samples_per_second']:,}" if peer else "–",
                         f"{ratio:.2f}" if peer else "–",
                         "–" if goal is None else str(goal) if ratio is None or ratio >= goal else f"**{goal}: missed**",
                         f"{figures['gflops']:.0f}",
                         f"{figures['share_of_peak']:.0%}" if precision == "f32" else "–"))
    lengths = sorted({f"{result['turns']} turns of {result['seconds']:g} s" for result in results["networks"].values()})
    return markdown(rows) + f"\n\nMedians of {', or '.join(lengths)}."


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
    if not found:
        raise KeyError("they were not measured")
    rows = [(dimensions, *(f"{title}, {plural(threads)}" for title in names.values()
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


def counter(benchmarks, name, field):
    """The median over the repetitions of a counter of the benchmark whose name begins so; None if there is none."""
    values = [entry[field] for entry in benchmarks
              if re.match(rf"{name}(/|$)", entry["name"]) and entry.get("run_type") == "iteration" and field in entry]
    return statistics.median(values) if values else None


def service_figures(results):
    """What the service costs: (what, measured, goal, whether the goal was missed), of all that was measured."""
    service, upload = (results["benchmarks"].get(part, []) for part in ["service", "upload"])
    jobs, cores = results.get("many_jobs", {}), results.get("shared_cores", {})

    def grown(call):
        empty, full = (counter(service, f"Store{call}/{jobs}", "median_ms") for jobs in [0, 100000])
        return full / empty if empty and full else None

    start = counter(service, "StoreStart/100000", "real_time")
    share = counter(upload, "Upload/tensors/disk", "ratio")
    rows = [
        ("digits, one epoch, submit to SUCCEEDED", counter(service, "SubmitToSucceeded", "median_ms"), "{:.1f} ms",
         20, False),
        ("training in the server, slower than in the bare engine by", counter(service, "TrainingInServer",
                                                                              "slower_percent"), "{:.1f}%", 3, False),
        ("training watched by 100 clients, slower than unwatched by", counter(service, "WatchFanOut",
                                                                              "slower_percent"), "{:.1f}%", 2, False),
        ("such jobs a second, 1,000 submitted at once", jobs.get("traind"), "{:.0f}", None, True),
        ("... over that of PyTorch processes, two at a time", jobs.get("ratio_to_processes"), "{:.0f} times", 100, True),
        ("... over that of one warm PyTorch process", jobs.get("ratio_to_warm"), "{:.1f} times", 5, True),
        ("one-thread jobs, one a core, against their lone speed", cores.get("together"), "{:.0%}", 0.9, True),
        ("upload of 1 GB, against a bare gRPC stream", share, "{:.0%}", 0.6, True),
        ("memory, idle", counter(service, "Memory", "idle_mb"), "{:.0f} MB", 40, False),
        ("memory that a small job adds", counter(service, "Memory", "added_mb"), "{:.1f} MB", 4, False),
        *((f"{call}, with 100,000 finished jobs against none", grown(call), "{:.2f} times", 1.5, False)
          for call in ["Submit", "Get", "Watch"]),
        ("start with 100,000 finished jobs", start, "{:.0f} ms", 1000, False),
    ]
    figures = []
    for what, figure, form, goal, is_least in rows:
        if figure is not None:
            missed = goal is not None and (figure < goal if is_least else figure > goal)
            wanted = "–" if goal is None else ("at least " if is_least else "under ") + form.format(goal)
            figures.append((what, form.format(figure), wanted, missed))
    return figures


def service(results):
    figures = service_figures(results)
    if not figures:
        raise KeyError("nothing of the service was measured")
    table = markdown([("what", "measured", "goal"), *((what, figure, f"**{goal}: missed**" if missed else goal)
                                                      for what, figure, goal, missed in figures)])
    pictures = {"StoreGet": "![Calls by jobs in the store](pictures/performance-growth-store.svg)",
                "JobsAtOnce": "![Rate by jobs at once](pictures/performance-growth-jobs.svg)"}
    measured = " ".join(entry["name"] for entry in results["benchmarks"].get("service", []))
    return "\n\n".join([table, *(picture for name, picture in pictures.items() if name in measured)])


def missed(results, goals, peak_goals):
    """What is not as it should be, in a list."""
    lines = []
    for name, result in results["networks"].items():
        for precision in ["f32", "bf16"]:
            figures = result.get(precision, {})
            where = "{}, batch {}, ".format(*label(result["shape"])) + precision
            goal = goals[precision].get(name)
            if goal and figures.get("ratio", goal) < goal:
                lines.append(f"- {where}: {figures['ratio']:.2f} times the best PyTorch instead of {goal}")
            if goal and not figures:
                lines.append(f"- {where}: not there, where {goal} times PyTorch's autocast was the goal")
            least = peak_goals.get(name, 0) if precision == "f32" else 0
            if figures.get("share_of_peak", least) < least:
                lines.append(f"- {where}: {figures['share_of_peak']:.0%} of the cores' peak instead of {least:.0%}")
    lines += [f"- {what}: {figure} instead of {goal}" for what, figure, goal, missed in service_figures(results)
              if missed]
    return "\n".join(lines) or "Nothing: all goals are met."


def fill_in(page, results, goals, peak_goals):
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
            elif name == "missed":
                made = missed(results, goals, peak_goals)
            elif name == "service":
                made = service(results)
            elif name == "primitives":
                made = primitives(results, *rest)
            else:
                made = growth(results, *rest)
        except (KeyError, StopIteration):
            return found[0]
        return f"<!-- figures: {found[1]} -->\n{made}\n<!-- end -->"

    return re.sub(r"<!-- figures: ([a-z ]+) -->\n.*?<!-- end -->", block, page, flags=re.DOTALL)
