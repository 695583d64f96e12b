"""The tables of docs/performance.md, from results.json."""
import re
import statistics

PRIMITIVES = {
    "products": ("rows, inputs, outputs", "GFLOP/s",
                 {"DenseForward": "forward", "DenseBackwardData": "data gradient",
                  "DenseBackwardWeights": "weight gradient"}),
    "products-bf16": ("rows, inputs, outputs", "GFLOP/s",
                      {"DenseForwardBfloat16": "forward", "DenseBackwardDataBfloat16": "data gradient",
                       "DenseBackwardWeightsBfloat16": "weight gradient"}),
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
            f"{about['kernel']}; oneDNN {versions['oneDNN']}, {versions['compiler']}; PyTorch "
            f"{' and '.join(versions['PyTorch']) or 'not measured'}. Under each table: of which traind it is, and when.")


def measured(of_what):
    """A line that says what was measured when, and of which traind. `of_what`: {what: {"traind": ..., "when": ...}}."""
    runs = {}
    for what, run in of_what.items():
        runs.setdefault((run["traind"], run["when"][:10]), []).append(what)
    if len(runs) == 1:
        (version, day), = runs
        return f"traind {version}, {day}."
    return "; ".join(f"{', '.join(what)}: traind {version}, {day}" for (version, day), what in runs.items()) + "."


def networks(results, goals):
    note = ""
    rows = [("network", "batch", "", "traind, samples/s", "threads", "best PyTorch", "its samples/s", "ratio", "goal",
             "GFLOP/s", "of the peak")]
    for result in results["networks"].values():
        for precision in ["f32", "bf16"]:
            figures = result.get(precision)
            if not figures:
                continue
            peer, goal = figures.get("peer"), goals[precision].get(result["shape"])
            ratio = figures.get("ratio")
            apart = "" if figures.get("in_turns", True) else "*"
            if apart:
                note = "\n\n\\* of medians of different runs: traind was measured again without PyTorch."
            rows.append((*label(result["shape"]), precision, f"{figures['samples_per_second']:,}",
                         str(figures["threads"]),
                         f"{peer['version']} {peer['mode']}, {plural(peer['threads'])}" if peer else "–",
                         f"{figures['peer_samples_per_second']:,}" if peer else "–",
                         f"{ratio:.2f}{apart}" if peer else "–",
                         "–" if goal is None else f"{goal}: not measured" if ratio is None
                         else str(goal) if ratio >= goal else f"**{goal}: missed**",
                         f"{figures['gflops']:.0f}",
                         f"{figures['share_of_peak']:.0%}" if precision == "f32" else "–"))
    lengths = sorted({f"{result['turns']} turns of {result['seconds']:g} s" for result in results["networks"].values()})
    return markdown(rows) + f"\n\nMedians of {', or '.join(lengths)}. {when_networks(results)}{note}"


def when_networks(results):
    runs = {}
    for result in results["networks"].values():
        name = ", batch ".join(label(result["shape"]))
        runs[name] = result["measured"]
        if peers := result.get("peers_measured"):
            runs[f"{name}, PyTorch"] = peers
    return measured(runs)


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
    return f"{unit}:\n\n" + markdown(rows) + "\n\n" + measured({which: results["measured"]["primitives"]})


def growth(results, what):
    curve = results["growth"][what]
    unit = "microseconds_per_step" if "microseconds_per_step" in curve else "nanoseconds_per_row"
    series = {name: dict(map(tuple, points)) for name, points in curve[unit].items() if points}
    xs = [x for x, _ in next(iter(curve[unit].values()))]
    rows = [(curve["x"], *(f"{x:,}" for x in xs))]
    for name, points in series.items():
        rows.append((f"{name}, {unit.replace('_', ' ').replace('per', 'a')}",
                     *(f"{points[x]:,.0f}" if x in points else "–" for x in xs)))
    return markdown(rows) + "\n\n" + measured(
        {"traind": curve["measured"], "PyTorch": curve["peers_measured"]} if "peers_measured" in curve
        else {what: curve["measured"]})


def counter(benchmarks, name, field):
    """The median over the repetitions of a counter of the benchmark whose name begins so; None if there is none."""
    values = [entry[field] for entry in benchmarks
              if re.match(rf"{name}(/|$)", entry["name"]) and entry.get("run_type") == "iteration" and field in entry]
    return statistics.median(values) if values else None


