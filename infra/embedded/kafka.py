"""Kafka (KRaft, one node) on the Java runtime of a wheel.

Its start is class loading, so the classes are kept in an ahead-of-time cache that a training run writes once, after the
first start, when nobody waits for it.
"""

import base64
import hashlib
import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from infra.embedded import probes, wheels
from infra.embedded.artifacts import ArtifactCache
from infra.embedded.identity import Identity
from infra.embedded.ports import free_port
from infra.embedded.process import Launch, run_tool, spawn
from infra.embedded.reporting import Reporter
from infra.embedded.state import StateFolder

_CLASS_CACHES = 6
_JVM = (
    "-Xms64m",
    "-Xmx192m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    "--sun-misc-unsafe-memory-access=allow",
)

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
num.partitions=4
num.network.threads=1
num.io.threads=2
background.threads=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=4194304
log.index.size.max.bytes=1048576
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
"""

_LOGGING = """\
status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c)%n%throwable
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
"""


class KafkaServer:
    """The part `kafka`."""

    name = "kafka"
    # It needs nothing of it, but the services wait for PostgreSQL: a JVM's start would slow that down.
    after: tuple[str, ...] = ("postgres",)
    stop_rank = 2

    def __init__(
        self, *, state: StateFolder, identity: Identity, cache: ArtifactCache, port: int, controller_port: int
    ) -> None:
        self.port = port
        self._controller_port = controller_port
        self._state = state
        self._identity = identity
        self._cache = cache
        self._folder = state.path / "kafka"
        self._jars: list[Path] = []

    @property
    def bootstrap_servers(self) -> str:
        """What a client connects to."""
        return f"127.0.0.1:{self.port}"

    def prepare(self, reporter: Reporter) -> None:
        """Fetch the jars, configure, format the storage at the first start."""
        self._jars = self._cache.fetch("kafka", lambda done, total: reporter.progress(self.name, done, total))
        self._state.folder("kafka")
        data = self._folder / "data"
        self._configure(self._folder, data, self.port, self._controller_port)
        self._identity.own(self._folder)
        if not (data / "meta.properties").exists():
            reporter.step(self.name, "formatting the storage")
            self._format(data)
        with suppress(OSError):  # not there yet, or another user's
            os.utime(self._trained_classes())  # in use: `keep_latest` looks at it

    def launch(self) -> Launch:
        """The broker, with the class cache when there is one."""
        trained = self._trained_classes()
        cache = [f"-XX:AOTCache={trained}"] if trained.exists() else []
        return self._broker(self._folder, cache)

    def is_ready(self) -> bool:
        """Whether the metadata lists a broker."""
        return probes.kafka_answers(self.port)

    def provision(self) -> None:
        """Nothing to do: topics are created by who writes to them, with the four partitions set above."""

    def may_retry(self, log: str) -> bool:
        """A predecessor that is still going away holds the lock of the storage."""
        return "Failed to acquire lock" in log

    def train(self, stopped: Callable[[], bool]) -> bool:
        """Write the class cache by a run of its own, in a scratch folder. Gives up when `stopped` says so."""
        target = self._trained_classes()
        if target.exists() or not self._jars:
            return target.exists()
        with self._cache.exclusive("kafka-training"):
            if not target.exists():
                self._train_into(target, stopped)
        return target.exists()

    def _train_into(self, target: Path, stopped: Callable[[], bool]) -> None:
        scratch = self._state.folder("kafka-training")
        written = scratch / "classes.aot"
        port = free_port()
        try:
            self._configure(scratch, scratch / "data", port, free_port(frozenset({port})))
            self._identity.own(scratch)
            self._run_format(scratch)
            launch = self._broker(scratch, [f"-XX:AOTCacheOutput={written}"])
            # Lowest priority: somebody is using the shop meanwhile.
            command = ["/usr/bin/nice", "-n", "19", *launch.command]
            quiet = Launch(command=command, folder=scratch, environment=launch.environment, stop_signal=signal.SIGKILL)
            child = spawn(quiet, self._identity, scratch / "log")
            try:
                _wait(lambda: probes.kafka_answers(port) or child.poll() is not None or stopped(), 60)
                child.send_signal(signal.SIGTERM)
                _wait(lambda: child.poll() is not None or stopped(), 60)
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            if written.exists() and not stopped():
                target.parent.mkdir(parents=True, exist_ok=True)
                arriving = target.with_suffix(".new")
                shutil.copyfile(written, arriving)
                arriving.replace(target)
                keep_latest(target.parent)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _trained_classes(self) -> Path:
        """The class cache for exactly these jars and this runtime: it is void when a path or a date changes."""
        parts = [*self._jars, wheels.java_home() / "lib" / "modules"]
        seen = "\n".join(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in parts if path.exists())
        key = hashlib.sha256("\n".join([seen, *_JVM]).encode()).hexdigest()[:16]
        return self._cache.root / "kafka" / f"classes-{key}.aot"

    def _broker(self, folder: Path, options: list[str]) -> Launch:
        return Launch(
            command=[
                str(wheels.java_home() / "bin" / "java"),
                *_JVM,
                *options,
                "-cp",
                os.pathsep.join(map(str, self._jars)),
                f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}",
                f"-Dkafka.logs.dir={folder}",
                "kafka.Kafka",
                str(folder / "server.properties"),
            ],
            folder=folder,
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )

    def _configure(self, folder: Path, data: Path, port: int, controller: int) -> None:
        text = _PROPERTIES.format(port=port, controller=controller, data=data)
        (folder / "server.properties").write_text(text, encoding="utf-8")
        (folder / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")

    def _format(self, data: Path) -> None:
        """Format elsewhere, then rename: a format that is killed half-way leaves nothing to trip over."""
        fresh = self._folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._configure(fresh, fresh / "data", self.port, self._controller_port)
        self._identity.own(fresh)
        self._run_format(fresh)
        (fresh / "data").rename(data)
        shutil.rmtree(fresh)

    def _run_format(self, folder: Path) -> None:
        broker = self._broker(folder, [])
        main = broker.command.index("kafka.Kafka")
        tool = [*broker.command[:main], "kafka.tools.StorageTool", "format"]
        tool += ["-t", cluster_id(uuid.uuid4), "-c", str(folder / "server.properties")]
        run_tool(self.name, tool, identity=self._identity, folder=folder, environment=broker.environment)


def cluster_id(new: Callable[[], uuid.UUID]) -> str:
    """A random name as Kafka writes it. One that begins with a dash would be taken for an option."""
    while True:
        name = base64.urlsafe_b64encode(new().bytes).decode().rstrip("=")
        if not name.startswith("-"):
            return name


def keep_latest(folder: Path) -> None:
    """Delete class caches but those used last. Every new `.venv` has one of its own (64 MB); one that is missed is made
    again."""
    caches = sorted(folder.glob("classes-*.aot"), key=lambda each: each.stat().st_mtime)
    for unused in caches[:-_CLASS_CACHES]:
        unused.unlink(missing_ok=True)


def _wait(until: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until() and time.monotonic() < deadline:
        time.sleep(0.1)
