"""Stripe by its own package: typed requests, its errors, its pages; answers are read as the plain adapter reads them.

The package's own retries are off: an attempt's key is the idempotency key, and the saga decides when it is sent again.
Importing it takes a sixth of a second, so only a shop that is paid through Stripe does.
"""

import logging
from collections.abc import Awaitable, Mapping
from typing import Any, cast

import aiohttp
import stripe
from stripe.params import RefundListParams

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

PAGE = 100
Broken = (stripe.StripeError, aiohttp.ClientError, TimeoutError, ValueError)
"""What a call may raise: the package lets through what breaks while an answer is read."""


class StripePayments:
    """Payments at Stripe. One instance a process; made with an open session."""

    provider = "stripe"

    def __init__(
        self, session: aiohttp.ClientSession, *, url: str, api_key: Secret, timeout: float, return_url: str
    ) -> None:
        """`timeout` in seconds; `return_url` is where the bank's page sends the shopper back to."""
        # Else it keeps an id of this machine in the home folder and sends it along.
        stripe.enable_telemetry = False
        # On its lower levels it logs whole requests, payment tokens included.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        client = stripe.StripeClient(
            api_key.reveal(),
            base_addresses={"api": url.rstrip("/")},
            http_client=stripe.AIOHTTPClient(timeout=limits(timeout), session=session),
            max_network_retries=0,
        )
        self._intents, self._refunds = client.v1.payment_intents, client.v1.refunds
        self._return_url = return_url

    async def authorize(self, *, key: str, amount: Money, token: str, order_id: str) -> PaymentResult:
        try:
            asked = units(amount)
        except NotPayable:
            return NOTHING_SENT
        call = self._intents.create_async(
            {
                "amount": asked,
                "currency": amount.currency.lower(),
                "capture_method": "manual",
                "confirm": True,
                "payment_method": token,
                "return_url": self._return_url,
                "metadata": {"attempt": key, "order": order_id},
            },
            {"idempotency_key": key},
        )
        return await outcome(call)

    async def capture(self, *, key: str, reference: str, amount: Money) -> PaymentResult:
        call = self._intents.capture_async(reference, {"amount_to_capture": units(amount)}, {"idempotency_key": key})
        return await outcome(call)

    async def void(self, *, key: str, reference: str) -> PaymentResult:
        return await outcome(self._intents.cancel_async(reference, {}, {"idempotency_key": key}))

    async def refund(self, *, key: str, reference: str, amount: Money) -> PaymentResult:
        try:
            asked = units(amount)
        except NotPayable:
            return NOTHING_SENT
        call = self._refunds.create_async(
            {"payment_intent": reference, "amount": asked, "metadata": {"attempt": key}}, {"idempotency_key": key}
        )
        return await outcome(call)

    async def find(self, *, key: str, reference: str | None) -> ProviderPayment | None:
        if reference is not None:
            try:
                return found_payment(await answer(self._intents.retrieve_async(reference)))
            except Missing:
                return None
        # The search index of Stripe lags, so an empty answer is only a reason to send the same key again.
        return searched_payment(await answer(self._intents.search_async({"query": f"metadata['attempt']:'{key}'"})))

    async def find_refund(self, *, key: str, reference: str) -> PaymentResult | None:
        query: RefundListParams = {"payment_intent": reference, "limit": PAGE}
        found, last = found_refund(await answer(self._refunds.list_async(query)), key)
        while last is not None:
            page = self._refunds.list_async({**query, "starting_after": last})
            found, last = found_refund(await answer(page), key)
        return found


class Missing(Exception):
    """There is no such object."""


async def outcome(call: Awaitable[stripe.StripeObject]) -> PaymentResult:
    try:
        return outcome_of(200, document(await call))
    except Broken as error:
        if isinstance(error.__cause__, UNSENT):
            raise NotReached(f"payment provider: {error.__cause__}") from error
        told = told_by(error)
        if told is not None:
            return outcome_of(*told)
        return PaymentResult(outcome=PaymentOutcome.UNKNOWN, error=plain(error))


async def answer(call: Awaitable[stripe.StripeObject]) -> Mapping[str, Any]:
    """The document of a query. Raises Missing, or NotReached when it was not answered."""
    try:
        return document(await call)
    except Broken as error:
        if isinstance(error, stripe.InvalidRequestError) and error.http_status == 404:
            raise Missing from error
        raise NotReached(f"payment provider: {plain(error)}") from error


def document(told: stripe.StripeObject) -> Mapping[str, Any]:
    """As it came over the wire. Raises ValueError when that was no object."""
    response: stripe.StripeResponse | None = getattr(told, "last_response", None)
    if response is None:
        raise ValueError("the answer is no object")
    return cast("Mapping[str, Any]", response.data)


def told_by(error: Exception) -> tuple[int, Mapping[str, Any]] | None:
    """Status and document of an answered error; None when there was no answer, or not one of the provider's."""
    if not isinstance(error, stripe.StripeError) or error.http_status is None:
        return None
    # For an answer that is no JSON the package gives its headers here.
    if not isinstance(error.json_body, Mapping) or "error" not in error.json_body:
        return None
    return error.http_status, cast("Mapping[str, Any]", error.json_body)


def plain(error: BaseException) -> str:
    """What happened, below the package's own words about it."""
    cause = error.__cause__ or error
    return f"{type(cause).__name__}: {cause}"
