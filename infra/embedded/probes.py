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


def grpc_serves(port: int) -> bool:
    """The standard health service says SERVING. HTTP/2 by hand: loading gRPC would double the launcher's memory."""
    headers = b"\x83\x86\x04" + _string(b"/grpc.health.v1.Health/Check") + b"\x01" + _string(b"localhost")
    headers += b"\x0f\x10" + _string(b"application/grpc")
    headers += b"\x00" + _string(b"\x74\x65") + _string(b"trailers")  # t, e: gRPC insists on it
    request = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        _frame(_SETTINGS, 0, 0, b""),
        _frame(_HEADERS, _END_HEADERS, 1, headers),
        _frame(_DATA, _END_STREAM, 1, b"\0\0\0\0\0"),  # an empty request message
    ]
    try:
        with socket.create_connection((_LOOPBACK, port), timeout=_TIMEOUT_SECONDS) as connection:
            connection.sendall(b"".join(request))
            return _first_message(connection) == b"\x08\x01"  # field 1 = SERVING
    except OSError:
        return False


_DATA, _HEADERS, _SETTINGS, _GOAWAY = 0, 1, 4, 7
_END_STREAM, _END_HEADERS = 1, 4


def _string(value: bytes) -> bytes:
    return bytes([len(value)]) + value


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack("!I", len(payload))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + payload


def _first_message(connection: socket.socket) -> bytes:
    """The first gRPC message of stream 1; empty when the stream ends without one."""
    received = b""
    while True:
        while len(received) >= 9:
            length = int.from_bytes(received[:3], "big")
            if len(received) < 9 + length:
                break
            kind, flags = received[3], received[4]
            stream = int.from_bytes(received[5:9], "big")
            payload, received = received[9 : 9 + length], received[9 + length :]
            if kind == _DATA and stream == 1 and payload:
                return payload[5:]
            if kind == _GOAWAY or (stream == 1 and flags & _END_STREAM):
                return b""
        chunk = connection.recv(4096)
        if not chunk:
            return b""
        received += chunk


def http_ready(port: int, path: str) -> bool:
    """The path answers with 200."""
    return http_get(port, path)[0] == 200
