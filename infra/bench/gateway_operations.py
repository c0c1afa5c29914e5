"""The operations `emporium bench gateway` measures, and how many RPCs each takes."""

import json
from dataclasses import dataclass
from typing import Any

LISTING = """query Listing($first: Int!) { products(first: $first) { nodes { id name slug description brand
  availableForSale priceRange { min { amount currencyCode } } category { id name } } } }"""
PRODUCT = """query ProductPage($id: ID!) { product(id: $id) { id name slug description brand availableForSale
  priceRange { min { amount currencyCode } } media { url alt } category { id name }
  related(first: 8) { id name slug priceRange { min { amount currencyCode } } } } }"""
ORDERS = """query OrderHistory($first: Int!) { orders(first: $first) { nodes { id number status
  lines { quantity name product { id name category { id name } } } } } }"""
SEARCH = """query Search($query: String!, $first: Int!) { search(query: $query, first: $first) { totalCount
  hits { cursor product { id name slug brand availableForSale priceRange { min { amount currencyCode } }
    category { id name } } }
  facets { key label values { value label count selected } } } }"""
NESTED = """query Nested($first: Int!, $failing: Boolean!) { shelves(first: $first, failing: $failing) { id name
  products(first: 100) { id name slug description brand availableForSale category { id name } } } }"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One operation of a size."""

    name: str
    query: str
    variables: dict[str, Any]
    rpcs: int
    """Of every contender."""
    requests: int
    """In a round; the slow contenders get fewer."""
    loaded: bool = False
    """Latency and throughput are measured too."""
    least_faster: float = 0.0
    """Strawberry's default executor takes so many times the CPU, at least; 0: no aim."""
    errors: int = 0

    @property
    def body(self) -> bytes:
        return json.dumps({"query": self.query, "variables": self.variables}).encode()


def listing(first: int, requests: int, **more: Any) -> Measured:
    name = f"listing of {first:,}"
    return Measured(name=name, query=LISTING, variables={"first": first}, rpcs=2, requests=requests, **more)


def nested(*, failing: bool) -> Measured:
    return Measured(
        name="nested 100 × 100" + (", a tenth of the keys failing" if failing else ""),
        query=NESTED,
        variables={"first": 100, "failing": failing},
        rpcs=3,
        requests=5,
        least_faster=30.0,
        errors=1_000 if failing else 0,
    )


MEASURED = (
    listing(20, 100, loaded=True, least_faster=4.0),
    Measured(name="product page", query=PRODUCT, variables={"id": "prd_7"}, rpcs=3, requests=100, loaded=True),
    Measured(name="order history", query=ORDERS, variables={"first": 10}, rpcs=3, requests=100, loaded=True),
    Measured(
        name="search with facets",
        query=SEARCH,
        variables={"query": "shirt", "first": 20},
        rpcs=2,
        requests=100,
        loaded=True,
    ),
    listing(2_000, 20, least_faster=20.0),
    nested(failing=False),
    nested(failing=True),
)
LENGTHS = (1, 20, 100, 500, 2_000, 5_000)
"""Lists whose CPU is drawn."""
