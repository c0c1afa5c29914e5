"""What the launcher tells the order service and the sandbox about each other."""

from pathlib import Path

from chassis.settings import load
from infra.embedded.applications import Backends, Wiring
from infra.embedded.state import StateFolder
from infra.payment_sandbox.settings import SandboxSettings
from subgraphs.order.settings import OrderSettings

PORTS = {"account": 1, "catalog": 2, "order": 3, "payment_sandbox": 4, "gateway": 5}


def test_order_and_sandbox_are_launched_to_find_each_other(tmp_path: Path):
    state = StateFolder(tmp_path)
    state.create()
    urls = {name: f"postgresql://u:p@127.0.0.1:9/{name}" for name in ("account", "catalog", "order")}
    backends = Backends(database_urls=urls, redis_url="", kafka_bootstrap_servers="", elasticsearch_url="")
    wiring = Wiring(backends=backends, ports=PORTS, state=state, web_assets=None)
    order = load(OrderSettings, wiring.environment("order") | {"MODE": "production"})
    sandbox = load(SandboxSettings, wiring.environment("payment_sandbox"))
    assert order.provider_url == f"http://{sandbox.listen_address}"
    assert order.payment_return_url == "http://127.0.0.1:5/"
    assert sandbox.webhook_url == f"http://127.0.0.1:5/webhooks/{order.payment_provider}"
    assert (order.payment_api_key, order.payment_webhook_secret) == (
        sandbox.payment_api_key, sandbox.payment_webhook_secret,
    )  # fmt: skip
