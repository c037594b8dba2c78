"""A small writer of SVG plots with logarithmic axes."""

import dataclasses
import math
from xml.sax.saxutils import escape

COLOURS = ("#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#0f766e", "#a16207")
WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 44


@dataclasses.dataclass
class Line:
    """A named line through points; both coordinates are above zero."""

    name: str
    points: list[tuple[float, float]]


@dataclasses.dataclass
class Panel:
    """One plot."""

    title: str
    across: str
    upwards: str
    lines: list[Line]


@dataclasses.dataclass
class Axis:
    """Maps values to pixels, logarithmically, from a round value below the least to one above the greatest."""

    values: list[float]
    start: float
    end: float

    def __post_init__(self) -> None:
        steps = self.steps()
        self.low = max((step for step in steps if step <= min(self.values)), default=steps[0])
        self.high = min((step for step in steps if step >= max(self.values) and step > self.low), default=steps[-1])

    def steps(self) -> list[float]:
        """1, 2 and 5 times the powers of ten around the values."""
        lowest, highest = (math.floor(math.log10(edge(self.values))) for edge in (min, max))
        return [factor * 10.0**power for power in range(lowest, highest + 2) for factor in (1, 2, 5)]

    def ticks(self) -> list[float]:
        found = [step for step in self.steps() if self.low <= step <= self.high]
        decades = [step for step in found if math.isclose(math.log10(step) % 1, 0, abs_tol=1e-9)]
        return decades if len(decades) > 3 else found

    def place(self, value: float) -> float:
        part = (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        return self.start + part * (self.end - self.start)


def label(value: float) -> str:
    """`0.5`, `200`, `10⁵`"""
    if value < 10_000:
        return f"{value:g}"
    power = math.floor(math.log10(value) + 1e-9)
    factor = round(value / 10**power)
    raised = "10" + str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return raised if factor == 1 else f"{factor}·{raised}"


def text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def panel_parts(panel: Panel, colours: dict[str, str]) -> list[str]:
    points = [point for line in panel.lines for point in line.points]
    across = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    upwards = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts = [
        text(WIDTH / 2, 18, panel.title, more=' font-weight="bold"'), text(WIDTH / 2, HEIGHT - 8, panel.across),
        text(14, middle, panel.upwards, more=f' transform="rotate(-90 14 {middle:.1f})"')]
    for tick in across.ticks():
        x = across.place(tick)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(text(x, HEIGHT - BOTTOM + 16, label(tick)))
    for tick in upwards.ticks():
        y = upwards.place(tick)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(text(LEFT - 6, y + 4, label(tick), "end"))
    for line in panel.lines:
        places = [(across.place(x), upwards.place(y)) for x, y in line.points]
        track = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline fill="none" stroke-width="2" stroke="{colours[line.name]}" points="{track}"/>')
        parts += [f'<circle r="3" fill="{colours[line.name]}" cx="{x:.1f}" cy="{y:.1f}"/>' for x, y in places]
    return parts


def svg(panels: list[Panel]) -> str:
    """The panels, two in a row, with one legend below."""
    names = list(dict.fromkeys(line.name for panel in panels for line in panel.lines))
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}
    rows = math.ceil(len(panels) / 2)
    width, height = WIDTH * min(2, len(panels)), HEIGHT * rows + 20 * len(names) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        "<style>text{font:12px sans-serif;fill:#222}.grid{stroke:#ddd;stroke-width:1}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({WIDTH * (number % 2)} {HEIGHT * (number // 2)})">')
        parts += [*panel_parts(panel, colours), "</g>"]
    for number, name in enumerate(names):
        y = HEIGHT * rows + 20 * number + 16
        parts.append(f'<path stroke-width="2" stroke="{colours[name]}" d="M{LEFT} {y - 4}h24"/>')
        parts.append(text(LEFT + 32, y, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def exponent(points: list[tuple[float, float]]) -> float:
    """How y grows with x: the exponent of the power that fits best, least squares of the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    middle_x, middle_y = (sum(values) / len(logs) for values in zip(*logs))
    return sum((x - middle_x) * (y - middle_y) for x, y in logs) / sum((x - middle_x) ** 2 for x, _ in logs)
