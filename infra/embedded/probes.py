"""Is it ready? Small questions in each server's own protocol, so that the launcher loads no client library."""

import http.client
import json
import socket
import struct
from typing import cast

_LOOPBACK = "127.0.0.1"
_TIMEOUT_SECONDS = 2.0


def _ask(port: int, question: bytes, most: int = 4096) -> bytes:
    """Send, then return what comes first; empty when nobody answers."""
    try:
        with socket.create_connection((_LOOPBACK, port), timeout=_TIMEOUT_SECONDS) as connection:
            connection.sendall(question)
            return connection.recv(most)
    except OSError:
        return b""


def postgres_answers(port: int) -> bool:
    """A startup message is answered by a request to authenticate, not by "the database system is starting up"."""
    parameters = b"user\0postgres\0database\0postgres\0\0"
    question = struct.pack("!ii", len(parameters) + 8, 3 << 16) + parameters
    return _ask(port, question)[:1] == b"R"


def redis_answers(port: int, password: str) -> bool:
    """PONG, which it does not say while it loads its data."""
    try:
        with socket.create_connection((_LOOPBACK, port), timeout=_TIMEOUT_SECONDS) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            received = b""
            while received.count(b"\r\n") < 2 and (chunk := connection.recv(4096)):
                received += chunk
            return b"+PONG" in received
    except OSError:
        return False


def kafka_answers(port: int) -> bool:
    """The metadata lists a broker (the port is open a moment before that)."""
    client = b"emporium"
    # Metadata request, version 7: no topics, do not create any.
    body = struct.pack("!hhih", 3, 7, 1, len(client)) + client + struct.pack("!ib", 0, 0)
    answer = _ask(port, struct.pack("!i", len(body)) + body)
    return len(answer) >= 16 and struct.unpack_from("!i", answer, 12)[0] >= 1


def elasticsearch_answers(port: int) -> bool:
    """The cluster is yellow or green."""
    status, body = http_get(port, "/_cluster/health")
    if status != 200:
        return False
    health = cast("dict[str, object]", json.loads(body))
    return health.get("status") in ("yellow", "green")


def http_get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body; status 0 when nobody answers."""
    connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
