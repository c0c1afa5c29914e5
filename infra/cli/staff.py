"""The public admin API as staff use it: GraphQL over HTTP, logged in."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from infra.cli.seed import demo_logins
from infra.embedded.failures import StackError
from infra.embedded.running import running_stack

PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between attempts while the shop cannot answer."""
PASSING = frozenset({"UNAVAILABLE", "TIMEOUT", "RATE_LIMITED", "OVERLOADED", "CONFLICT"})
ANSWER_SECONDS = 60
LOG_IN = """mutation StaffLogIn($input: TokenCreateInput!) {
  tokenCreate(input: $input) { accessToken userErrors { code message } }
}"""


class ShopRefused(StackError):
    """The shop does not answer, or not to us."""


@dataclass(frozen=True, kw_only=True)
class StaffTarget:
    """Where the shop is, and who asks: a token, or a login that gets one."""

    url: str
    token: str = ""
    login: Mapping[str, str] = field(default_factory=dict[str, str])


def staff_target() -> StaffTarget:
    """From EMPORIUM_URL with EMPORIUM_TOKEN or EMPORIUM_EMAIL and EMPORIUM_PASSWORD; else the running stack of this
    checkout and its demo administrator. Raises StackError."""
    url, token = os.environ.get("EMPORIUM_URL", ""), os.environ.get("EMPORIUM_TOKEN", "")
    email, password = os.environ.get("EMPORIUM_EMAIL", ""), os.environ.get("EMPORIUM_PASSWORD", "")
    login = {"email": email, "password": password} if email and password else {}
    if url and not (token or login):
        raise ShopRefused(
            "EMPORIUM_URL says where the shop is, but not who asks.",
            "Set EMPORIUM_TOKEN, or EMPORIUM_EMAIL and EMPORIUM_PASSWORD, of somebody with the role catalog_manager.",
        )
    if url:
        return StaffTarget(url=url.rstrip("/"), token=token, login=login)
    stack = running_stack()
    if not (token or login):
        login = demo_logins(stack.state.path / "demo.json")["admin"]
    return StaffTarget(url=stack.gateway_url, token=token, login=login)


class StaffClient:
    """One session. Logs in when it must, and asks again what a shop that is busy or restarts did not answer."""

    def __init__(self, http: httpx.AsyncClient, target: StaffTarget) -> None:
        self._http = http
        self._target = target
        self._token = target.token

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The operation's data. A mutation needs a key, for it may be sent more than once. Raises ShopRefused."""
        for pause in (*PATIENCE, None):
            if not self._token:
                self._token = await self._logged_in()
            # Without a token it would be refused for good, and the login may have met a shop that restarts.
            answer, wait = await self._send(document, variables) if self._token else (None, 0.0)
            if answer is not None:
                return answer
            if pause is None:
                break
            await asyncio.sleep(max(pause, wait))
        raise ShopRefused(
            f"The shop at {self._target.url} does not answer.", "See `emporium status`; the same command begins again."
        )

    async def _send(self, document: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any] | None, float]:
        """The data, or None and how long to wait before the next attempt."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        body = {"query": document, "variables": dict(variables)}
        try:
            response = await self._http.post(f"{self._target.url}/admin/graphql", json=body, headers=headers)
        except httpx.TransportError:
            return None, 0
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._target.login:
            # Access tokens live for minutes, files take longer.
            self._token = ""
            return None, 0
        if response.status_code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            return None, _seconds(response.headers.get("Retry-After", ""))
        return _data(response), 0

    async def _logged_in(self) -> str:
        answer, _ = await self._send(LOG_IN, {"input": dict(self._target.login)})
        if answer is None:
            return ""
        payload = answer["tokenCreate"]
        if payload["userErrors"]:
            raise ShopRefused(
                f"Nobody can log in as {self._target.login.get('email')}: {payload['userErrors'][0]['message']}",
                "Check EMPORIUM_EMAIL and EMPORIUM_PASSWORD.",
            )
        return str(payload["accessToken"])


def _data(response: httpx.Response) -> dict[str, Any] | None:
    """None for what passes. Raises ShopRefused for what does not."""
    try:
        answer: dict[str, Any] = response.json()
    except json.JSONDecodeError:
        return None
    errors: list[dict[str, Any]] = answer.get("errors") or []
    codes = {str((error.get("extensions") or {}).get("code", "")) for error in errors}
    if errors and codes <= PASSING:
        return None
    if codes & {"UNAUTHENTICATED", "FORBIDDEN"} or response.status_code == HTTPStatus.UNAUTHORIZED:
        raise ShopRefused(
            f"The shop refuses: {errors[0]['message'] if errors else 'the token is not valid'}",
            "Ask with the token of somebody who has the role catalog_manager (EMPORIUM_TOKEN).",
        )
    if errors:
        raise ShopRefused(f"The shop refuses: {errors[0]['message']}", "See `emporium logs gateway`.")
    data: dict[str, Any] = answer["data"]
    return data


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 1.0
