"""`POST /webhooks/{provider}`: handed to order as it came; order verifies, stores and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import structlog
from emporium.order.v1 import order_pb2
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chassis import deadline, identity
from chassis.errors import EmporiumError
from chassis.gathering import Gathering
from gateway.errors import RequestRefused
from gateway.http.endpoint import refusal
from gateway.http.reading import read_body

if TYPE_CHECKING:
    # The stub types exist for checkers only.
    from emporium.order.v1.order_pb2_grpc import OrderServiceAsyncStub

log = structlog.get_logger("webhooks")

BODY_BYTES: Final = 256 * 1024
TOGETHER: Final = 32
SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 0.05
"""For others to be handed on with; no shopper waits for it, and the provider does not mind."""
GATEWAY: Final = identity.service_caller("gateway")
# What a signature can be in; nothing else of the request is anybody's business.
PREFIXES: Final = ("webhook-", "x-", "content-type", "date", "signature", "emporium-", "stripe-", "payment-")


class Webhooks:
    """Raw provider events. Those of a moment are handed on together."""

    def __init__(self, orders: OrderServiceAsyncStub) -> None:
        self._orders = orders
        self._hand_on = Gathering(self._together, most=TOGETHER, patience=PATIENCE_SECONDS)

    async def receive(self, request: Request) -> Response:
        provider = str(request.path_params["provider"])
        try:
            body = await read_body(request, BODY_BYTES)
        except RequestRefused as refused:
            return refusal(refused)
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower().startswith(PREFIXES)}
        event = order_pb2.ReceiveWebhookRequest(provider=provider, body=body, headers=headers)
        try:
            accepted = await self._hand_on(event)
        except EmporiumError as error:
            log.warning("webhook.failed", provider=provider, error=str(error))
            # The provider sends it again.
            status = 404 if error.status == "NOT_FOUND" else 503
            return PlainTextResponse("not accepted\n", status)
        return PlainTextResponse("accepted\n" if accepted else "refused\n", 200 if accepted else 400)

    async def _together(self, events: Sequence[order_pb2.ReceiveWebhookRequest]) -> list[bool]:
        with identity.acting_as(GATEWAY), deadline.within(SECONDS):
            answer = await self._orders.ReceiveWebhooks(order_pb2.ReceiveWebhooksRequest(events=events))
        return [one.accepted for one in answer.answers]
