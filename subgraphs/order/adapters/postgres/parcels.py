"""An order's parcels and returns, as they are kept with it."""

from datetime import datetime
from typing import Any

import orjson

from subgraphs.order.domain.fulfillment import Fulfillment
from subgraphs.order.domain.order import Order

SAVE_PARCELS = "UPDATE orders SET fulfillments = %s::jsonb, returned = %s::jsonb WHERE id = %s"


def parcels_values(order: Order) -> list[object]:
    """The parameters of SAVE_PARCELS."""
    kept = [
        {
            "id": one.id,
            "lines": one.lines,
            "tracking_number": one.tracking_number,
            "shipped_at": one.shipped_at.isoformat(),
            "delivered_at": one.delivered_at.isoformat() if one.delivered_at else None,
        }
        for one in order.fulfillments
    ]
    return [orjson.dumps(kept).decode(), orjson.dumps(order.returned).decode(), order.id]


def parcels_of(kept: list[dict[str, Any]]) -> tuple[Fulfillment, ...]:
    return tuple(
        Fulfillment(
            id=one["id"],
            lines=tuple((line_id, quantity) for line_id, quantity in one["lines"]),
            tracking_number=one["tracking_number"],
            shipped_at=datetime.fromisoformat(one["shipped_at"]),
            delivered_at=datetime.fromisoformat(one["delivered_at"]) if one["delivered_at"] else None,
        )
        for one in kept
    )
