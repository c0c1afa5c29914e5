"""What a subgraph counts; served to Prometheus at METRICS_ADDRESS."""

from prometheus_client import CollectorRegistry, Counter, start_http_server

REGISTRY = CollectorRegistry()
INBOX_EVENTS = Counter(
    "emporium_inbox_events_total",
    "Events of Kafka by consumer and what became of them: applied, parked, replayed.",
    ("consumer", "outcome"),
    registry=REGISTRY,
)


def serve(address: str) -> None:
    """On `host:port`, in a thread of its own. Raises OSError when that is taken."""
    host, _, port = address.rpartition(":")
    start_http_server(int(port), addr=host, registry=REGISTRY)
