"""A payment provider to play with: part of Stripe's API, its own ledger, and cards that misbehave on demand."""
