"""Requests of `emporium bench gateway`: one after the other for CPU, many at once for latency and throughput."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from infra.bench.gateway_operations import Measured

TOKEN_SECONDS = 24 * 3_600


class Caller:
    """A signed-in customer."""

    def __init__(self) -> None:
        private = Ed25519PrivateKey.generate()
        key = json.loads(OKPAlgorithm.to_jwk(private.public_key()))
        now = int(time.time())
        claims = {"iss": "emporium", "aud": "emporium", "sub": "usr_1", "sid": "ses_1", "roles": ["customer"]}
        self.jwks = json.dumps({"keys": [key | {"kid": "k", "alg": "EdDSA", "use": "sig"}]})
        self.token = jwt.encode(
            claims | {"iat": now, "exp": now + TOKEN_SECONDS}, private, algorithm="EdDSA", headers={"kid": "k"}
        )


@dataclass(frozen=True, kw_only=True)
class Load:
    """Of so many clients at once, each with one request at a time."""

    requests_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class Client:
    """One server of all contenders."""

    def __init__(self, port: int, caller: Caller) -> None:
        self._port = port
        self._authorization = f"Bearer {caller.token}"

    def cpu_of(self, way: str, measured: Measured, requests: int) -> float:
        """CPU milliseconds of the server a request. Raises AssertionError when it makes other RPCs than it should."""
        return asyncio.run(self._cpu_of(way, measured, requests))

    async def _cpu_of(self, way: str, measured: Measured, requests: int) -> float:
        path, body = f"/bench/{way}", measured.body
        async with self._connection() as connection:
            await connection.post(path, body)
            before = await connection.get("/counters")
            for _ in range(requests):
                await connection.post(path, body)
            after = await connection.get("/counters")
        rpcs = (after["rpcs"] - before["rpcs"]) / requests
        if rpcs != measured.rpcs:
            raise AssertionError(f"{measured.name}: {way} makes {rpcs} RPCs a request, not {measured.rpcs}")
        return (after["cpu"] - before["cpu"]) * 1000 / requests

    def answer(self, way: str, measured: Measured) -> bytes:
        async def once() -> bytes:
            async with self._connection() as connection:
                return await connection.post(f"/bench/{way}", measured.body)

        return asyncio.run(once())

    def counters(self) -> dict[str, float]:
        """What the server counts."""

        async def once() -> dict[str, float]:
            async with self._connection() as connection:
                return await connection.get("/counters")

        return asyncio.run(once())

    def allocated(self, way: str, measured: Measured) -> int:
        """Bytes a request has allocated at once, at most."""

        async def once() -> int:
            async with self._connection() as connection:
                await connection.post(f"/bench/{way}", measured.body)
                before = await connection.get("/tracing?do=start")
                await connection.post(f"/bench/{way}", measured.body)
                return (await connection.get("/tracing?do=tell"))["bytes"] - before["bytes"]

        return asyncio.run(once())

    def load(self, way: str, measured: Measured, *, clients: int, seconds: float) -> Load:
        """Closed loop."""
        return asyncio.run(self._load(f"/bench/{way}", measured.body, clients, seconds))

    async def _load(self, path: str, body: bytes, clients: int, seconds: float) -> Load:
        taken: list[float] = []
        began = time.perf_counter()

        async def one() -> None:
            async with self._connection() as connection:
                while (started := time.perf_counter()) < began + seconds:
                    await connection.post(path, body)
                    taken.append(time.perf_counter() - started)

        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(one())
        elapsed = time.perf_counter() - began
        taken.sort()
        p50, p95, p99 = (taken[int(len(taken) * part)] * 1000 for part in (0.5, 0.95, 0.99))
        return Load(requests_per_second=len(taken) / elapsed, p50_ms=p50, p95_ms=p95, p99_ms=p99)

    @contextlib.asynccontextmanager
    async def _connection(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        try:
            yield _Connection(reader, writer, self._authorization)
        finally:
            writer.close()


class _Connection:
    """HTTP/1.1, no more of it than the measurement needs: the client shares the machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, authorization: str) -> None:
        self._reader = reader
        self._writer = writer
        self._headers = f"Host: bench\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n"

    async def post(self, path: str, body: bytes) -> bytes:
        return await self._send(f"POST {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(body)}\r\n\r\n", body)

    async def get(self, path: str) -> Any:
        return json.loads(await self._send(f"GET {path} HTTP/1.1\r\n{self._headers}\r\n", b""))

    async def _send(self, head: str, body: bytes) -> bytes:
        self._writer.write(head.encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length"))
        content = await self._reader.readexactly(length)
        if " 200 " not in lines[0]:
            raise AssertionError(f"{head.splitlines()[0]} answers {lines[0]}: {content[:200]!r}")
        return content


@contextlib.contextmanager
def started(module: str, *arguments: str) -> Generator[int]:
    """A process that prints its port. Its log goes nowhere."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip().isdigit():
            raise AssertionError(f"{module} did not start; run it by hand to see why")
        yield int(line)
    finally:
        process.terminate()
        process.wait(20)
