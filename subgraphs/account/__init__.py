"""People who log in: users, sessions, tokens, addresses, preferences, roles."""
