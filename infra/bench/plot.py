"""Curves as SVG, drawn by hand: CPU against the load, or against the size of an answer."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN = 640, 360, 56
COLOURS = ("#3657c9", "#2f8f4e", "#c9364f", "#8a8a8a")


def curve(title: str, x_label: str, y_label: str, points: Sequence[tuple[float, float]]) -> str:
    """Points joined in the order of x, both axes from zero, each point with its value."""
    points = sorted(points)
    right, top = max(x for x, _ in points) or 1.0, (max(y for _, y in points) or 1.0) * 1.1

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            MARGIN + x / right * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - y / top * (HEIGHT - 2 * MARGIN),
        )

    placed = [(x, y, *place(x, y)) for x, y in points]
    line = " ".join(f"{left:.1f},{down:.1f}" for _, _, left, down in placed)
    dots = "".join(
        f'<circle cx="{left:.1f}" cy="{down:.1f}" r="3.5" fill="#3657c9"/>'
        f'<text x="{left:.1f}" y="{down - 9:.1f}" text-anchor="middle">{y:.1f}</text>'
        f'<text x="{left:.1f}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{x:g}</text>'
        for x, y, left, down in placed
    )
    bottom = HEIGHT - MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11" fill="#444"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{WIDTH / 2}" y="24" text-anchor="middle" font-size="14">{escape(title)}</text>'
        f'<path d="M{MARGIN} {MARGIN} V{bottom} H{WIDTH - MARGIN}" fill="none" stroke="#999"/>'
        f'<polyline points="{line}" fill="none" stroke="#3657c9" stroke-width="2"/>{dots}'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>'
        "</svg>\n"
    )


def curves(title: str, x_label: str, y_label: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Several lines, each with its name and its last value; both axes are logarithmic."""
    every = [point for points in lines.values() for point in points]
    xs, ys = ([math.log10(max(value, 1e-6)) for value in each] for each in zip(*every, strict=True))
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / ((right - left) or 1)
        up = (math.log10(max(y, 1e-6)) - low) / ((high - low) or 1)
        return MARGIN + across * (WIDTH - 3 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)

    drawn: list[str] = []
    beside = apart([place(*points[-1])[1] for points in lines.values()])
    for (name, points), label_y, colour in zip(lines.items(), beside, COLOURS * len(lines), strict=False):
        placed = [place(x, y) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        end_x = placed[-1][0]
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{end_x + 8:.1f}" y="{label_y + 4:.1f}" fill="{colour}">{escape(name)} {points[-1][1]:.3g}</text>'
        )
    bottom = HEIGHT - MARGIN
    ticks = "".join(
        f'<text x="{place(x, 1)[0]:.1f}" y="{bottom + 16}" text-anchor="middle">{x:g}</text>'
        for x in sorted({x for x, _ in every})
    )
    decades = [10.0**power for power in range(math.ceil(low), math.floor(high) + 1)]
    ticks += "".join(
        f'<text x="{MARGIN - 6}" y="{place(1, y)[1] + 4:.1f}" text-anchor="end">{y:g}</text>' for y in decades
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11" fill="#444"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{WIDTH / 2}" y="24" text-anchor="middle" font-size="14">{escape(title)}</text>'
        f'<path d="M{MARGIN} {MARGIN} V{bottom} H{WIDTH - 2 * MARGIN}" fill="none" stroke="#999"/>'
        f"{''.join(drawn)}{ticks}"
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>'
        "</svg>\n"
    )


def apart(heights: Sequence[float], least: float = 12.0) -> list[float]:
    """The same heights in the same order, moved down where two labels would touch."""
    moved = list(heights)
    above = float("-inf")
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        moved[index] = max(heights[index], above + least)
        above = moved[index]
    return moved
