"""A curve as an SVG, drawn by hand: CPU an order against the load."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN = 640, 360, 56


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
