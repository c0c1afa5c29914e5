"""Measurements of the running stack; `emporium bench` runs them."""
