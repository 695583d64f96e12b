"""Draws the panels of the dashboard from what a real Prometheus answers: plot.py BINARIES SECONDS PICTURE."""

import io
import re
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402
from PIL import Image  # noqa: E402

import dashboard  # noqa: E402
from servers import Prometheus, Traind  # noqa: E402
from traffic import Traffic  # noqa: E402

COLUMNS = 4
MOST_SERIES = 7  # of a panel


def collect(binaries, seconds):
    """(title, unit, stacked, [(legend, times, values)]) of each panel."""
    with Traind(binaries) as traind, Prometheus(traind.metrics) as prometheus:
        start = time.time() + 3
        time.sleep(3)
        with Traffic(traind) as traffic:
            while time.time() < start + seconds:
                traffic.some()
                time.sleep(max(1.5, seconds / 60))
            end = time.time()
            return [(panel["title"], panel["fieldConfig"]["defaults"]["unit"], stacked(panel),
                     [series for target in panel["targets"] for series in ask(prometheus, target, start, end)])
                    for panel in dashboard.panels(dashboard.load())]


def stacked(panel):
    return panel["fieldConfig"]["defaults"].get("custom", {}).get("stacking", {}).get("mode") == "normal"


def ask(prometheus, target, start, end):
    answer = prometheus.api("query_range", query=dashboard.filled_in(target["expr"]), start=start, end=end,
                            step=max(1, (end - start) / 120))
    for series in answer["result"]:
        labels = series["metric"] | {"instance": "traind"}
        legend = re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), target["legendFormat"]).strip()
        times, values = zip(*[(moment - start, float(value)) for moment, value in series["values"]])
        yield legend.removeprefix("traind ").removeprefix("traind.v1."), times, values


def top(series):
    return max((value for value in series[2] if value == value), default=0)


def number(value, unit):
    if unit == "percentunit":
        return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{value:.2%}"
    factor, names = (1024, ["", "Ki", "Mi", "Gi", "Ti"]) if unit in ("bytes", "Bps") else (1000, ["", "k", "M", "G"])
    name = 0
    while abs(value) >= factor and name + 1 < len(names):
        value /= factor
        name += 1
    after = {"bytes": "B", "Bps": "B/s", "s": "s", "rowsps": "", "ops": "/s", "reqps": "/s"}.get(unit, "")
    if unit == "s" and 0 < abs(value) < 1 and name == 0:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} {names[name]}{after}".strip()


def draw(panels, picture):
    lines = -(-len(panels) // COLUMNS)
    figure, axes = plt.subplots(lines, COLUMNS, figsize=(4.1 * COLUMNS, 2.15 * lines), layout="constrained")
    for axis in axes.flat[len(panels):]:
        axis.axis("off")
    for axis, (title, unit, is_stacked, series) in zip(axes.flat, panels):
        series = sorted(series, key=lambda one: -top(one))[:MOST_SERIES]
        if any(top(one) > 0 for one in series):
            series = [one for one in series if top(one) > 0]
        if is_stacked and series:
            moments = sorted({moment for _, times, _ in series for moment in times})
            layers = [[dict(zip(times, values)).get(moment, 0) for moment in moments] for _, times, values in series]
            layers = [[0 if value != value else value for value in layer] for layer in layers]
            axis.stackplot(moments, layers, labels=[legend for legend, _, _ in series], alpha=0.75)
        else:
            for legend, times, values in series:
                axis.plot(times, values, linewidth=1.1, label=legend)
        axis.set_title(title, fontsize=9, loc="left")
        axis.set_ylim(0, axis.get_ylim()[1] * 1.25)  # room for the legend
        axis.tick_params(labelsize=7)
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _, unit=unit: number(value, unit)))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} s"))
        if len(series) > 1 or (series and series[0][0] not in ("", "traind")):
            axis.legend(fontsize=6, framealpha=0.6, edgecolor="none", loc="upper left")
    if not picture.endswith(".png"):
        figure.savefig(picture)
        return
    pixels = io.BytesIO()
    figure.savefig(pixels, dpi=72)
    # A palette makes it a third of the size.
    Image.open(pixels).convert("RGB").quantize(64).save(picture, optimize=True)


if __name__ == "__main__":
    draw(collect(sys.argv[1], float(sys.argv[2])), sys.argv[3])
