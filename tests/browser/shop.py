"""A tiny shop behind the real GraphiQL page: enough schema for queries, a login, a cart and a subscription."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import jwt
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.types import Info

from gateway.web.pages import web_routes

PRODUCT_ID = "prd_0123456789abcdef0123456789abcdef"
SHOPPER = "shopper@example.com"
CART_TOKEN = "the-secret-of-this-cart"
KEY = "a-signing-key-of-this-test-only-0123456789"


def access_token(*, seconds: int) -> str:
    return jwt.encode({"email": SHOPPER, "exp": int(time.time()) + seconds}, KEY, algorithm="HS256")


@strawberry.type
class Product:
    """Something the shop sells."""

    id: strawberry.ID
    name: str


@strawberry.type
class CartCreatePayload:
    token: str


@strawberry.type
class UserError:
    message: str


@strawberry.input
class TokenCreateInput:
    email: str


@strawberry.input
class TokenRefreshInput:
    refresh_token: str


@strawberry.input
class TokenRevokeInput:
    refresh_token: str


@strawberry.type
class TokenRevokePayload:
    user_errors: list[UserError]


@strawberry.type
class TokenPayload:
    access_token: str
    refresh_token: str
    user_errors: list[UserError]


def header(info: Info, name: str) -> str:
    context: dict[str, Request] = info.context
    return context["request"].headers.get(name, "")


@strawberry.type
class Query:
    @strawberry.field(description="Products whose name contains the words")
    def search(self, query: str) -> list[Product]:
        return [Product(id=strawberry.ID(PRODUCT_ID), name=f"A {query}")]

    @strawberry.field
    def product(self, id: strawberry.ID) -> Product | None:  # noqa: A002
        return Product(id=id, name="A lamp") if id == PRODUCT_ID else None

    @strawberry.field
    def authorization(self, info: Info) -> str:
        return header(info, "Authorization")

    @strawberry.field
    def cart_token(self, info: Info) -> str:
        return header(info, "Emporium-Cart-Token")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def cart_create(self) -> CartCreatePayload:
        return CartCreatePayload(token=CART_TOKEN)

    @strawberry.mutation
    def token_create(self, input: TokenCreateInput) -> TokenPayload:  # noqa: A002
        return TokenPayload(access_token=access_token(seconds=600), refresh_token="first", user_errors=[])

    @strawberry.mutation
    def token_revoke(self, input: TokenRevokeInput, info: Info) -> TokenRevokePayload:  # noqa: A002
        info.context["request"].app.state.revoked.append(input.refresh_token)
        return TokenRevokePayload(user_errors=[])

    @strawberry.mutation
    def token_refresh(self, input: TokenRefreshInput) -> TokenPayload:  # noqa: A002
        return TokenPayload(access_token=access_token(seconds=600), refresh_token="second", user_errors=[])


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def countdown(self, start: int) -> AsyncGenerator[int, None]:
        for number in range(start, -1, -1):
            yield number
            await asyncio.sleep(0)

    @strawberry.subscription
    async def who(self, info: Info) -> AsyncGenerator[str, None]:
        parameters = info.context["connection_params"] or {}
        yield parameters.get("Authorization", "nobody")


def shop(assets: Path | None, operations: Path, *, demo_logins: bool, token_seconds: int = 600) -> Starlette:
    async def demo_login(request: Request) -> JSONResponse:
        if not demo_logins:
            return JSONResponse({}, status_code=404)
        tokens = {"accessToken": access_token(seconds=token_seconds), "refreshToken": "first"}
        return JSONResponse({**tokens, "email": SHOPPER})

    graphql = GraphQL[None, None](strawberry.Schema(Query, Mutation, Subscription))
    app = Starlette(
        routes=[
            *web_routes(assets, development=True, operations=operations),
            Route("/dev/demo-login", demo_login, methods=["POST"]),
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            Route("/admin/graphql", graphql),
        ]
    )
    app.state.revoked = []
    return app
