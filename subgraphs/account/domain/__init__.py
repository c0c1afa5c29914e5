"""The rules of accounts: pure, synchronous, no I/O."""
