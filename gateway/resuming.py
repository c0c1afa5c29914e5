"""Where a subscription goes on after its connection broke."""

from typing import Final

from graphql import OperationType

from chassis.graph.fields import cursor_of
from gateway.errors import RequestRefused
from gateway.federation.plan import Plan

DIGITS: Final = 15
"""An event's number is exact in JSON."""


def event_number(plan: Plan, last_event_id: str) -> int | None:
    """The number of the last event that arrived; None: from the start.

    Raises RequestRefused for what is no id of ours, or a subscription that cannot be resumed.
    """
    if not last_event_id or plan.operation.operation is not OperationType.SUBSCRIPTION:
        return None
    if cursor_of(plan.roots[0].asked.owned.call) is None:
        raise RequestRefused.because(400, "BAD_REQUEST", "This subscription cannot be resumed: it has no event ids.")
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= DIGITS):
        raise RequestRefused.because(400, "BAD_REQUEST", "The last event's id is none that was sent.")
    return int(last_event_id)
