"""The saga as machine: claims, calls, records, retries, compensates. It knows no step."""
