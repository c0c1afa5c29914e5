"""`emporium up`: the whole platform from nothing to ready, kept running, and stopped in order."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from infra.embedded import running
from infra.embedded.applications import APPLICATIONS, Backends, Wiring, applications, python_environment
from infra.embedded.applications import USUAL_PORTS as APPLICATION_PORTS
from infra.embedded.artifacts import ArtifactCache
from infra.embedded.failures import NoDiskSpace, PortTaken, StackError
from infra.embedded.identity import Identity
from infra.embedded.part import Part
from infra.embedded.ports import Ports
from infra.embedded.postgres import SUBGRAPHS
from infra.embedded.process import start_time
from infra.embedded.reporting import Reporter
from infra.embedded.runs import PartStatus
from infra.embedded.stack import SERVERS, Servers, identity_for
from infra.embedded.state import CHECKOUT, StateFolder
from infra.embedded.supervisor import Supervisor
from infra.embedded.web import PageBuild

PARTS = (*SERVERS, *APPLICATIONS)

DATABASE_VARIABLES = {name: f"{name.upper()}_DATABASE_URL" for name in SUBGRAPHS}
SERVER_VARIABLES = {
    "redis": "REDIS_URL",
    "kafka": "KAFKA_BOOTSTRAP_SERVERS",
    "elasticsearch": "ELASTICSEARCH_URL",
}

_LEAST_FREE_BYTES = 300 * 1024 * 1024
_TRAINING_DELAY_SECONDS = 20.0
_LOG_CHECK_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user asked for."""

    state: Path
    cache: Path
    only: frozenset[str] = frozenset()
    """Parts to run; empty: all."""
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
    """Ports the user insists on."""
    demo: bool = True
    """Whether the first start may put demo data into an embedded database."""
    external: Mapping[str, str] = field(default_factory=dict[str, str])
    """URLs of servers that are not to be embedded, by their variable."""

    def check(self) -> None:
        """Raises StackError for parts that do not exist."""
        unknown = (self.only - frozenset(PARTS)) | (self.ports.keys() - {*PARTS, *APPLICATION_PORTS})
        if unknown:
            raise StackError(f"No such part: {', '.join(sorted(unknown))}.", f"There are: {', '.join(PARTS)}.")


def external_servers() -> dict[str, str]:
    """Those URLs of servers that the environment gives."""
    names = (*DATABASE_VARIABLES.values(), *SERVER_VARIABLES.values())
    return {name: os.environ[name] for name in names if os.environ.get(name)}


