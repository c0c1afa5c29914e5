"""What the gateway takes from its environment."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from chassis.settings import ServiceSettings, not_addresses, not_redis, too_small


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(ServiceSettings):
    """The only list of the gateway's knobs."""

    listen_address: str = "127.0.0.1:8000"
    metrics_address: str = "127.0.0.1:9464"
    """Metrics only; empty: none. Not for the public network."""
    account_address: str = "127.0.0.1:50051"
    catalog_address: str = "127.0.0.1:50052"
    order_address: str = "127.0.0.1:50053"
    redis_url: str = ""
    """Clients' budgets and kept rows; empty: each process has its own."""
    kafka_bootstrap_servers: str = ""
    """Where subgraphs announce what ends kept rows; empty: rows are kept for two seconds at most."""
    share: bool = True
    """Whether requests share calls, rows and answers that slices declare shared (docs/caching.md)."""
    kept_megabytes: int = 64
    """Memory for shared rows and answers, about; 0: calls are shared, nothing is kept."""
    keep_in_redis: bool = True
    """Whether shared rows are kept in Redis too, for all gateways, where REDIS_URL and Kafka are given."""
    learn_queries: bool = True
    """Whether what shoppers search for is counted, for suggestions (docs/search.md); catalog has the same setting."""
    allowed_origins: str = ""
    """Origins of other sites that may call, comma-separated; the gateway's own is always allowed."""
    request_seconds: float = 15.0
    """One deadline for a whole operation and all its calls."""
    rate_limit: int = -1
    """Cost units a client (user, else IP address) may use a minute; 0: any; left out: 60,000 in production mode, any in
    development."""
    max_in_flight: int = 512
    """Operations executed at the same time; one more is answered 503."""
    trusted_documents: str = ""
    """File that `emporium documents compile` wrote. In production mode nothing else is executed; empty: everything is,
    within the limits."""
    demo_file: str = ""
    """Development mode: where `/dev/demo-login` finds the demo accounts."""
    web_assets: str = ""
    """Development mode: folder of the built GraphiQL page."""

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        yield from not_addresses(self, "listen_address", "metrics_address", "kafka_bootstrap_servers")
        yield from not_addresses(self, "account_address", "catalog_address", "order_address", sockets=True)
        yield from too_small(self, kept_megabytes=0, request_seconds=0.01, rate_limit=-1, max_in_flight=1)
        yield from not_redis(self.redis_url)
        for origin in sorted(self.origins):
            parts = urlsplit(origin)
            if not (parts.scheme and parts.netloc) or parts.path or parts.query:
                yield f"ALLOWED_ORIGINS: {origin!r} is no origin such as https://shop.example"

    @property
    def units_a_minute(self) -> int:
        """0: no limit."""
        if self.rate_limit >= 0:
            return self.rate_limit
        return 0 if self.development else 60_000

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(origin.strip().rstrip("/") for origin in self.allowed_origins.split(",") if origin.strip())
