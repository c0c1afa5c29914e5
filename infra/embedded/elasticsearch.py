"""Elasticsearch on the Java runtime of a wheel, started without its two helper processes.

The distribution is the one its own integration tests use: small, and without the analysis module. The plugin beside
this file gives the same names on the Lucene classes that are there, so that production's index settings apply
unchanged. It is compiled when the distribution is first unpacked.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from infra.embedded import probes, wheels
from infra.embedded.artifacts import ArtifactCache, pinned
from infra.embedded.elasticsearch_launch import jvm_options, server_arguments
from infra.embedded.identity import Identity
from infra.embedded.process import Launch, run_tool
from infra.embedded.reporting import Reporter
from infra.embedded.state import StateFolder

_PLUGIN = Path(__file__).with_name("analysis_plugin")
# Modules the stack has no use for; leaving them out saves a second of start and some memory.
_LEFT_OUT = ("modules/apm/", "modules/x-pack-security/")

_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


class ElasticsearchServer:
    """The part `elasticsearch`."""

    name = "elasticsearch"
    # It needs nothing of it, but the services wait for PostgreSQL: a JVM's start would slow that down.
    after: tuple[str, ...] = ("postgres",)
    stop_rank = 2

    def __init__(
        self, *, state: StateFolder, identity: Identity, cache: ArtifactCache, port: int, transport_port: int
    ) -> None:
        self.port = port
        self._transport_port = transport_port
        self._state = state
        self._identity = identity
        self._cache = cache
        self._folder = state.path / "elasticsearch"

    @property
    def url(self) -> str:
        """What a client connects to."""
        return f"http://127.0.0.1:{self.port}"

    def prepare(self, reporter: Reporter) -> None:
        """Fetch and unpack the distribution, compile the plugin, write the configuration."""
        if not self._home.exists():
            with self._cache.exclusive("elasticsearch-home"):
                if not self._home.exists():
                    self._install(reporter)
        self._state.folder("elasticsearch")
        for name in ("config", "data", "logs", "tmp"):
            (self._folder / name).mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(self._folder / "tmp", ignore_errors=True)
        (self._folder / "tmp").mkdir(mode=0o700)
        (self._folder / "config" / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
        self._identity.own(self._folder)

    def launch(self) -> Launch:
        """The server itself; closing its standard input stops it."""
        temporary = str(self._folder / "tmp")
        java = str(wheels.java_home() / "bin" / "java")
        more = os.environ.get("ES_JAVA_OPTS", "")
        return Launch(
            command=[java, *jvm_options(self._home, temporary=temporary, more=more)],
            folder=self._folder / "logs",
            environment={
                "PATH": os.defpath,
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                "HOSTNAME": "localhost",
                "ES_TMPDIR": temporary,
                "LIBFFI_TMPDIR": temporary,
            },
            standard_input=server_arguments(
                self._settings(), config=self._folder / "config", logs=self._folder / "logs"
            ),
        )

    def is_ready(self) -> bool:
        """Whether the cluster is yellow or green."""
        return probes.elasticsearch_answers(self.port)

    def provision(self) -> None:
        """Nothing to do: the catalogue makes its index."""

    def may_retry(self, log: str) -> bool:
        """A predecessor that is still going away holds the lock of the data, or another user's JVM of the same number
        was killed and left its `/tmp/.java_pid…`: the next try has another number."""
        return "failed to obtain node lock" in log or "Unable to attach entitlement agent" in log

    def _settings(self) -> dict[str, str | list[str]]:
        return {
            "action.auto_create_index": "false",
            "cluster.name": "emporium",
            # A developer's nearly full disk must not make the indices read-only.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "discovery.type": "single-node",
            "http.host": "127.0.0.1",
            "http.port": str(self.port),
            "node.name": "embedded",
            "node.roles": ["master", "data"],
            "path.data": str(self._folder / "data"),
            "path.home": str(self._home),
            "path.logs": str(self._folder / "logs"),
            "transport.host": "127.0.0.1",
            "transport.port": str(self._transport_port),
        }

    @property
    def _home(self) -> Path:
        """The unpacked distribution with this very plugin."""
        (distribution,) = pinned("elasticsearch")
        key = hashlib.sha256("".join([distribution.sha256, *_LEFT_OUT]).encode())
        for file in sorted(_PLUGIN.iterdir()):
            key.update(file.read_bytes())
        return self._cache.root / "elasticsearch" / f"{distribution.version}-{key.hexdigest()[:12]}"

    def _install(self, reporter: Reporter) -> None:
        (archive,) = self._cache.fetch("elasticsearch", lambda done, total: reporter.progress(self.name, done, total))
        (compiler,) = self._cache.fetch("compiler", lambda done, total: reporter.progress(self.name, done, total))
        reporter.step(self.name, "unpacking")
        self._home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._home.parent, prefix="new-", ignore_cleanup_errors=True) as scratch:
            with zipfile.ZipFile(archive) as zipped:
                top = zipped.namelist()[0].split("/")[0]
                wanted = [
                    name
                    for name in zipped.namelist()
                    if not name.removeprefix(f"{top}/").startswith((*_LEFT_OUT, "bin/"))
                ]
                zipped.extractall(scratch, members=wanted)
            home = Path(scratch) / top
            reporter.step(self.name, "compiling the analysis plugin")
            self._compile_plugin(home, compiler)
            home.rename(self._home)

    def _compile_plugin(self, home: Path, compiler: Path) -> None:
        """Into `modules/`, with the one-file compiler: the runtime is no JDK."""
        target = home / "modules" / "embedded-analysis"
        classes = home.parent / "classes"
        target.mkdir()
        java = str(wheels.java_home() / "bin" / "java")
        class_path = os.pathsep.join(str(jar) for jar in sorted((home / "lib").glob("*.jar")))
        command = [java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(compiler)]
        command += ["-source", "21", "-target", "21", "-nowarn", "-proc:none", "-cp", class_path]
        command += ["-d", str(classes), str(_PLUGIN / "EmbeddedAnalysisPlugin.java")]
        run_tool(
            self.name,
            command,
            identity=Identity(mode="same"),
            folder=home,
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        with zipfile.ZipFile(target / "embedded-analysis.jar", "w") as jar:
            for file in sorted(classes.rglob("*.class")):
                jar.write(file, file.relative_to(classes))
        shutil.copyfile(_PLUGIN / "plugin-descriptor.properties", target / "plugin-descriptor.properties")
