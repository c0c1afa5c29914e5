"""The graph's parts: one line a subgraph."""

from gateway import node
from subgraphs.account import schema as account

SLICES = (
    account.SLICE,
    node.SLICE,
)
