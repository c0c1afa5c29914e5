"""Small pictures of made-up products: SVG in a data URI, so that a demo shop needs no picture server."""

from urllib.parse import quote

PICTURE_SIZE = 320
"""Pixels, both ways."""

COLOURS = {
    "Black": "#2b2b33", "White": "#e8e6e1", "Grey": "#8b8f98", "Navy": "#27406b", "Red": "#b5382f", "Green": "#3f7350",
    "Sand": "#c9a878", "Blue": "#3d74b8", "Silver": "#b4bac2", "Copper": "#b06a43", "Oak": "#c49a64",
    "Walnut": "#6d4a33", "Rose": "#d08a94", "Yellow": "#dcb13c",
}  # fmt: skip


def picture(shape: str, colour: str, backdrop: str) -> str:
    """A data URI of a shape (an SVG path on a 32 by 32 grid) before a plain backdrop."""
    fill = COLOURS.get(colour, "#5b6270")
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' fill='{backdrop}'/>"
        f"<path d='{shape}' fill='{fill}'/></svg>"
    )
    return "data:image/svg+xml," + quote(svg, safe="/:='(),")
