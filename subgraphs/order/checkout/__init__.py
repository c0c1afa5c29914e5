"""Checkout as business: the step table, its state, its steps, and what starts it."""
