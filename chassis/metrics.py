"""What a subgraph counts; served to Prometheus at SUBGRAPH_METRICS_ADDRESS."""

from prometheus_client import CollectorRegistry, Counter, start_http_server

from chassis.settings import SettingsError

REGISTRY = CollectorRegistry()
INBOX_EVENTS = Counter(
    "emporium_inbox_events_total",
    "Events of Kafka by consumer and what became of them: applied, parked, replayed.",
    ("consumer", "outcome"),
    registry=REGISTRY,
)


def serve(address: str) -> None:
    """On `host:port`, in a thread of its own. Raises SettingsError when that is taken."""
    host, _, port = address.rpartition(":")
    try:
        start_http_server(int(port), addr=host, registry=REGISTRY)
    except OSError as error:
        text = (
            f"SUBGRAPH_METRICS_ADDRESS={address!r} cannot be listened on ({error.strerror}); give each process its own"
        )
        raise SettingsError(text) from None
