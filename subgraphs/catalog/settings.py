"""Everything the catalog service can be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.run import SubgraphSettings
from chassis.settings import not_a_url, too_small
from subgraphs.catalog.domain.allocation import AllocationStrategy
from subgraphs.catalog.domain.stock import MOST_UNITS_IN_STOCK


@dataclass(frozen=True, kw_only=True)
class CatalogSettings(SubgraphSettings):
    """Read from the environment, once, at start."""

    listen_address: str = "127.0.0.1:50052"
    elasticsearch_url: str = ""
    """Empty: PostgreSQL answers every search, marked degraded."""
    elasticsearch_index: str = "products"
    """The alias; indices behind it are named after it."""
    elasticsearch_shards: int = 1
    elasticsearch_replicas: int = 0
    """Of a new index; a cluster of several nodes wants at least 1."""
    search_timeout_seconds: float = 1.5
    """After so long without an answer the database answers instead."""
    search_settings_file: str = ""
    """A TOML file with what is to be ranked otherwise than by `adapters/elasticsearch/ranking.toml`; empty: nothing."""
    search_semantic: bool = False
    """Whether what a query means has a say in search; needs `emporium[semantic]` (docs/search.md)."""
    learn_queries: bool = True
    """Whether what shoppers search for is learnt and offered (docs/search.md); off: what was learnt is forgotten."""
    popularity_interval_seconds: float = 60.0
    """How often what was sold is counted."""
    search_consumer_group: str = "catalog-search-index"
    """Whose place in the event stream the index follows; an index of another name wants a group of its own."""
    default_channel: str = "web"
    default_currency: str = "USD"
    default_locale: str = "en"
    """What names and descriptions are written in at first; other languages are translations."""
    job_slots: int = 2
    """Jobs (imports, exports, rebuilds) this process works on at once; 0 leaves them to other replicas."""
    job_lease_seconds: float = 15.0
    """So long after the end of a process another one goes on with its jobs."""
    price_interval_seconds: float = 1.0
    """The least time between two sets of planned prices that begin or end."""
    expiry_interval_seconds: float = 1.0
    """The least time between two looks for overdue reservations, and for locations whose stock opens or closes."""
    allocation_strategy: AllocationStrategy = AllocationStrategy.PRIORITY
    """How a reservation is spread over several locations (docs/inventory.md)."""
    low_stock_threshold: int = 5
    """A SKU without a threshold of its own is low at so many free units or fewer; 0: never."""

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if self.elasticsearch_url:
            yield from not_a_url("ELASTICSEARCH_URL", self.elasticsearch_url, "http://host:9200")
        yield from too_small(self, elasticsearch_shards=1, elasticsearch_replicas=0)
        if not 0.05 <= self.search_timeout_seconds <= 30:
            yield "SEARCH_TIMEOUT_SECONDS must be from 0.05 to 30"
        if not 0 <= self.low_stock_threshold <= MOST_UNITS_IN_STOCK:
            yield "LOW_STOCK_THRESHOLD must be from 0 to 1,000,000,000"
        if self.popularity_interval_seconds <= 0:
            yield "POPULARITY_INTERVAL_SECONDS must be greater than 0"
        if self.price_interval_seconds <= 0:
            yield "PRICE_INTERVAL_SECONDS must be greater than 0"
        if self.expiry_interval_seconds <= 0:
            yield "EXPIRY_INTERVAL_SECONDS must be greater than 0"
        if not 0 <= self.job_slots <= 16:
            yield "JOB_SLOTS must be from 0 to 16"
        if not 0.5 <= self.job_lease_seconds <= 600:
            yield "JOB_LEASE_SECONDS must be from 0.5 to 600"
