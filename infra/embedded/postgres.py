"""PostgreSQL 18 from a wheel: one cluster, and one database with one role for each subgraph."""

import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from infra.embedded import probes, wheels
from infra.embedded.failures import ProcessFailed
from infra.embedded.identity import Identity
from infra.embedded.process import Launch, run_tool
from infra.embedded.reporting import Reporter
from infra.embedded.state import StateFolder, write_privately

if TYPE_CHECKING:
    import psycopg

SUBGRAPHS = ("account", "catalog", "order")

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # TCP only: a socket's path is limited to 107 bytes, which a deep checkout exceeds, and is no faster.
    "unix_socket_directories": "",
    "max_connections": "150",
    "shared_buffers": "64MB",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "jit": "off",
    "log_min_duration_statement": "500ms",
    # No rows and no parameters in the log: they are people's addresses.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    # After a kill -9, one syncfs instead of an fsync of each file.
    "recovery_init_sync_method": "syncfs",
    "timezone": "UTC",
}


class PostgresServer:
    """The part `postgres`."""

    name = "postgres"
    after: tuple[str, ...] = ()
    stop_rank = 2

    def __init__(self, *, state: StateFolder, identity: Identity, port: int, databases: Sequence[str]) -> None:
        self.port = port
        self._state = state
        self._identity = identity
        self._databases = tuple(databases)
        self._folder = state.path / "postgres"
        self._data = self._folder / "data"

    def url(self, database: str, role: str) -> str:
        """The connection URL of a role (`postgres` is the administrator) to a database."""
        return f"postgresql://{role}:{self._password(role)}@127.0.0.1:{self.port}/{database}"

    def prepare(self, reporter: Reporter) -> None:
        """Create the cluster at the first start; remove what an earlier crash left."""
        self._state.folder("postgres")
        self._identity.own(self._folder)
        if not (self._data / "PG_VERSION").exists():
            reporter.step(self.name, "creating the database cluster")
            self._create_cluster()
        else:
            self._remove_stale_pid_file()

    def launch(self) -> Launch:
        """postgres in the foreground; SIGINT is its fast, clean stop."""
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return Launch(
            command=[self._binary("postgres"), "-D", str(self._data), "-c", f"port={self.port}", *settings],
            folder=self._folder,
            environment=_environment(),
            stop_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """Whether it asks for a password."""
        return probes.postgres_answers(self.port)

    def provision(self) -> None:
        """Create each subgraph's role and database, once; no role may connect to another's database."""
        wanted = sorted(self._databases)
        done = self._state.read("databases.json")
        if all(name in done for name in wanted):
            return
        # Imported here: only a first start needs it.
        import psycopg

        try:
            with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
                for name in wanted:
                    create_database(connection, name, role=name, password=self._password(name))
        except psycopg.Error as error:
            raise ProcessFailed(
                self.name,
                f"The databases could not be created: {error}".strip(),
                "If secrets.json of the state folder was lost, `emporium reset` makes a new cluster.",
            ) from error
        self._state.write("databases.json", {**done, **dict.fromkeys(wanted, True)})

    def may_retry(self, log: str) -> bool:
        """The processes of a killed predecessor take a moment to go away."""
        return "pre-existing shared memory block" in log or 'lock file "postmaster.pid"' in log

    def _create_cluster(self) -> None:
        temporary = self._folder / "data.new"
        password_file = self._folder / "password"
        shutil.rmtree(temporary, ignore_errors=True)
        write_privately(password_file, self._password("postgres"))
        self._identity.own(self._folder)
        command = [self._binary("initdb"), "-D", str(temporary), "-U", "postgres", "-E", "UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256"]
        command += [f"--pwfile={password_file}", "--no-instructions"]
        try:
            run_tool(self.name, command, identity=self._identity, folder=self._folder, environment=_environment())
        finally:
            password_file.unlink(missing_ok=True)
        temporary.rename(self._data)  # a killed initdb leaves no half cluster
        self._state.write("databases.json", {})

    def _remove_stale_pid_file(self) -> None:
        """Only its pid file can mislead it: the pid may belong to somebody else by now. The state folder is locked."""
        pid_file = self._data / "postmaster.pid"
        try:
            pid = pid_file.read_text(encoding="ascii").split()[0]
            if "postgres" not in Path(f"/proc/{pid}/exe").readlink().name:
                pid_file.unlink()
        except (OSError, IndexError):
            return

    def _password(self, role: str) -> str:
        return self._state.secret(f"postgres_password_{role}")

    @staticmethod
    def _binary(name: str) -> str:
        return str(wheels.postgres_folder() / "bin" / name)


def create_database(
    connection: "psycopg.Connection[tuple[object, ...]]", name: str, *, role: str, password: str
) -> None:
    """Create a database and the role that owns it, or give the existing role this password."""
    from psycopg import sql

    role_name, database = sql.Identifier(role), sql.Identifier(name)
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if exists else "CREATE")
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role_name, sql.Literal(password)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role_name))
    connection.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
