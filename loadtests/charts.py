"""Lines over time as SVG, for a page that needs nothing from elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 8, 8, 24
_GRID = 4

_Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Line:
    """`values` may have holes. One value for each time of the chart."""

    name: str
    values: Sequence[float | None]


def chart(title: str, unit: str, times: Sequence[float], lines: Sequence[Line], limit: float | None = None) -> str:
    """A figure with its caption. `limit` is drawn as a line of its own."""
    known = [value for line in lines for value in line.values if value is not None]
    top = _ceiling(max([*known, 0.0] if limit is None else [*known, limit]))
    span = max(times, default=0.0) or 1.0

    def x(at: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * at / span

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top)

    parts = []
    for step in range(_GRID + 1):
        value = top * step / _GRID
        parts.append(f'<path class="grid" d="M{_LEFT} {y(value):.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
        at = span * step / _GRID
        parts.append(f'<text x="{x(at):.1f}" y="{_HEIGHT - 6}" text-anchor="middle">{at:.0f} s</text>')
    if limit is not None:
        parts.append(f'<path class="limit" d="M{_LEFT} {y(limit):.1f}H{_WIDTH - _RIGHT}"/>')
    for number, line in enumerate(lines):
        parts.append(f'<path class="line l{number}" d="{_path(line.values, times, x, y)}"/>')
    legend = " ".join(f'<span class="l{number}">{escape(line.name)}</span>' for number, line in enumerate(lines))
    return (
        f"<figure><figcaption>{escape(title)} <small>{escape(unit)}</small> {legend}</figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg></figure>'
    )


def _path(values: Sequence[float | None], times: Sequence[float], x: _Scale, y: _Scale) -> str:
    """Holes are left open."""
    path, pen_down = [], False
    for at, value in zip(times, values, strict=True):
        if value is not None:
            path.append(f"{'L' if pen_down else 'M'}{x(at):.1f} {y(value):.1f}")
        pen_down = value is not None
    return "".join(path)


def _ceiling(value: float) -> float:
    """The next of 1, 2, 4, 8, 10, 20, … that divides well by the grid."""
    top = 1.0
    while top < value:
        for factor in (2, 4, 8, 10):
            if top * factor >= value:
                return top * factor
        top *= 10
    return top
