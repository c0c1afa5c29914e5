"""HTTP requests → operation requests. Every fault is a clear refusal with its status."""

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request

from gateway.errors import RequestRefused
from gateway.http.telling import TOLD_ON_REQUEST
from gateway.http.writing import EXTENSION, is_recent
from gateway.prepared import OperationRequest

METHODS: Final = "GET, POST"
SHA256: Final = re.compile(r"[0-9a-f]{64}")
CHARSETS: Final = frozenset({"utf-8", "utf8"})


async def read_request(request: Request, body_bytes: int) -> OperationRequest:
    """Raises RequestRefused: 400, 405, 413 or 415."""
    if request.method == "GET":
        return _from_query(request.query_params)
    if request.method != "POST":
        raise RequestRefused.because(405, "METHOD_NOT_ALLOWED", "GraphQL takes GET and POST.", Allow=METHODS)
    _require_json(request.headers.get("content-type", ""))
    return operation_request(_parsed(await read_body(request, body_bytes)))


async def read_body(request: Request, most: int) -> bytes:
    """The body, at most so many bytes. Raises RequestRefused (413)."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise _too_large(most)
    except ClientDisconnect:
        raise RequestRefused.because(400, "BAD_REQUEST", "The client left before its body arrived.") from None
    return bytes(body)


def _too_large(most: int) -> RequestRefused:
    return RequestRefused.because(413, "PAYLOAD_TOO_LARGE", f"The body may have {most} bytes at most.")


def operation_request(body: Any) -> OperationRequest:
    """From a JSON object, whatever transport it came by. Raises RequestRefused (400)."""
    if isinstance(body, list):
        raise RequestRefused.because(400, "BAD_REQUEST", "Batches are not supported; send one operation a request.")
    if not isinstance(body, dict):
        raise RequestRefused.because(400, "BAD_REQUEST", "The request must be a JSON object.")
    query, name = body.get("query"), body.get("operationName")
    variables, extensions = body.get("variables"), body.get("extensions")
    document_id = _document_id(body)
    faults = [
        fault
        for fault, wrong in (
            ("`query` must be a string with a GraphQL document", not _is_document(query, document_id)),
            (
                "a document's hash must be SHA-256 in 64 hexadecimal digits",
                document_id and not SHA256.fullmatch(document_id),
            ),
            ("`operationName` must be a string", name is not None and not isinstance(name, str)),
            ("`variables` must be an object", variables is not None and not isinstance(variables, dict)),
            ("`extensions` must be an object", extensions is not None and not isinstance(extensions, dict)),
        )
        if wrong
    ]
    if faults:
        raise RequestRefused.because(400, "BAD_REQUEST", "; ".join(faults) + ".")
    return OperationRequest(
        query=query or "",
        operation_name=name or None,
        variables=variables or {},
        document_id=document_id,
        last_event_id=str((extensions or {}).get("lastEventId") or ""),
        told=frozenset(name for name in TOLD_ON_REQUEST if (extensions or {}).get(name) is True),
        fresh=is_recent(str((extensions or {}).get(EXTENSION) or "")),
    )


def _is_document(query: Any, document_id: str) -> bool:
    given = "" if query is None else query
    return isinstance(given, str) and bool(given or document_id)


def _document_id(body: dict[str, Any]) -> str:
    """The hash of automatic persisted queries, or the `documentId` of the GraphQL-over-HTTP specification; a wrong
    one is text that is no hash."""
    if given := body.get("documentId"):
        return str(given).removeprefix("sha256:")
    extensions = body.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if not persisted:
        return ""
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        return "not version 1"
    return str(persisted.get("sha256Hash") or "none")


def _from_query(parameters: Mapping[str, str]) -> OperationRequest:
    names = ("query", "operationName", "documentId")
    body: dict[str, Any] = {name: parameters[name] for name in names if name in parameters}
    for name in ("variables", "extensions"):
        if parameters.get(name):
            body[name] = _parsed(parameters[name].encode(), f"the parameter `{name}`")
    return operation_request(body)


def _require_json(content_type: str) -> None:
    # Not a "simple" type: a foreign page cannot send it without the browser asking us first.
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if media != "application/json":
        raise RequestRefused.because(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip('" ') not in CHARSETS:
            raise RequestRefused.because(415, "UNSUPPORTED_MEDIA_TYPE", "Send UTF-8.")


def _parsed(text: bytes, what: str = "the body") -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused.because(400, "BAD_REQUEST", f"JSON of {what} is malformed: {error}.") from None
