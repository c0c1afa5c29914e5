"""Counters and short memories: nothing that must survive."""
