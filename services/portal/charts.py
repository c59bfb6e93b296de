"""Charts as inline SVG, drawn on the server: they need no script and no other host, print, and fit a phone.

A chart is one picture with a title and a description for who does not see it; the page shows the same figures in a table. No figure is
told by colour alone: parts stand in the order of the legend, differ by texture, and carry their number where there is room.
Colours are classes of the style sheet, as the content policy allows no style in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 360
"""Of the drawing; the page scales it, and its letters stay readable on a phone."""
ROW, BAR, LINE, EDGE = 46, 20, 20, 6
LONGEST_LABEL = 46
ROOM_FOR_VALUE, LIMIT_LINE = 52, 14
LEAST_FOR_NUMBER = 18
"""A part narrower than this carries no number."""
TEXTURES = (
    "",
    '<path d="M-1 1 1-1M0 6 6 0M5 7 7 5"/>',
    '<circle cx="3" cy="3" r="1.1"/>',
    '<path d="M0 3H6"/>',
    '<path d="M0 0 6 6M0 6 6 0"/>',
    '<path d="M3 0V6"/>',
)
MARKS = ("circle", "square")
PLOT_HEIGHT, PLOT_LEFT, PLOT_RIGHT = 170, 40, 30


@dataclass(frozen=True)
class Kind:
    """What parts of one sort are called, and the class of their colour."""

    key: str
    name: str


@dataclass(frozen=True)
class Limit:
    """A line across a row that its values have to stay below, or to reach."""

    value: float
    text: str


@dataclass(frozen=True)
class Row:
    """A labelled row of a chart: the value of each kind, by key. ``note`` stands in place of a row without values."""

    label: str
    values: dict[str, float]
    note: str = ""
    limits: tuple[Limit, ...] = ()


def stacked(name: str, title: str, about: str, kinds: Sequence[Kind], rows: Sequence[Row]) -> Markup:
    """Each row as one bar of its whole, parted by kind in the kinds' order."""
    drawn: list[Markup] = []
    for place, row in enumerate(rows):
        top = place * ROW
        drawn.append(_label(row.label, top))
        total = sum(row.values.get(kind.key, 0) for kind in kinds)
        if not total:
            drawn.append(_text(EDGE, top + 34, row.note, "chart-note"))
            continue
        left = float(EDGE)
        for number, kind in enumerate(kinds):
            value = row.values.get(kind.key, 0)
            width = value / total * (WIDTH - 2 * EDGE)
            if not value:
                continue
            drawn.append(_bar(name, kind, number, left, top + 20, max(width - 1, 1)))
            if width >= LEAST_FOR_NUMBER:
                drawn.append(_text(left + width / 2, top + 35, _number(value), f"chart-in on-{kind.key}", "middle"))
            left += width
    height = len(rows) * ROW
    drawn += _legend(name, kinds, height)
    return _chart(name, title, about, height + len(kinds) * LINE + EDGE, drawn)


def bars(
    name: str, title: str, about: str, kinds: Sequence[Kind], rows: Sequence[Row], *, most: float, unit: str = "", legend: bool = True
) -> Markup:
    """Rows with one bar for each kind, all on the same scale up to ``most``; a row's limits are drawn across its bars."""
    drawn: list[Markup] = []
    room = WIDTH - 2 * EDGE - ROOM_FOR_VALUE
    top = 0.0
    for row in rows:
        drawn.append(_label(row.label, top))
        if row.limits:
            top += LIMIT_LINE
        top += 20
        first = top
        for number, kind in enumerate(kinds):
            if kind.key not in row.values:
                continue
            value = row.values[kind.key]
            width = min(value / most, 1) * room if most else 0
            drawn.append(_bar(name, kind, number, EDGE, top, max(width, 1)))
            drawn.append(_text(EDGE + width + 6, top + 15, f"{_number(value)}{unit}", "chart-value"))
            top += BAR + 3
        if not row.values:
            drawn.append(_text(EDGE, top + 14, row.note, "chart-note"))
            top += BAR
        drawn += [_limit(EDGE + min(limit.value / most, 1) * room, first, top - first, limit.text) for limit in row.limits]
        top += 6
    if legend:
        drawn += _legend(name, kinds, top)
    return _chart(name, title, about, top + (len(kinds) * LINE if legend else 0) + EDGE, drawn)


