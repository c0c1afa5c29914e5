"""The platform's own processes: what each is started with, and what it reads from its environment.

Each process gets its own variables only. Production gives the same variables other values.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import cast

from infra.embedded import probes
from infra.embedded.failures import StackError
from infra.embedded.part import Part
from infra.embedded.process import Launch
from infra.embedded.reporting import Reporter
from infra.embedded.state import CHECKOUT, StateFolder

APPLICATIONS = ("account", "catalog", "order", "payment_sandbox", "gateway")

USUAL_PORTS = {
    "account": 50051,
    "catalog": 50052,
    "order": 50053,
    "payment_sandbox": 4242,
    "gateway": 8000,
    "gateway-metrics": 9464,
}

_MODULES = {
    "account": "subgraphs.account",
    "catalog": "subgraphs.catalog",
    "order": "subgraphs.order",
    "payment_sandbox": "infra.payment_sandbox",
    "gateway": "gateway",
}

_SAVED = "wiring.json"

_HANDED_ON = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "SSL_CERT_FILE", "LOG_LEVEL", "LOG_FORMAT")
_HANDED_ON_PREFIXES = ("OTEL_", "SEARCH_")
_SHOP_SETTINGS = frozenset({
    "ALLOCATION_STRATEGY", "KEEP_IN_REDIS", "KEPT_MEGABYTES", "LEARN_QUERIES", "LOW_STOCK_THRESHOLD", "PRICING_FILE",
    "RATE_LIMIT", "SHARE",
})  # fmt: skip
"""How a shop is meant to behave; docs/running.md names them."""


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Where the servers are, embedded or not."""

    database_urls: Mapping[str, str]
    redis_url: str
    kafka_bootstrap_servers: str
    elasticsearch_url: str


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Everything the environments are made from."""

    backends: Backends
    ports: Mapping[str, int]
    state: StateFolder
    web_assets: Path | None
    """The built GraphiQL page; it may appear later."""

    def save(self) -> None:
        """Keep it for `emporium run`. It holds passwords, so the file is private."""
        document = {
            "backends": asdict(self.backends),
            "ports": dict(self.ports),
            "web_assets": str(self.web_assets) if self.web_assets is not None else None,
        }
        self.state.write(_SAVED, document)

    def address(self, name: str) -> str:
        """`host:port` of one application."""
        return f"127.0.0.1:{self.ports[name]}"

    @property
    def gateway_url(self) -> str:
        """What a browser opens."""
        return f"http://{self.address('gateway')}"

    def environment(self, name: str) -> dict[str, str]:
        """All variables of one application."""
        own = {
            "account": self._account,
            "catalog": self._catalog,
            "order": self._order,
            "payment_sandbox": self._payment_sandbox,
            "gateway": self._gateway,
        }[name]()
        return {**python_environment(), **own, "LISTEN_ADDRESS": self.address(name)}

    def _account(self) -> dict[str, str]:
        return {
            **self._subgraph("account"),
            "REDIS_URL": self.backends.redis_url,
            "TOKEN_KEY_ENCRYPTION_SECRET": self.state.secret("token_key_encryption_secret"),
        }

    def _catalog(self) -> dict[str, str]:
        return {**self._subgraph("catalog"), "ELASTICSEARCH_URL": self.backends.elasticsearch_url}

    def _order(self) -> dict[str, str]:
        return {
            **self._subgraph("order"),
            **self._payment_secrets(),
            "CATALOG_ADDRESS": self.address("catalog"),
            "ACCOUNT_ADDRESS": self.address("account"),
            "PAYMENT_URL": f"http://{self.address('payment_sandbox')}",
            "PAYMENT_RETURN_URL": f"{self.gateway_url}/",
        }

    def _payment_sandbox(self) -> dict[str, str]:
        return {
            **self._payment_secrets(),
            "STATE_FILE": str(self.state.path / "payment_sandbox" / "ledger.sqlite3"),
            "WEBHOOK_URL": f"{self.gateway_url}/webhooks/sandbox",
        }

    def _gateway(self) -> dict[str, str]:
        port = self.ports["gateway"]
        environment = {
            "INTERNAL_TOKEN_SECRET": self.state.secret("internal_token_secret"),
            "METRICS_ADDRESS": self.address("gateway-metrics"),
            "ACCOUNT_ADDRESS": self.address("account"),
            "CATALOG_ADDRESS": self.address("catalog"),
            "ORDER_ADDRESS": self.address("order"),
            "REDIS_URL": self.backends.redis_url,
            "KAFKA_BOOTSTRAP_SERVERS": self.backends.kafka_bootstrap_servers,
            "ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
            "DEMO_FILE": str(self.state.path / "demo.json"),
        }
        if self.web_assets is not None:
            environment["WEB_ASSETS"] = str(self.web_assets)
        return environment

    def _subgraph(self, name: str) -> dict[str, str]:
        return {
            "INTERNAL_TOKEN_SECRET": self.state.secret("internal_token_secret"),
            "DATABASE_URL": self.backends.database_urls[name],
            "KAFKA_BOOTSTRAP_SERVERS": self.backends.kafka_bootstrap_servers,
        }

    def _payment_secrets(self) -> dict[str, str]:
        return {
            "PAYMENT_API_KEY": self.state.secret("payment_api_key"),
            "PAYMENT_WEBHOOK_SECRET": self.state.secret("payment_webhook_secret"),
        }


def saved_wiring(state: StateFolder) -> Wiring:
    """The wiring of the last start. Raises StackError when there was none."""
    document = state.read(_SAVED)
    try:
        backends = cast("dict[str, object]", document["backends"])
        assets = cast("str | None", document["web_assets"])
        return Wiring(
            backends=Backends(
                database_urls=cast("dict[str, str]", backends["database_urls"]),
                redis_url=cast("str", backends["redis_url"]),
                kafka_bootstrap_servers=cast("str", backends["kafka_bootstrap_servers"]),
                elasticsearch_url=cast("str", backends["elasticsearch_url"]),
            ),
            ports=cast("dict[str, int]", document["ports"]),
            state=state,
            web_assets=Path(assets) if assets else None,
        )
    except KeyError:
        raise StackError("The stack has not been started here yet.", "Start it: `emporium up`.") from None


def python_environment() -> dict[str, str]:
    """Development mode, readable logs, little memory; what the launcher is told of telemetry, logs, search and the shop
    is handed on."""
    handed_on = {
        name: value
        for name, value in os.environ.items()
        if name in _HANDED_ON or name in _SHOP_SETTINGS or name.startswith(_HANDED_ON_PREFIXES)
    }
    environment = {"MODE": "development", "LOG_FORMAT": "console", "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
    if (CHECKOUT / "proto" / "gen").is_dir():
        environment["PYTHONPATH"] = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "proto" / "gen")])
    return {**environment, **handed_on}


def command(name: str) -> list[str]:
    """How an application is started."""
    return [sys.executable, "-m", _MODULES[name]]


class Application:
    """One of the platform's processes as a part."""

    def __init__(self, name: str, wiring: Wiring) -> None:
        self.name = name
        self.port = wiring.ports[name]
        # Only PostgreSQL is vital: everything else may come later.
        self.after = ("postgres",) if name in wiring.backends.database_urls else ()
        self.stop_rank = 0 if name == "gateway" else 1
        self._wiring = wiring

    def prepare(self, reporter: Reporter) -> None:
        """The sandbox keeps a ledger; the others have no state here."""
        del reporter
        if self.name == "payment_sandbox":
            self._wiring.state.folder("payment_sandbox")

    def launch(self) -> Launch:
        """The process with its environment; SIGTERM drains it."""
        return Launch(
            command=command(self.name),
            folder=CHECKOUT,
            environment=self._wiring.environment(self.name),
            as_launcher=True,
        )

    def is_ready(self) -> bool:
        """Ask its health endpoint."""
        probe: Callable[[], bool] = {
            "gateway": partial(probes.http_ready, self.port, "/readyz"),
            "payment_sandbox": partial(probes.http_ready, self.port, "/healthz"),
        }.get(self.name, partial(probes.grpc_serves, self.port))
        return probe()

    def provision(self) -> None:
        """Nothing to do: in development mode a service applies its own migrations."""

    def may_retry(self, log: str) -> bool:
        """Never: its log says what is wrong."""
        del log
        return False


def applications(wiring: Wiring, only: frozenset[str]) -> list[Part]:
    """The wanted applications as parts."""
    return [Application(name, wiring) for name in APPLICATIONS if name in only]
