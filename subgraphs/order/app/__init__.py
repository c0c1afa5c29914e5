"""One file a use case, and the ports they need."""
