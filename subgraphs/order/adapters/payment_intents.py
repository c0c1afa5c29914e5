"""The provider over HTTP: the PaymentIntents subset of Stripe's API, spoken by the sandbox and by Stripe itself.

Every answer becomes one of four outcomes. What was not answered, or answered with a server error, is UNKNOWN.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from chassis.settings import Secret
from subgraphs.order.checkout.ports import ProviderPayment, ProviderStatus
from subgraphs.order.domain.payment import PaymentOutcome, PaymentResult
from subgraphs.order.saga.outcome import NotReached

STATUSES = {
    "requires_action": ProviderStatus.REQUIRES_ACTION,
    "requires_capture": ProviderStatus.AUTHORIZED,
    "succeeded": ProviderStatus.CAPTURED,
    "canceled": ProviderStatus.VOIDED,
    "requires_payment_method": ProviderStatus.DECLINED,
    "requires_confirmation": ProviderStatus.PROCESSING,
    "processing": ProviderStatus.PROCESSING,
}
CLIENT_ERRORS = range(400, 500)
STILL_RUNNING = frozenset({409, 429})
"""The key is in use by a call in flight, or we are too fast: nothing is known yet."""

Form = Mapping[str, str]


class PaymentIntents:
    """Payments at one provider. One instance a process; made with an open session."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        provider: str,
        url: str,
        api_key: Secret,
        timeout: float,
        return_url: str,
    ) -> None:
        """`timeout` in seconds; `return_url` is where the bank's page sends the shopper back to."""
        self.provider = provider
        self._session = session
        self._url = url.rstrip("/")
        self._authorization = f"Bearer {api_key.reveal()}"
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(timeout, 2.0))
        self._return_url = return_url

    async def authorize(self, *, key: str, amount: int, currency: str, token: str, order_id: str) -> PaymentResult:
        form = {
            "amount": str(amount),
            "currency": currency.lower(),
            "capture_method": "manual",
            "confirm": "true",
            "payment_method": token,
            "return_url": self._return_url,
            "metadata[attempt]": key,
            "metadata[order]": order_id,
        }
        return await self._outcome("/v1/payment_intents", form, key)

    async def capture(self, *, key: str, reference: str, amount: int) -> PaymentResult:
        form = {"amount_to_capture": str(amount)}
        return await self._outcome(f"/v1/payment_intents/{quote(reference)}/capture", form, key)

    async def void(self, *, key: str, reference: str) -> PaymentResult:
        return await self._outcome(f"/v1/payment_intents/{quote(reference)}/cancel", {}, key)

    async def refund(self, *, key: str, reference: str, amount: int) -> PaymentResult:
        form = {"payment_intent": reference, "amount": str(amount), "metadata[attempt]": key}
        return await self._outcome("/v1/refunds", form, key)

    async def find(self, *, key: str, reference: str | None) -> ProviderPayment | None:
        if reference is not None:
            status, body = await self._query(f"/v1/payment_intents/{quote(reference)}", {})
            if status == 404:
                return None
            return payment_of(checked(status, body))
        # The search index of Stripe lags, so an empty answer is only a reason to send the same key again.
        query = {"query": f"metadata['attempt']:'{key}'"}
        status, body = await self._query("/v1/payment_intents/search", query)
        found = checked(status, body)["data"]
        return payment_of(found[0]) if found else None

    async def find_refund(self, *, key: str, reference: str) -> PaymentResult | None:
        status, body = await self._query("/v1/refunds", {"payment_intent": reference})
        for one in checked(status, body)["data"]:
            if (one.get("metadata") or {}).get("attempt") == key:
                return outcome_of(200, one)
        return None

    async def _outcome(self, path: str, form: Form, key: str) -> PaymentResult:
        headers = {"authorization": self._authorization, "idempotency-key": key}
        try:
            async with self._session.post(
                self._url + path, data=form, headers=headers, timeout=self._timeout
            ) as response:
                return outcome_of(response.status, orjson.loads(await response.read()))
        except aiohttp.ClientConnectorError as error:
            # Nothing was sent, so nothing happened.
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


def checked(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """The body of a query that was answered; raises NotReached otherwise."""
    if status != 200:
        raise NotReached(f"payment provider: {status} {body.get('error', {}).get('message', '')}")
    return body


def outcome_of(status: int, body: dict[str, Any]) -> PaymentResult:
    if status == 200:
        return success_of(body)
    error = body.get("error") or {}
    message = str(error.get("message") or f"HTTP {status}")
    intent = error.get("payment_intent") or {}
    if status not in CLIENT_ERRORS or status in STILL_RUNNING:
        return PaymentResult(outcome=PaymentOutcome.UNKNOWN, error=message, reference=intent.get("id"))
    reason = error.get("decline_code") or error.get("code") or error.get("type") or message
    return PaymentResult(outcome=PaymentOutcome.DECLINED, decline_reason=str(reason), reference=intent.get("id"))


def success_of(body: dict[str, Any]) -> PaymentResult:
    """Of a payment intent or a refund."""
    reference, status = str(body["id"]), body["status"]
    if body.get("object") == "refund":
        failed = status in {"failed", "canceled"}
        return PaymentResult(
            outcome=PaymentOutcome.DECLINED if failed else PaymentOutcome.SUCCEEDED,
            reference=reference,
            decline_reason=body.get("failure_reason") if failed else None,
        )
    payment = payment_of(body)
    if payment.status is ProviderStatus.REQUIRES_ACTION:
        return PaymentResult(outcome=PaymentOutcome.REQUIRES_ACTION, reference=reference, action_url=payment.action_url)
    if payment.status is ProviderStatus.PROCESSING:
        return PaymentResult(outcome=PaymentOutcome.UNKNOWN, reference=reference, error="still processing")
    if payment.status is ProviderStatus.DECLINED:
        return PaymentResult(
            outcome=PaymentOutcome.DECLINED, reference=reference, decline_reason=payment.decline_reason
        )
    return PaymentResult(outcome=PaymentOutcome.SUCCEEDED, reference=reference)


def payment_of(body: dict[str, Any]) -> ProviderPayment:
    action = (body.get("next_action") or {}).get("redirect_to_url") or {}
    error = body.get("last_payment_error") or {}
    return ProviderPayment(
        reference=str(body["id"]),
        status=STATUSES.get(body["status"], ProviderStatus.PROCESSING),
        action_url=action.get("url"),
        decline_reason=error.get("decline_code") or error.get("code"),
    )