def service_figures(results):
    """What the service costs: (what, measured, goal, whether the goal was missed or not measured)."""
    service, upload = (results["benchmarks"].get(part, []) for part in ["service", "upload"])
    jobs, cores = results.get("many_jobs", {}), results.get("shared_cores", {})

    def grown(call):
        empty, full = (counter(service, f"Store{call}/{jobs}", "median_ms") for jobs in [0, 100000])
        return full / empty if empty and full else None

    def over(peer):
        return jobs["traind"] / jobs[peer] if "traind" in jobs and peer in jobs else None

    share = counter(upload, "Upload/tensors/disk", "ratio")
    rows = [
        ("digits, one epoch, submit to SUCCEEDED", counter(service, "SubmitToSucceeded", "median_ms"), "{:.1f} ms",
         20, False),
        ("training in the server, slower than in the bare engine by (one core trains, the others serve)",
         counter(service, "TrainingInServer", "slower_percent"), "{:.1f}%", 3, False),
        ("training watched by 100 clients, slower than unwatched by (one core trains, the others serve)",
         counter(service, "WatchFanOut", "slower_percent"), "{:.1f}%", 2, False),
        ("such jobs a second, 1,000 submitted at once", jobs.get("traind"), "{:.0f}", None, True),
        ("... over that of PyTorch processes, two at a time", over("pytorch_processes"), "{:.0f} times", 100, True),
        ("... over that of one warm PyTorch process", over("pytorch_warm"), "{:.1f} times", 5, True),
        ("one-thread jobs, one a core, against their lone speed", cores.get("together"), "{:.0%}", 0.9, True),
        ("upload of 1 GB, against a bare gRPC stream", share, "{:.0%}", 0.6, True),
        ("memory, idle", counter(service, "Memory", "idle_mb"), "{:.0f} MB", 40, False),
        ("memory that the first ten small jobs add, and that stays", counter(service, "Memory", "first_jobs_added_mb"),
         "{:.1f} MB", None, False),
        ("memory that a small job after them adds", counter(service, "Memory", "added_mb"), "{:.1f} MB", 4, False),
        *((f"{call}, with 100,000 finished jobs against none", grown(call), "{:.2f} times", 1.5, False)
          for call in ["Submit", "Get", "Watch"]),
        ("start with 100,000 finished jobs", counter(service, "StoreStart/100000", "median_ms"), "{:.0f} ms", 1000,
         False),
    ]
    figures = []
    for what, figure, form, goal, is_least in rows:
        wanted = "–" if goal is None else ("at least " if is_least else "under ") + form.format(goal)
        if figure is None:
            figures.append((what, "not measured", wanted, goal is not None))
        else:
            missed = goal is not None and (figure < goal if is_least else figure > goal)
            figures.append((what, form.format(figure), wanted, missed))
    return figures


def service(results):
    table = markdown([("what", "measured", "goal"),
                      *((what, figure, f"**{goal}: missed**" if missed and figure != "not measured" else goal)
                        for what, figure, goal, missed in service_figures(results))])
    names = {"service": "the service", "upload": "upload", "jobs": "1,000 jobs", "jobs, PyTorch": "PyTorch's",
             "shared cores": "jobs beside each other"}
    runs = {name: results["measured"][part] for part, name in names.items() if part in results["measured"]}
    pictures = {"StoreGet": "![Calls by jobs in the store](pictures/performance-growth-store.svg)",
                "JobsAtOnce": "![Rate by jobs at once](pictures/performance-growth-jobs.svg)"}
    names = " ".join(entry["name"] for entry in results["benchmarks"].get("service", []))
    runs_line = [measured(runs)] if runs else []
    return "\n\n".join([table, *runs_line, *(picture for name, picture in pictures.items() if name in names)])


def missed(results, goals, peak_goals):
    """What is not as it should be, or not known to be, in a list."""
    lines = []
    by_shape = {result["shape"]: result for result in results["networks"].values()}

    def check(shape, precision, field, goal, form, of_what):
        figure = by_shape.get(shape, {}).get(precision, {}).get(field)
        where = "{}, batch {}, ".format(*label(shape)) + precision
        if figure is None:
            lines.append(f"- {where}: not measured instead of {form.format(goal)} {of_what}")
        elif figure < goal:
            lines.append(f"- {where}: {form.format(figure)} {of_what} instead of {form.format(goal)}")

    for shape in goals["f32"] | goals["bf16"]:
        for precision in ["f32", "bf16"]:
            if goal := goals[precision].get(shape):
                check(shape, precision, "ratio", goal, "{:.2f} times", "the best PyTorch")
        if goal := peak_goals.get(shape):
            check(shape, "f32", "share_of_peak", goal, "{:.0%}", "of the cores' peak")
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
        except KeyError:  # it was not measured
            return found[0]
        return f"<!-- figures: {found[1]} -->\n{made}\n<!-- end -->"

    return re.sub(r"<!-- figures: ([a-z0-9 -]+) -->\n.*?<!-- end -->", block, page, flags=re.DOTALL)
