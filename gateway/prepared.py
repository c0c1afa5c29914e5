"""An operation on its way: what a client sends, what that was compiled to, and the answer."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import orjson
from emporium.common.v1.page_pb2 import ShopContext
from graphql import OperationType
from graphql.execution.values import VariableValues, get_directive_values

from chassis.graph.searched import Searched
from chassis.locale import canonical_locale
from chassis.money import CURRENCIES
from gateway.context import DEFAULT_SHOP
from gateway.cost import Cost, PlanCost
from gateway.errors import RequestRefused
from gateway.federation.compose import IN_CONTEXT
from gateway.federation.plan import Plan
from gateway.federation.program import Program

LONGEST_KEY: Final = 256
"""Bytes of variables that are kept as they are."""


@dataclass(frozen=True, kw_only=True)
class OperationRequest:
    """What a client sends, whatever the transport."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    document_id: str = ""
    """The document's SHA-256, instead of `query` or, to be remembered, with it."""
    last_event_id: str = ""
    """Of a subscription: the last event that arrived before the connection broke."""
    told: frozenset[str] = frozenset()
    """Extensions of the answer that the client asked for: plan, cost."""
    fresh: bool = False
    """The client has just changed something: it is not shown what was fetched before."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """An operation's plan and, unless only the exact walk can answer it, its program."""

    plan: Plan
    program: Program | None
    cost: PlanCost
    shared: bool = False
    """It fetches nothing but what callers share."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A valid operation with coerced variables."""

    compiled: Compiled
    reused: bool
    """It was compiled for an earlier request."""
    cost: Cost
    """At most."""
    variables: VariableValues
    raw_variables: dict[str, Any]
    after: int | None = None
    """Of a subscription: the number of the event to go on after."""

    @property
    def plan(self) -> Plan:
        return self.compiled.plan

    @property
    def program(self) -> Program | None:
        return self.compiled.program

    @property
    def kind(self) -> OperationType:
        return self.plan.operation.operation

    @property
    def is_subscription(self) -> bool:
        return self.kind is OperationType.SUBSCRIPTION

    def shared_key(self, shop: ShopContext) -> tuple[Any, ...]:
        """The same for requests that the same answer will do for, of those whose operation fetches what is shared."""
        variables = orjson.dumps(self.raw_variables, option=orjson.OPT_SORT_KEYS) if self.raw_variables else b""
        if len(variables) > LONGEST_KEY:
            variables = sha256(variables).digest()
        return (self.plan, variables, shop.channel, shop.currency_code, shop.locale)

    def shop(self) -> ShopContext:
        """What `@inContext` says, over the defaults. Raises RequestRefused for a currency or a locale that is none."""
        given = get_directive_values(IN_CONTEXT, self.plan.operation, self.variables) or {}
        currency = given.get("currency") or DEFAULT_SHOP.currency_code
        if currency not in CURRENCIES:
            message = f"{currency[:20]!r} is not a currency code of ISO 4217, such as EUR."
            raise RequestRefused.because(400, "BAD_USER_INPUT", message)
        # In one spelling, so that the same language is one key of what is shared.
        locale = canonical_locale(given["locale"]) if given.get("locale") else DEFAULT_SHOP.locale
        if locale is None:
            message = f"{given['locale'][:40]!r} is not a language tag of BCP 47, such as de or de-AT."
            raise RequestRefused.because(400, "BAD_USER_INPUT", message)
        channel = given.get("channel") or DEFAULT_SHOP.channel
        return ShopContext(channel=channel, currency_code=currency, locale=locale)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Data and errors of an executed operation."""

    data: dict[str, Any] | orjson.Fragment | None
    """As JSON already, where it was written for another request or is large."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    event_id: str = ""
    """Of a subscription that can be resumed: what to give as the last event's id."""
    plan: dict[str, Any] | None = None
    """What was fetched, when that was asked too."""
    searched: tuple[Searched, ...] = ()
    """What its caller searched for."""
    rows: int = 0
    """How many its fetches brought, when that was asked too."""
