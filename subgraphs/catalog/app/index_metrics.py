"""How far searches lag behind the database; served with the process's other metrics."""

from prometheus_client import Gauge, Histogram

from chassis.metrics import REGISTRY

SHOWN = Histogram(
    "emporium_search_index_lag_seconds",
    "From the commit of a product's change until searches show it.",
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0),
    registry=REGISTRY,
)
OLDEST = Gauge(
    "emporium_search_index_oldest_change_seconds",
    "Age of the oldest change that searches do not show yet; 0 when they show all.",
    registry=REGISTRY,
)
REFUSED = Gauge(
    "emporium_search_index_refused_products",
    "Products whose latest change the search engine refused.",
    registry=REGISTRY,
)
READY = Gauge(
    "emporium_search_engine_ready", "1 while the search engine answers, 0 while the database does.", registry=REGISTRY
)
