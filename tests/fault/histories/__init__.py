"""Recorded histories of concurrent shoppers under faults, and their offline checker. How to read one: docs/proof.md."""
