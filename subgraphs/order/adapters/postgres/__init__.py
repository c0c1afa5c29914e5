"""Carts, orders and sagas in PostgreSQL."""
