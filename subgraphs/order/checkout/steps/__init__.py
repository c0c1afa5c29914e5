"""One file a step of the checkout saga: what it does and how it is undone."""
