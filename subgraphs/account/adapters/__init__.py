"""What fills the ports: PostgreSQL, Redis, argon2, Ed25519."""
