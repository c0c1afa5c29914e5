"""Documents known by their hash: trusted ones from a manifest, and those clients registered themselves (APQ).

A manifest has the form of Apollo's persisted query manifests, which client build tools write:

    {"format": "apollo-persisted-query-manifest", "version": 1,
     "operations": [{"id": sha256 of the body, "name": "Search", "type": "query", "body": "query Search { … }"}]}
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.error import GraphQLError

from chassis.settings import SettingsError
from gateway.errors import RequestRefused
from gateway.metrics import Metrics

FORMAT: Final = "apollo-persisted-query-manifest"
REGISTERED_BYTES: Final = 8 * 1024 * 1024
LONGEST_REGISTERED: Final = 64 * 1024


class WrongDocument(Exception):
    """A document cannot be in a manifest; the message says which and why."""


@dataclass(frozen=True, kw_only=True)
class TrustedOperation:
    """One document of a manifest."""

    id: str
    name: str
    type: str
    body: str

    @classmethod
    def of(cls, body: str, schema: GraphQLSchema, source: str) -> "TrustedOperation":
        """Raises WrongDocument: not valid, or not exactly one named operation."""
        try:
            document = parse(body)
        except GraphQLError as error:
            raise WrongDocument(f"{source}: {error.message}") from None
        if faults := validate(schema, document):
            raise WrongDocument(f"{source}: {'; '.join(fault.message for fault in faults)}")
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        if len(operations) != 1 or operations[0].name is None:
            raise WrongDocument(f"{source}: a trusted document has exactly one operation, and it has a name")
        return cls(id=sha256(body), name=operations[0].name.value, type=operations[0].operation.value, body=body)


def sha256(text: str) -> str:
    """The id of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def manifest(operations: Iterable[TrustedOperation]) -> bytes:
    """The manifest's text, in the order of names and ids: the same documents give the same bytes."""
    ordered = sorted(operations, key=lambda operation: (operation.name, operation.id))
    body = {"format": FORMAT, "version": 1, "operations": [vars(operation) for operation in ordered]}
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_manifest(file: Path) -> Mapping[str, str]:
    """Id → document. Raises SettingsError when it cannot be read or an id is not its document's hash."""
    try:
        body: Any = orjson.loads(file.read_bytes())
        if body["format"] != FORMAT or body["version"] != 1:
            raise ValueError("another format or version")
        bodies: dict[str, str] = {operation["id"]: operation["body"] for operation in body["operations"]}
        if wrong := [name for name, text in bodies.items() if name != sha256(text)]:
            raise ValueError(f"{wrong[0]!r} is not the SHA-256 of its document")
    except OSError as error:
        raise SettingsError(f"TRUSTED_DOCUMENTS: {file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"TRUSTED_DOCUMENTS: {file} is no manifest ({error}); write one by `emporium documents compile`"
        ) from None
    return bodies


class Documents:
    """Finds the text of what a client asks for by hash, and refuses what is not trusted where only that may run."""

    def __init__(
        self,
        metrics: Metrics,
        trusted: Mapping[str, str] | None = None,
        *,
        trusted_only: bool = False,
        registered_bytes: int = REGISTERED_BYTES,
    ) -> None:
        self._metrics = metrics
        self._trusted = trusted or {}
        self._trusted_only = trusted_only
        self._registered: OrderedDict[str, str] = OrderedDict()
        self._room = registered_bytes

    @property
    def trusted(self) -> Iterable[str]:
        """The manifest's documents."""
        return self._trusted.values()

    def text(self, query: str, document_id: str) -> str:
        """The document to run: `query` itself, or what its id stands for. Raises RequestRefused."""
        if document_id and query and sha256(query) != document_id:
            raise RequestRefused.because(400, "BAD_REQUEST", "The hash is not the SHA-256 of `query`.")
        found = self._trusted.get(document_id or (sha256(query) if self._trusted_only else ""))
        if found is not None:
            self._count("trusted")
            return found
        if self._trusted_only:
            self._count("not_trusted")
            raise RequestRefused.because(400, "DOCUMENT_NOT_TRUSTED", "Only documents of the manifest are executed.")
        if query:
            return query
        found = self._registered.get(document_id)
        if found is None:
            self._count("not_found")
            # The words clients of automatic persisted queries wait for, to send the document once.
            raise RequestRefused.because(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        self._registered.move_to_end(document_id)
        self._count("found")
        return found

    def register(self, document_id: str, text: str) -> None:
        """Keeps a valid document that came with its hash; the least recently used make room."""
        known = document_id in self._registered or document_id in self._trusted
        if not document_id or known or len(text) > LONGEST_REGISTERED:
            return
        self._registered[document_id] = text
        self._room -= len(text)
        self._count("registered")
        while self._room < 0:
            _, gone = self._registered.popitem(last=False)
            self._room += len(gone)

    def _count(self, outcome: str) -> None:
        self._metrics.persisted.labels(outcome).inc()
