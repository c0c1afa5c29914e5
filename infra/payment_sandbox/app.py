"""The sandbox's routes: the API under /v1 (with its key), the pages, health."""

import asyncio
import contextlib
import hmac
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from infra.payment_sandbox import pages
from infra.payment_sandbox.amounts import for_people
from infra.payment_sandbox.cards import NUMBERS, Card
from infra.payment_sandbox.errors import ApiError
from infra.payment_sandbox.events import Events
from infra.payment_sandbox.intents import Answer, Intents
from infra.payment_sandbox.ledger import Ledger, Page, Row
from infra.payment_sandbox.settings import SandboxSettings
from infra.payment_sandbox.shown import shown, shown_event, shown_refund

Act = Callable[[dict[str, str]], Awaitable[Answer]]
QUERY_HEAD, QUERY_TAIL = "metadata['attempt']:'", "'"


class Sandbox:
    """The provider: its ledger and what its API answers."""

    def __init__(self, settings: SandboxSettings, ledger: Ledger, events: Events) -> None:
        self._key = f"Bearer {settings.payment_api_key.reveal()}".encode()
        self._ledger = ledger
        self._intents = Intents(ledger=ledger, events=events, slow=settings.slow_seconds, hang=settings.hang_seconds)
        self._in_flight: set[str] = set()

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.health),
            Route("/", self.token_page, methods=["GET", "POST"]),
            Route("/3ds/{intent}", self.action_page, methods=["GET", "POST"]),
            Route("/v1/tokens", self.api(self.make_token), methods=["POST"]),
            Route("/v1/payment_intents", self.api(self.create), methods=["POST"]),
            Route("/v1/payment_intents", self.api(self.intents)),
            Route("/v1/payment_intents/search", self.api(self.search)),
            Route("/v1/payment_intents/{intent}", self.api(self.show)),
            Route("/v1/payment_intents/{intent}/capture", self.api(self.capture), methods=["POST"]),
            Route("/v1/payment_intents/{intent}/cancel", self.api(self.cancel), methods=["POST"]),
            Route("/v1/refunds", self.api(self.refund), methods=["POST"]),
            Route("/v1/refunds", self.api(self.refunds)),
            Route("/v1/events", self.api(self.events)),
            Route("/v1/ledger", self.api(self.entries)),
        ]

    def api(self, handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """With the key only; errors in Stripe's shape."""

        async def guarded(request: Request) -> Response:
            try:
                if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._key):
                    raise ApiError(401, "api_key_invalid", "Invalid API Key provided")
                return await handler(request)
            except ApiError as error:
                return json(error.status, error.body)

        return guarded

    async def health(self, _: Request) -> Response:
        return json(200, {"status": "ok"})

    async def create(self, request: Request) -> Response:
        base_url = str(request.base_url).rstrip("/")
        return await self._once(request, lambda form: self._intents.create(form, base_url))

    async def capture(self, request: Request) -> Response:
        async def act(form: dict[str, str]) -> Answer:
            return self._intents.capture(self._intent(request.path_params["intent"]), form)

        return await self._once(request, act)

    async def cancel(self, request: Request) -> Response:
        async def act(_: dict[str, str]) -> Answer:
            return self._intents.cancel(self._intent(request.path_params["intent"]))

        return await self._once(request, act)

    async def refund(self, request: Request) -> Response:
        async def act(form: dict[str, str]) -> Answer:
            return self._intents.refund(self._intent(form.get("payment_intent", "")), form)

        return await self._once(request, act)

    async def show(self, request: Request) -> Response:
        return json(200, shown(self._intent(request.path_params["intent"])))

    async def search(self, request: Request) -> Response:
        query = request.query_params.get("query", "")
        if not query.startswith(QUERY_HEAD) or not query.endswith(QUERY_TAIL):
            raise ApiError(400, "parameter_invalid", "this sandbox searches metadata['attempt']:'…' only")
        attempt = query.removeprefix(QUERY_HEAD).removesuffix(QUERY_TAIL)
        found = [shown(intent) for intent in self._ledger.intents_of_attempt(attempt)]
        return json(200, {"object": "search_result", "data": found, "has_more": False})

    async def intents(self, request: Request) -> Response:
        page = page_of(request)
        return listed([shown(one) for one in self._ledger.intents_page(page)], page)

    async def refunds(self, request: Request) -> Response:
        page = page_of(request)
        found = self._ledger.refunds_page(request.query_params.get("payment_intent"), page)
        return listed([shown_refund(one) for one in found], page)

    async def events(self, request: Request) -> Response:
        page = page_of(request)
        return listed([shown_event(one) for one in self._ledger.events_page(page)], page)

    async def entries(self, request: Request) -> Response:
        page = page_of(request, most=1000)
        return listed(self._ledger.entries_page(request.query_params.get("order"), page), page)

    async def make_token(self, request: Request) -> Response:
        form = await form_of(request)
        number = form.get("card[number]", "").replace(" ", "")
        card = NUMBERS.get(number) or next((one for one in Card if one == form.get("card")), None)
        if card is None:
            raise ApiError(400, "incorrect_number", "only the published test numbers are taken")
        return json(200, {"id": self._token(card), "object": "token", "type": "card"})

    async def token_page(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(pages.token_form([card.value for card in Card]))
        form = await form_of(request)
        card = next((one for one in Card if one == form.get("card")), None)
        if card is None:
            return HTMLResponse(pages.token_form([one.value for one in Card]), status_code=400)
        return HTMLResponse(pages.token_made(self._token(card)))

    async def action_page(self, request: Request) -> Response:
        intent = self._ledger.intent(request.path_params["intent"])
        if intent is None:
            return HTMLResponse(pages.page("Not found", "<p>There is no such payment.</p>"), status_code=404)
        if request.method == "POST":
            form = await form_of(request)
            intent = self._intents.authenticate(intent, approved=form.get("outcome") == "approve")
        if intent["status"] == "requires_action":
            return HTMLResponse(pages.action(for_people(intent["amount"], intent["currency"])))
        approved = intent["status"] in {"requires_capture", "succeeded"}
        text = "Approved. The shop goes on with your order." if approved else "Refused. Nothing was charged."
        return HTMLResponse(pages.action_done(text, intent["return_url"]))

    async def _once(self, request: Request, act: Act) -> Response:
        """Under its idempotency key: a repeated key is answered as before, errors included; in flight it is a 409."""
        form = await form_of(request)
        key = request.headers.get("idempotency-key", "")
        asked = orjson.dumps([request.url.path, sorted(form.items())]).decode()
        earlier = self._ledger.answer(key) if key else None
        if earlier is not None:
            if earlier["request"] != asked:
                raise ApiError(400, "idempotency_error", "this key was used with other parameters")
            return Response(earlier["body"], earlier["status"], media_type="application/json")
        if key and key in self._in_flight:
            raise ApiError(409, "idempotency_key_in_use", "another request with this key is in progress")
        self._in_flight.add(key)
        try:
            answer = await self._answer(act, form)
            if key and answer.stored:
                self._ledger.remember(key, asked, answer.status, orjson.dumps(answer.body))
        finally:
            self._in_flight.discard(key)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        return json(answer.status, answer.body)

    async def _answer(self, act: Act, form: dict[str, str]) -> Answer:
        try:
            return await act(form)
        except ApiError as error:
            return Answer(body=error.body, status=error.status)

    def _intent(self, intent_id: str) -> Row:
        intent = self._ledger.intent(intent_id)
        if intent is None:
            raise ApiError(404, "resource_missing", f"No such payment_intent: {intent_id[:60]!r}")
        return intent

    def _token(self, card: Card) -> str:
        token = f"tok_{secrets.token_hex(8)}"
        self._ledger.write("INSERT INTO tokens VALUES (?, ?)", token, card)
        return token


def json(status: int, body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def page_of(request: Request, *, most: int = 100) -> Page:
    """`limit` and `starting_after`, as Stripe's lists take them."""
    limit = request.query_params.get("limit", "10")
    if not limit.isdigit() or not 1 <= int(limit) <= most:
        raise ApiError(400, "parameter_invalid_integer", f"limit must be between 1 and {most}")
    return Page(limit=int(limit), after=request.query_params.get("starting_after"))


def listed(found: list[dict[str, Any]], page: Page) -> Response:
    """`found` has one more than the page when there are more."""
    return json(200, {"object": "list", "data": found[: page.limit], "has_more": len(found) > page.limit})


async def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def application(settings: SandboxSettings) -> Starlette:
    """The ASGI application, with its ledger open."""
    ledger = Ledger(Path(settings.state_file))
    events = Events(ledger, settings.webhook_url, settings.payment_webhook_secret.reveal())

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await events.close()
            ledger.close()

    return Starlette(routes=Sandbox(settings, ledger, events).routes(), lifespan=lifespan)