class Launcher:
    """One start of the platform. `start`, then `stop`; the caller holds the state folder's lock."""

    def __init__(self, options: Options, reporter: Reporter) -> None:
        self.options = options
        self.state = StateFolder(options.state)
        self._cache = ArtifactCache(options.cache)
        self._reporter = reporter
        self._phase = "starting"
        self._stopped = threading.Event()
        self._supervisor: Supervisor | None = None
        self._wiring: Wiring | None = None
        self._housekeeping = threading.Thread(target=self._keep_house, name="housekeeping", daemon=True)

    @property
    def gateway_url(self) -> str | None:
        """What a browser opens; None when no gateway runs."""
        runs = self._wiring is not None and "gateway" in self._wanted()
        return self._wiring.gateway_url if self._wiring is not None and runs else None

    def start(self) -> None:
        """Until everything is ready, demo data included. Raises StackError; then everything has been stopped."""
        self._check_disk()
        for name in running.end_left_overs(running.read_record(self.state)):
            self._reporter.trouble(name, "was left over from an earlier start: killed")
        try:
            self._start_parts()
        except PortTaken as taken:
            self._stop_parts()
            if taken.part in self.options.ports:
                raise
            self._reporter.trouble(taken.part, f"{taken.message} Starting again with another port.")
            self._ports.release_all()
            self._ports.forget(taken.part)
            self._start_parts()
        self._set_phase("ready")

    def stop(self) -> None:
        """Stop everything in order."""
        self._set_phase("stopping")
        self._stopped.set()
        self._stop_parts()
        if self._housekeeping.is_alive():
            self._housekeeping.join(timeout=5)

    def kill(self) -> None:
        """Stop everything without order."""
        self._stopped.set()
        if self._supervisor is not None:
            self._supervisor.kill_all()

    def keep_house(self) -> None:
        """From now on, in the background: what need not be done while somebody waits for the start."""
        self._housekeeping.start()

    def _keep_house(self) -> None:
        if not self._stopped.wait(_TRAINING_DELAY_SECONDS):
            self._train_kafka()
        while not self._stopped.wait(_LOG_CHECK_SECONDS):
            for part in self._supervisor.status() if self._supervisor is not None else ():
                self.state.cut_log(part.name)

    def _train_kafka(self) -> None:
        """Write Kafka's class cache: later starts are faster."""
        if "kafka" in self._embedded():
            try:
                self._servers.kafka.train(self._stopped.is_set)
            except (StackError, OSError) as error:
                reason = getattr(error, "log_tail", "") or str(error)
                self._reporter.trouble("kafka", f"its class cache could not be written: {reason}")

    # --- the start

    def _wanted(self) -> frozenset[str]:
        """The parts to run. An application brings the database it cannot do without."""
        only = self.options.only
        if not only:
            return frozenset(PARTS)
        return only | {"postgres"} if only & frozenset(SUBGRAPHS) else only

    def _embedded(self) -> frozenset[str]:
        """The servers to run here: those wanted whose URLs are not given."""
        given = {name for name, variable in SERVER_VARIABLES.items() if variable in self.options.external}
        if all(variable in self.options.external for variable in DATABASE_VARIABLES.values()):
            given.add("postgres")
        return (self._wanted() & frozenset(SERVERS)) - given

    def _start_parts(self) -> None:
        identity = identity_for(self.state.path, self._cache.root)
        self.state.share_with(identity)
        if identity.mode != "same":
            self._reporter.ready("emporium", identity.description)
        page = PageBuild(self._cache.root, self._reporter) if "gateway" in self._wanted() else None
        demanded = self.options.ports
        self._ports = ports = Ports(self.state, hold=True)
        self._servers = Servers(
            state=self.state, cache=self._cache, identity=identity, ports=ports, usual_ports=True, demanded=demanded
        )
        numbers = {
            name: ports.assign(name, usual=usual, demanded=demanded.get(name))
            for name, usual in APPLICATION_PORTS.items()
        }
        wiring = Wiring(
            backends=self._backends(), ports=numbers, state=self.state, web_assets=page.folder if page else None
        )
        self._wiring = wiring
        wiring.save()
        supervisor = Supervisor(
            state=self.state,
            identity=identity,
            reporter=self._reporter,
            on_change=self._record,
            before_launch=ports.release,
        )
        self._supervisor = supervisor
        parts: list[Part] = [*self._servers.parts(self._embedded()), *applications(wiring, self._wanted())]
        for name in frozenset(PARTS) - {part.name for part in parts}:
            ports.release(name)  # somebody else may run these
        supervisor.start(parts)
        if page is not None:
            page.start()
        # Demo data need the services only; the search index follows when Elasticsearch is there.
        supervisor.wait_ready([part.name for part in parts if part.name not in SERVER_VARIABLES])
        self._first_start()
        supervisor.wait_ready([part.name for part in parts])
        if page is not None:
            page.wait()

    def _backends(self) -> Backends:
        external, servers = self.options.external, self._servers
        return Backends(
            database_urls={
                name: external.get(variable, servers.postgres.url(name, name))
                for name, variable in DATABASE_VARIABLES.items()
            },
            redis_url=external.get("REDIS_URL", servers.redis.url),
            kafka_bootstrap_servers=external.get("KAFKA_BOOTSTRAP_SERVERS", servers.kafka.bootstrap_servers),
            elasticsearch_url=external.get("ELASTICSEARCH_URL", servers.elasticsearch.url),
        )

    def _first_start(self) -> None:
        """Demo data, once, and only into a database of our own."""
        marker = self.state.path / "seeded"
        everything = frozenset(APPLICATIONS) <= self._wanted() and "postgres" in self._embedded()
        if not (self.options.demo and everything) or marker.exists() or find_spec("infra.cli.seed") is None:
            return
        if self._seed():
            marker.touch(mode=0o600)
            self._reporter.ready("demo data", "ready")
        else:
            log = self.state.log("seed")
            self._reporter.trouble("demo data", f"could not be made; see {log}. The next start tries again.")

    def _seed(self) -> bool:
        """In a process of its own: what it loads would stay in the launcher's memory."""
        self._reporter.step("demo data", "making the demo catalogue and logins")
        command = [sys.executable, "-m", "infra.embedded.first_start", str(self.state.path)]
        with self.state.log("seed").open("w", encoding="utf-8") as log:
            child = subprocess.Popen(
                Identity(mode="same").command(command, death_signal=signal.SIGTERM),
                cwd=CHECKOUT,
                env=python_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            with child:
                for line in child.stdout or ():
                    self._reporter.step("demo data", line.strip())
        return child.returncode == 0

    def _check_disk(self) -> None:
        free = shutil.disk_usage(self.state.path).free
        if free < _LEAST_FREE_BYTES:
            raise NoDiskSpace(
                f"Only {free >> 20} MiB are free on the disk of {self.state.path}, "
                f"{_LEAST_FREE_BYTES >> 20} are needed.",
                "Free some space, or choose another state folder with EMPORIUM_STATE.",
            )

    def _stop_parts(self) -> None:
        if self._supervisor is not None:
            self._supervisor.stop_all()

    # --- the record

    def _set_phase(self, phase: str) -> None:
        self._phase = phase
        if self._supervisor is not None:
            self._record(self._supervisor.status())

    def _record(self, parts: list[PartStatus]) -> None:
        addresses = {part.name: f"127.0.0.1:{part.port}" for part in parts}
        if self._wiring is not None:
            addresses |= {name: self._wiring.address(name) for name in self._wiring.ports}
        record = running.RunRecord(
            launcher=os.getpid(),
            launcher_started=start_time(os.getpid()) or 0,
            phase=self._phase,
            addresses=addresses,
            parts=parts,
        )
        running.write_record(self.state, record)
