"""The graph's parts: one line a subgraph."""

from gateway import node
from subgraphs.account import schema as account
from subgraphs.catalog import schema as catalog
from subgraphs.order import schema as order

SLICES = (
    account.SLICE,
    catalog.SLICE,
    order.SLICE,
    node.SLICE,
)
