"""The GraphQL gateway: slices in, one graph out."""
