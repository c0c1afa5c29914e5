"""What is counted, on a registry of its own."""

from collections.abc import Callable

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
        self._rpcs: dict[tuple[str, str], Histogram] = {}
        """As `labels` finds them, which takes twice as long as to observe."""
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
            "Answers by what wrote them: program, walk, graphql-core (introspection), another request (kept, joined).",
            ("written_by",),
            registry=self.registry,
        )
        self.documents = Counter(
            "emporium_gateway_documents_total",
            "Documents by how they were found (cached, parsed, refused).",
            ("found",),
            registry=self.registry,
        )

        self.shared_rows = Counter(
            "emporium_gateway_shared_rows_total",
            "Rows of shared fetches by where they came from (kept: in this process, joined: a call under way, asked).",
            ("fetch", "source"),
            registry=self.registry,
        )
        self.shared_fetches = Counter(
            "emporium_gateway_shared_fetches_total",
            "Shared fetches by how much of them was kept (all, some, none).",
            ("fetch", "kept"),
            registry=self.registry,
        )
        self.shared_ended = Counter(
            "emporium_gateway_shared_ended_total",
            "Kept rows and answers that went, by why (event, time, room).",
            ("why",),
            registry=self.registry,
        )
        self.shared_bytes = Gauge(
            "emporium_gateway_shared_bytes", "Memory of kept rows and answers, about.", registry=self.registry
        )
        self.shared_entries = Gauge(
            "emporium_gateway_shared_entries", "Rows and answers kept in this process.", registry=self.registry
        )
        self.shared_changes = Counter(
            "emporium_gateway_shared_changes_total",
            "Changes announced by subgraphs, by whether they were news (new, known).",
            ("news",),
            registry=self.registry,
        )
        self.shared_trusted = Gauge(
            "emporium_gateway_shared_trusted",
            "1 while events arrive, so that kept rows live as long as declared; else 0.",
            registry=self.registry,
        )
        self.shared_redis = Counter(
            "emporium_gateway_shared_redis_total",
            "Kept rows in Redis, by outcome (hit, miss, written, failed, refused: Redis is away or behind the events).",
            ("outcome",),
            registry=self.registry,
        )

        self.searches = Counter(
            "emporium_gateway_searches_total",
            "Searches of shoppers by what became of them (counted, again: that asker and text today, in_vain: nothing "
            "was found, refused: no text for suggestions, full: no room until the next telling).",
            ("outcome",),
            registry=self.registry,
        )
        self.searches_told = Counter(
            "emporium_gateway_searches_told_total",
            "Batches of searches told to catalog (told; failed: kept, and told again; lost: after an hour of that).",
            ("outcome",),
            registry=self.registry,
        )

    def watch_kept(self, used: Callable[[], float], entries: Callable[[], float], trusted: Callable[[], float]) -> None:
        """Where the gauges of kept rows are read from."""
        self.shared_bytes.set_function(used)
        self.shared_entries.set_function(entries)
        self.shared_trusted.set_function(trusted)

    def shared(self, fetch: str, *, kept: int, joined: int, asked: int) -> None:
        """Counts the rows of one shared fetch by where they came from."""
        if kept:
            self.shared_rows.labels(fetch, "kept").inc(kept)
        if joined:
            self.shared_rows.labels(fetch, "joined").inc(joined)
        if asked:
            self.shared_rows.labels(fetch, "asked").inc(asked)
        how_much = "none" if not kept else "some" if joined or asked else "all"
        self.shared_fetches.labels(fetch, how_much).inc()

    def rpc(self, method: str, status: str, seconds: float) -> None:
        """Counts one call to a subgraph."""
        timed = self._rpcs.get((method, status))
        if timed is None:
            timed = self._rpcs[method, status] = self.rpc_seconds.labels(method, status)
        timed.observe(seconds)

    def guarded(self, method: str, event: str) -> None:
        """Counts what a guard of `chassis.resilience` did."""
        self.guards.labels(method, event).inc()
