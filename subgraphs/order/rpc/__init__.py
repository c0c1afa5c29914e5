"""The gRPC services: message in, use case, message out."""
