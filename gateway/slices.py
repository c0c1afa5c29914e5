"""The graph's parts: one line a subgraph."""

from gateway import node
from subgraphs.account import schema as account
from subgraphs.catalog import schema as catalog

SLICES = (
    account.SLICE,
    catalog.SLICE,
    node.SLICE,
)
