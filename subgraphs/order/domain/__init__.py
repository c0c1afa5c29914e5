"""The words and rules of ordering: pure, no I/O."""
