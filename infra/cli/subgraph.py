"""`emporium subgraph`: a slice of the graph by itself."""

import click

from infra.cli.console import err
from infra.embedded.applications import saved_wiring
from infra.embedded.running import running_stack

SUBGRAPHS = ("account", "catalog", "order")


@click.command()
@click.argument("name", type=click.Choice(SUBGRAPHS))
@click.option("--graphql", is_flag=True, required=True, help="As GraphQL, for an Apollo Federation router.")
@click.option("--port", type=click.IntRange(0, 65_535), default=4001, show_default=True, help="On this machine only.")
def command(name: str, graphql: bool, port: int) -> None:
    """Serve one subgraph's GraphQL schema alone, over the running stack.

    Any Apollo Federation router can use it: it tells its schema by `_service` and finds entities by `_entities`. Access
    tokens are passed on as `Authorization`. Development mode only.
    """
    del graphql
    import uvicorn

    from chassis import telemetry
    from chassis.settings import load
    from gateway.settings import GatewaySettings
    from gateway.standalone import PATH, standalone

    settings = load(GatewaySettings, saved_wiring(running_stack().state).environment("gateway"))
    telemetry.configure(settings, f"{name}-graphql")
    app = standalone(name, settings)
    err.print(f"{name} as an Apollo Federation subgraph: http://127.0.0.1:{port}{PATH}", highlight=False)
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False)
