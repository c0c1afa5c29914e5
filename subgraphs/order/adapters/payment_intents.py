"""The provider over plain HTTP: the PaymentIntents subset of Stripe's API, as the sandbox speaks it.

Every answer becomes one of four outcomes. What was not answered, or answered with a server error, is UNKNOWN.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from chassis.money import Money
from chassis.settings import Secret
from subgraphs.order.adapters.payment_amounts import NotPayable, units
from subgraphs.order.adapters.payment_answers import (
    NOTHING_SENT,
    UNSENT,
    found_payment,
    found_refund,
    limits,
    outcome_of,
    searched_payment,
)
from subgraphs.order.checkout.ports import ProviderPayment
from subgraphs.order.domain.payment import PaymentOutcome, PaymentResult
from subgraphs.order.saga.outcome import NotReached

Form = Mapping[str, str]
PAGE = 100
"""The most the provider lists at once."""


class PaymentIntents:
    """Payments at the sandbox. One instance a process; made with an open session."""

    provider = "sandbox"

    def __init__(
        self, session: aiohttp.ClientSession, *, url: str, api_key: Secret, timeout: float, return_url: str
    ) -> None:
        """`timeout` in seconds; `return_url` is where the bank's page sends the shopper back to."""
        self._session = session
        self._url = url.rstrip("/")
        self._authorization = f"Bearer {api_key.reveal()}"
        self._timeout = limits(timeout)
        self._return_url = return_url

    async def authorize(self, *, key: str, amount: Money, token: str, order_id: str) -> PaymentResult:
        try:
            asked = units(amount)
        except NotPayable:
            return NOTHING_SENT
        form = {
            "amount": str(asked),
            "currency": amount.currency.lower(),
            "capture_method": "manual",
            "confirm": "true",
            "payment_method": token,
            "return_url": self._return_url,
            "metadata[attempt]": key,
            "metadata[order]": order_id,
        }
        return await self._outcome("/v1/payment_intents", form, key)

    async def capture(self, *, key: str, reference: str, amount: Money) -> PaymentResult:
        form = {"amount_to_capture": str(units(amount))}
        return await self._outcome(f"/v1/payment_intents/{quote(reference)}/capture", form, key)

    async def void(self, *, key: str, reference: str) -> PaymentResult:
        return await self._outcome(f"/v1/payment_intents/{quote(reference)}/cancel", {}, key)

    async def refund(self, *, key: str, reference: str, amount: Money) -> PaymentResult:
        try:
            asked = units(amount)
        except NotPayable:
            return NOTHING_SENT
        form = {"payment_intent": reference, "amount": str(asked), "metadata[attempt]": key}
        return await self._outcome("/v1/refunds", form, key)

    async def find(self, *, key: str, reference: str | None) -> ProviderPayment | None:
        if reference is not None:
            status, body = await self._query(f"/v1/payment_intents/{quote(reference)}", {})
            return None if status == 404 else found_payment(checked(status, body))
        # The search index of Stripe lags, so an empty answer is only a reason to send the same key again.
        query = {"query": f"metadata['attempt']:'{key}'"}
        return searched_payment(checked(*await self._query("/v1/payment_intents/search", query)))

    async def find_refund(self, *, key: str, reference: str) -> PaymentResult | None:
        query = {"payment_intent": reference, "limit": str(PAGE)}
        while True:
            found, last = found_refund(checked(*await self._query("/v1/refunds", query)), key)
            if last is None:
                return found
            query["starting_after"] = last

    async def _outcome(self, path: str, form: Form, key: str) -> PaymentResult:
        headers = {"authorization": self._authorization, "idempotency-key": key}
        try:
            async with self._session.post(
                self._url + path, data=form, headers=headers, timeout=self._timeout
            ) as response:
                return outcome_of(response.status, orjson.loads(await response.read()))
        except UNSENT as error:
            raise NotReached(f"payment provider: {error}") from error
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            return PaymentResult(outcome=PaymentOutcome.UNKNOWN, error=f"{type(error).__name__}: {error}")

    async def _query(self, path: str, query: Form) -> tuple[int, dict[str, Any]]:
        headers = {"authorization": self._authorization}
        try:
            async with self._session.get(
                self._url + path, params=query, headers=headers, timeout=self._timeout
            ) as response:
                return response.status, orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            raise NotReached(f"payment provider: {type(error).__name__}: {error}") from error


def checked(status: int, body: Any) -> dict[str, Any]:
    """The body of a query that was answered; raises NotReached otherwise, with no more of it than its message."""
    if status != 200:
        error = body.get("error") if isinstance(body, dict) else None
        message = error.get("message") if isinstance(error, dict) else None
        raise NotReached(f"payment provider: HTTP {status} {message or ''}")
    return body