def lines(name: str, title: str, about: str, kinds: Sequence[Kind], points: Sequence[Row], *, most: float, unit: str = "") -> Markup:
    """Values over years as lines; a year without a value leaves a gap, it is never drawn as nothing."""
    drawn: list[Markup] = []
    for share in (0.0, 0.5, 1.0):
        height = _height(share)
        drawn.append(Markup('<path class="chart-grid" d="M{} {:.1f}H{}"/>').format(PLOT_LEFT, height, WIDTH - EDGE))
        drawn.append(_text(PLOT_LEFT - 4, height + 4, f"{_number(most * share)}{unit}", "chart-note", "end"))
    step = (WIDTH - PLOT_LEFT - PLOT_RIGHT - EDGE) / max(len(points) - 1, 1)
    places = [PLOT_LEFT + 16 + step * number for number in range(len(points))]
    for place, point in zip(places, points, strict=True):
        drawn.append(_text(place, PLOT_HEIGHT + 32, point.label, "chart-note", "middle"))
    for number, kind in enumerate(kinds):
        told = [(place, point.values.get(kind.key)) for place, point in zip(places, points, strict=True)]
        for stretch in _stretches(told):
            path = "L".join(f"{x:.1f} {_height(value / most):.1f}" for x, value in stretch)
            drawn.append(Markup('<path class="chart-line line-{} dash-{}" d="M{}"/>').format(kind.key, number, path))
            for x, value in stretch:
                y = _height(value / most)
                drawn.append(_mark(kind, number, x, y))
                drawn.append(_text(x, y - 9 if number % 2 == 0 else y + 19, f"{_number(value)}{unit}", "chart-value", "middle"))
    bottom = PLOT_HEIGHT + 40
    for number, kind in enumerate(kinds):
        y = bottom + number * LINE + 8
        drawn.append(Markup('<path class="chart-line line-{} dash-{}" d="M{} {}h28"/>').format(kind.key, number, EDGE, y))
        drawn += [_mark(kind, number, EDGE + 14, y), _text(EDGE + 36, y + 5, kind.name, "chart-label")]
    return _chart(name, title, about, bottom + len(kinds) * LINE + EDGE, drawn)


def _stretches(told: Iterable[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Runs of values without a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for place, value in told:
        if value is None:
            found.append([])
        else:
            found[-1].append((place, value))
    return [one for one in found if one]


def _height(share: float) -> float:
    return 12 + PLOT_HEIGHT * (1 - min(max(share, 0), 1))


def _chart(name: str, title: str, about: str, height: float, drawn: Sequence[Markup]) -> Markup:
    textures = Markup("").join(
        Markup('<pattern id="{}-texture-{}" width="6" height="6" patternUnits="userSpaceOnUse">{}</pattern>').format(
            name, number, Markup(texture)
        )
        for number, texture in enumerate(TEXTURES)
        if texture
    )
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {:.0f}" aria-labelledby="{}-title {}-about">'
        '<title id="{}-title">{}</title><desc id="{}-about">{}</desc><defs>{}</defs>{}</svg>'
    ).format(WIDTH, height, name, name, name, title, name, about, textures, Markup("").join(drawn))


def _bar(name: str, kind: Kind, number: int, left: float, top: float, width: float) -> Markup:
    place = Markup('x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}"').format(left, top, width, BAR)
    bar = Markup('<rect class="part part-{}" {}/>').format(kind.key, place)
    if not TEXTURES[number % len(TEXTURES)]:
        return bar
    return bar + Markup('<rect fill="url(#{}-texture-{})" {}/>').format(name, number % len(TEXTURES), place)


def _legend(name: str, kinds: Sequence[Kind], top: float) -> list[Markup]:
    found: list[Markup] = []
    for number, kind in enumerate(kinds):
        swatch = Markup('<svg x="{}" y="{:.1f}" width="18" height="14">{}</svg>').format(
            EDGE, top + number * LINE, _bar(name, kind, number, 0, 0, 18)
        )
        found += [swatch, _text(EDGE + 26, top + number * LINE + 12, kind.name, "chart-label")]
    return found


def _mark(kind: Kind, number: int, x: float, y: float) -> Markup:
    if MARKS[number % len(MARKS)] == "square":
        return Markup('<rect class="part-{}" x="{:.1f}" y="{:.1f}" width="9" height="9"/>').format(kind.key, x - 4.5, y - 4.5)
    return Markup('<circle class="part-{}" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(kind.key, x, y)


def _limit(x: float, top: float, height: float, text: str) -> Markup:
    line = Markup('<path class="chart-limit" d="M{:.1f} {:.1f}v{:.1f}"/>').format(x, top - 3, height + 3)
    return line + _text(x, top - 6, text, "chart-note", "middle" if x < WIDTH - ROOM_FOR_VALUE - 20 else "end")


def _label(text: str, top: float) -> Markup:
    short = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"
    return _text(EDGE, top + 14, short, "chart-label")


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>').format(x, y, kind, anchor, text)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or value >= 10 else f"{value:.1f}"
