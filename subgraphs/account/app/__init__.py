"""What the account service does: one file a use case."""
