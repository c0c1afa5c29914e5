"""The source of truth."""
