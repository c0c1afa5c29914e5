"""A whole purchase through the public API: the shop's smoke test, and its guided tour."""
