"""Somebody who runs the example operations one after the other, as GraphiQL does: ids, totals and tokens come from the
answers seen before (`gateway/web/src/memory.js`)."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

ID = re.compile(r"([a-z]{3})_[0-9a-f]{32}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
REMEMBERED = frozenset({"sku", "slug", "version"})
OWN = frozenset({"crt", "ord", "cartTotal", "currency", "email", "registeredEmail"})
"""Of one shopper, not of the shop."""
DIFFERENT_EACH_TIME = frozenset(
    {
        "token",
        "accessToken",
        "refreshToken",
        "number",
        "version",
        "result",
        "url",
        "status",
        "paymentStatus",
        "available",
    }
)
"""Of two purchases that are otherwise the same: secrets, counters, what is left, and how far the checkout has come."""


@dataclass
class Shopper:
    """What one client has seen and holds."""

    seen: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def filled(self, variables: str) -> dict[str, Any]:
        """An example's variables. Every placeholder must be known by now."""
        return json.loads(PLACEHOLDER.sub(lambda match: self._known(match[1]), variables or "{}"))

    def learn(self, data: Any, *, own: bool = True) -> None:
        """From an answer; not `own`: only what is the shop's."""
        found: dict[str, str] = {}
        for key, value, owner in visited(data):
            if owner.get("availableForSale") is False:
                continue
            if isinstance(value, str) and (match := ID.fullmatch(value)):
                found.setdefault(match[1], value)
            if key in {"cart", "order"} and isinstance(value, dict) and "totals" in value:
                found.setdefault(f"{key}Total", value["totals"]["total"]["amount"])
                found.setdefault("currency", value["totals"]["total"].get("currencyCode", "USD"))
            if key in REMEMBERED and value is not None:
                found.setdefault(key, str(value))
        self.seen |= {key: value for key, value in found.items() if own or key not in OWN}
        self._take_secrets(data or {})

    def _take_secrets(self, data: dict[str, Any]) -> None:
        if token := (data.get("cartCreate") or {}).get("token"):
            self.headers["Emporium-Cart-Token"] = token
        if token := (data.get("tokenCreate") or {}).get("accessToken"):
            self.headers["Authorization"] = f"Bearer {token}"

    def _known(self, name: str) -> str:
        if name == "key":
            return uuid.uuid4().hex
        if name == "email":
            self.seen["registeredEmail"] = f"{uuid.uuid4().hex}@example.com"
            return self.seen["registeredEmail"]
        return self.seen[name]


def visited(value: Any) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Key, value and object of everything in an answer."""
    if isinstance(value, list):
        for item in value:
            yield from visited(item)
    elif isinstance(value, dict):
        for key, child in value.items():
            yield key, child, value
            yield from visited(child)


def sent(url: str, query: str, variables: dict[str, Any], headers: dict[str, str]) -> tuple[Any, list[Any]]:
    """Data, and path and code of each error, in the order of the paths."""
    accept = {"Accept": "application/graphql-response+json, application/json"}
    answer = httpx.post(url, json={"query": query, "variables": variables}, headers=accept | headers, timeout=60).json()
    errors = [(error.get("path"), error.get("extensions", {}).get("code")) for error in answer.get("errors", ())]
    return answer.get("data"), sorted(errors, key=str)


def alike(value: Any, ids: dict[str, str] | None = None) -> Any:
    """The answer without what is different at each purchase: equal ids stay equal."""
    ids = {} if ids is None else ids
    if isinstance(value, list):
        return [alike(item, ids) for item in value]
    if isinstance(value, dict):
        return {
            key: f"<{key}>" if key in DIFFERENT_EACH_TIME and child is not None else alike(child, ids)
            for key, child in value.items()
        }
    if isinstance(value, str):
        text = ID.sub(lambda match: ids.setdefault(match[0], f"<{match[1]} {len(ids)}>"), value)
        return TIME.sub("<time>", text)
    return value
