"""The invariants of checkout, checked on the running stack: our books, the stock's and the provider's."""
