"""The order subgraph: carts, checkout, orders, refunds."""
