"""An order as rows, and back; a new event also as the announcement of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from emporium.events.v1.events_pb2 import OrderChanged

from chassis import outbox
from subgraphs.order.adapters.postgres.parcels import parcels_of
from subgraphs.order.adapters.postgres.rows import Row
from subgraphs.order.domain.address import Address
from subgraphs.order.domain.order import Order, OrderEvent, OrderStatus, PaymentStatus
from subgraphs.order.domain.payment import PaymentAction
from subgraphs.order.domain.pricing import PricedLine, Totals
from subgraphs.order.domain.tax import TaxLine

TOPIC = "emporium.order.events.v1"


def announcement_of(event: OrderEvent) -> outbox.Event:
    message = OrderChanged(
        order_id=event.order_id,
        buyer_id=event.buyer_id,
        sequence=event.sequence,
        type=event.type,
        status=event.status.value,
        payment_status=payment_status_name(event.payment_status),
    )
    return outbox.Event(topic=TOPIC, aggregate_id=event.order_id, sequence=event.sequence, message=message)


def payment_status_name(status: PaymentStatus) -> str:
    """The contract's PENDING is the order's; the payment's has a prefix."""
    return "PAYMENT_PENDING" if status is PaymentStatus.PENDING else status.value


def values_of(order: Order) -> Row:
    return {
        **changes_of(order),
        "number": order.number,
        "buyer_id": order.buyer_id,
        "customer_id": order.customer_id,
        "cart_id": order.cart_id,
        "token_hash": order.token_hash,
        "email": order.email,
        "channel": order.channel,
        "currency": order.currency,
        "address": order.address.as_dict(),
        "delivery_code": order.delivery_code,
        "discount_codes": order.discount_codes,
        "created_at": order.created_at,
    }


def changes_of(order: Order) -> Row:
    totals, action = order.totals, order.payment_action
    return {
        "id": order.id,
        "status": order.status,
        "payment_status": order.payment_status,
        "subtotal": totals.subtotal,
        "discount": totals.discount,
        "shipping": totals.shipping,
        "tax": totals.tax,
        "total": totals.total,
        "captured": order.captured,
        "refunded": order.refunded,
        "tax_lines": order.tax_lines,
        "delivery_name": order.delivery_name,
        "payment_action": None if action is None else {"url": action.url, "expires_at": action.expires_at},
        "reason": order.reason,
        "reason_facts": order.reason_facts,
        "tracking_number": order.tracking_number,
        "sequence": order.sequence,
        "version": order.version,
        "updated_at": order.updated_at,
    }


def lines_of(orders: Iterable[Order]) -> list[Row]:
    return [
        {
            "order_id": order.id,
            "id": line.id,
            "buyer_id": order.buyer_id,
            "sku": line.sku,
            "variant_id": line.variant_id,
            "product_id": line.product_id,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "discount": line.discount,
            "tax": line.tax,
            "position": position,
        }
        for order in orders
        for position, line in enumerate(order.lines)
    ]


def event_values(event: OrderEvent) -> Row:
    return {
        "order_id": event.order_id,
        "buyer_id": event.buyer_id,
        "sequence": event.sequence,
        "type": event.type,
        "status": event.status,
        "payment_status": event.payment_status,
        "message": event.message,
        "created_at": event.created_at,
    }


def event_of(row: Row) -> OrderEvent:
    return OrderEvent(
        order_id=row["order_id"],
        buyer_id=row["buyer_id"],
        sequence=row["sequence"],
        type=row["type"],
        status=OrderStatus(row["status"]),
        payment_status=PaymentStatus(row["payment_status"]),
        message=row["message"],
        created_at=row["created_at"],
    )


def line_of(values: Sequence[Any]) -> PricedLine:
    line_id, sku, quantity, variant_id, product_id, name, unit_price, discount, tax = values
    return PricedLine(
        id=line_id,
        sku=sku,
        quantity=quantity,
        variant_id=variant_id,
        product_id=product_id,
        name=name,
        unit_price=unit_price,
        discount=discount,
        tax=tax,
    )


def action_of(value: Row | None) -> PaymentAction | None:
    if value is None:
        return None
    return PaymentAction(url=value["url"], expires_at=datetime.fromisoformat(value["expires_at"]))


def order_of(row: Row) -> Order:
    return Order(
        id=row["id"],
        number=row["number"],
        buyer_id=row["buyer_id"],
        customer_id=row["customer_id"],
        cart_id=row["cart_id"],
        token_hash=row["token_hash"],
        email=row["email"],
        status=OrderStatus(row["status"]),
        payment_status=PaymentStatus(row["payment_status"]),
        channel=row["channel"],
        currency=row["currency"],
        lines=[line_of(values) for values in row["lines"]],
        totals=Totals(subtotal=row["subtotal"], discount=row["discount"], shipping=row["shipping"], tax=row["tax"]),
        tax_lines=tuple(TaxLine(**one) for one in row["tax_lines"]),
        captured=row["captured"],
        refunded=row["refunded"],
        address=Address.from_dict(row["address"]),
        delivery_code=row["delivery_code"],
        delivery_name=row["delivery_name"],
        discount_codes=tuple(row["discount_codes"]),
        payment_action=action_of(row["payment_action"]),
        reason=row["reason"],
        reason_facts=row["reason_facts"],
        tracking_number=row["tracking_number"],
        fulfillments=parcels_of(row["fulfillments"]),
        returned=row["returned"],
        sequence=row["sequence"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
