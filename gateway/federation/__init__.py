"""Composition of slices into one graph, and execution of operations over whole columns.

compose → graph → plan → execute → project
"""
