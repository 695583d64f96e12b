"""Charts as SVG: bars and lines, legible on light and dark pages. Nothing but the standard library."""
import html
import math

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 88, WIDTH - 24, 104, HEIGHT - 60

# An SVG in an <img> follows the reader's color scheme by itself.
STYLE = """<style>
  .page { fill: #ffffff } .value { stroke: #ffffff } .text { fill: #1f2328 } .quiet { fill: #59636e }
  .grid { stroke: #d1d9e0 }
  .c0 { stroke: #0969da; fill: #0969da } .c1 { stroke: #bc4c00; fill: #bc4c00 } .c2 { stroke: #1a7f37; fill: #1a7f37 }
  .c3 { stroke: #8250df; fill: #8250df }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .value { stroke: #0d1117 } .text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .c0 { stroke: #4493f8; fill: #4493f8 } .c1 { stroke: #f0883e; fill: #f0883e } .c2 { stroke: #3fb950; fill: #3fb950 }
    .c3 { stroke: #ab7df8; fill: #ab7df8 }
  }
  svg { font: 13px system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif }
  .title { font-size: 17px; font-weight: 600 } .middle { text-anchor: middle } .end { text-anchor: end }
  .value { paint-order: stroke; stroke-width: 4px }
  .line { fill: none; stroke-width: 2.2 } .bar { stroke: none } .goal { stroke-dasharray: 6 5; stroke-width: 2 }
</style>"""


def text(x, y, words, classes, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}"{more}>{html.escape(words)}</text>'


def line(x1, y1, x2, y2, classes):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{classes}"/>'


def short(number):
    """1500000 as 1.5M."""
    for unit, name in [(1e9, "G"), (1e6, "M"), (1e3, "k")]:
        if number >= 100 * unit or number >= unit >= 1e6:
            return f"{number / unit:.3g}{name}"
    if number >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}"


class Axis:
    """Places values between two ends, and knows where its ticks are; logarithmic ones go by powers of `base`."""

    def __init__(self, title, values, ends, base=None):
        self.title, self.ends, self.base = title, ends, base
        high = max(values)
        if base:
            first = math.floor(math.log(min(values), base) + 1e-9)
            last = max(first + 1, math.ceil(math.log(high, base) - 1e-9))
            stride = max(1, math.ceil((last - first) / 8))
            self.ticks = [float(base) ** power for power in range(first, last + 1, stride)]
            self.low, self.high = float(base) ** first, float(base) ** last
        else:
            step = 10 ** math.floor(math.log10(high or 1))
            while high / step < 4:
                step /= 2
            count = math.ceil(high * 1.02 / step)
            self.ticks = [step * i for i in range(count + 1)]
            self.low, self.high = 0, step * count

    def place(self, value):
        scaled = (lambda v: math.log(v)) if self.base else (lambda v: v)
        share = (scaled(value) - scaled(self.low)) / (scaled(self.high) - scaled(self.low))
        return self.ends[0] + share * (self.ends[1] - self.ends[0])


def page(title, y, body, legend):
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
             f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img">', f"<title>{html.escape(title)}</title>", STYLE,
             '<rect width="100%" height="100%" rx="8" class="page"/>', text(LEFT, 34, title, "text title")]
    for tick in y.ticks:
        at = y.place(tick)
        parts += [line(LEFT, at, RIGHT, at, "grid"), text(LEFT - 10, at + 4, short(tick), "quiet end")]
    middle = (TOP + BOTTOM) / 2
    parts.append(text(18, middle, y.title, "text middle", f' transform="rotate(-90 18 {middle:.0f})"'))
    x = LEFT
    for index, name in enumerate(legend):
        parts += [f'<rect x="{x:.0f}" y="60" width="14" height="14" class="bar c{index}"/>',
                  text(x + 21, 72, name, "text")]
        x += 56 + 7.2 * len(name)
    return "\n".join(parts + body + ["</svg>", ""])


def bars(title, y_title, groups, series, goals=None):
    """`series`: {name: a value for each group, or None}. `goals`: for each group a line that its bars should reach."""
    goals = goals or [None] * len(groups)
    y = Axis(y_title, [v for values in [*series.values(), goals] for v in values if v], (BOTTOM, TOP))
    body, slot = [], (RIGHT - LEFT) / len(groups)
    width = min(44, slot * 0.8 / len(series))
    for group, name in enumerate(groups):
        center = LEFT + slot * (group + 0.5)
        for line_number, part in enumerate(name.split("\n")):
            body.append(text(center, BOTTOM + 20 + 17 * line_number, part, "quiet middle"))
        if goals[group]:
            at = y.place(goals[group])
            body.append(line(center - slot * 0.44, at, center + slot * 0.44, at, "goal c1"))
        for index, values in enumerate(series.values()):
            if values[group] is None:
                continue
            x, top = center + (index - len(series) / 2) * width, y.place(values[group])
            body += [f'<rect x="{x + 1:.1f}" y="{top:.1f}" width="{width - 2:.1f}" height="{BOTTOM - top:.1f}" '
                     f'class="bar c{index}"/>', text(x + width / 2, top - 5, short(values[group]), "text value middle")]
    return page(title, y, body, series)


def lines(title, x_title, y_title, series, x_base=2, y_base=10):
    """`series`: {name: [(x, y), ...]}; both axes are logarithmic where they have a base."""
    points = [point for some in series.values() for point in some]
    x = Axis(x_title, [p[0] for p in points], (LEFT, RIGHT - 16), x_base)
    y = Axis(y_title, [p[1] for p in points], (BOTTOM, TOP), y_base)
    body = [text((LEFT + RIGHT) / 2, HEIGHT - 14, x_title, "text middle")]
    for tick in x.ticks:
        at = x.place(tick)
        body += [line(at, TOP, at, BOTTOM, "grid"), text(at, BOTTOM + 20, short(tick), "quiet middle")]
    for index, some in enumerate(series.values()):
        places = [(x.place(a), y.place(b)) for a, b in some]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        body.append(f'<polyline class="line c{index}" points="{path}"/>')
        body += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" class="c{index}"/>' for a, b in places]
    return page(title, y, body, series)
