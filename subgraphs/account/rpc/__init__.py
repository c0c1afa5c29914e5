"""The gRPC side: message in, use case, message out."""
