"""`emporium demo`: a whole purchase through the public API, each step with its time and RPC count."""

import asyncio
import sys

import click
import httpx
from rich.markup import escape

from infra.cli.console import err, out
from infra.cli.seed import demo_logins
from infra.demo.client import ShopClient
from infra.demo.journey import DemoFailed, Journey, ShopError
from infra.demo.provider import Provider
from infra.embedded.running import RunningStack, running_stack


@click.command(help="A whole purchase against the running stack. Exits with 1 if anything is off.")
def command() -> None:
    """Buys something, is declined, submits twice; checks stock, code and money each time."""
    try:
        asyncio.run(_run(running_stack()))
    except (DemoFailed, ShopError, httpx.HTTPError, OSError, TimeoutError) as error:
        err.print(f"[bold red]✗[/] {escape(str(error) or type(error).__name__)}", soft_wrap=True)
        sys.exit(1)


async def _run(stack: RunningStack) -> None:
    async with httpx.AsyncClient(timeout=30) as http:
        journey = Journey(
            shopper=ShopClient(http=http, url=stack.gateway_url),
            admin=ShopClient(http=http, url=stack.gateway_url),
            admin_login=demo_logins(stack.state.path / "demo.json")["admin"],
            provider=Provider(
                http=http, url=f"http://{stack.address('payment_sandbox')}", api_key=stack.secret("payment_api_key")
            ),
        )
        milliseconds, rpcs = 0.0, 0
        async for step in journey.run():
            milliseconds, rpcs = milliseconds + step.milliseconds, rpcs + step.rpcs
            counted = f"{step.milliseconds:6.0f} ms  {step.rpcs:3d} RPCs"
            out.print(f"[green]✓[/] {step.title:<32} [dim]{counted}[/]  {escape(step.told)}", soft_wrap=True)
        out.print(f"[bold]All is well[/]: {milliseconds / 1000:.1f} s, {rpcs} RPCs.")
