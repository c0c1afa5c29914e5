"""What is counted, on a registry of its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The gateway's metrics; served on METRICS_ADDRESS."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.operations = Counter(
            "emporium_gateway_operations_total",
            "Operations by kind and outcome (ok, partial, refused).",
            ("kind", "outcome"),
            registry=self.registry,
        )
        self.operation_seconds = Histogram(
            "emporium_gateway_operation_seconds",
            "Time from request to answer.",
            ("kind",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.rpc_seconds = Histogram(
            "emporium_gateway_rpc_seconds",
            "Calls to subgraphs by method and status.",
            ("method", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "emporium_gateway_operations_in_flight", "Operations being executed.", registry=self.registry
        )
        self.subscriptions = Gauge(
            "emporium_gateway_subscriptions", "Open subscriptions by transport.", ("transport",), registry=self.registry
        )
        self.turned_away = Counter(
            "emporium_gateway_turned_away_total",
            "Operations not executed: overload (503), rate (429).",
            ("why",),
            registry=self.registry,
        )
        self.rate_alone = Counter(
            "emporium_gateway_rate_alone_total",
            "Leases of a client's budget taken without Redis.",
            registry=self.registry,
        )
        self.cost = Histogram(
            "emporium_gateway_operation_cost_units",
            "Upper bound of what executed operations cost.",
            buckets=(10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000),
            registry=self.registry,
        )
        self.guards = Counter(
            "emporium_gateway_rpc_guards_total",
            "Circuit breakers and bulkheads by RPC (opened, closed, refused_open, refused_full).",
            ("method", "event"),
            registry=self.registry,
        )
        self.persisted = Counter(
            "emporium_gateway_persisted_documents_total",
            "Documents by hash (trusted, found, registered, not_found, not_trusted).",
            ("outcome",),
            registry=self.registry,
        )
        self.answers = Counter(
            "emporium_gateway_answers_total",
            "Answers by what wrote them: the compiled program, the exact walk, or graphql-core (introspection).",
            ("written_by",),
            registry=self.registry,
        )
        self.documents = Counter(
            "emporium_gateway_documents_total",
            "Documents by how they were found (cached, parsed, refused).",
            ("found",),
            registry=self.registry,
        )

    def guarded(self, method: str, event: str) -> None:
        """Counts what a guard of `chassis.resilience` did."""
        self.guards.labels(method, event).inc()
