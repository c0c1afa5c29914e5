"""What fills the ports: PostgreSQL, catalog, the payment provider."""
