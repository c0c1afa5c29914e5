"""The index behind its alias: made, filled, promoted, written to."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import orjson
from elasticsearch import AsyncElasticsearch, ConnectionTimeout

from subgraphs.catalog.adapters.elasticsearch.connection import translated
from subgraphs.catalog.adapters.elasticsearch.index_likeness import fits
from subgraphs.catalog.adapters.elasticsearch.languages import texts_of, with_languages
from subgraphs.catalog.app.index_ports import Embedder, Indexed
from subgraphs.catalog.domain.errors import SearchEngineAway
from subgraphs.catalog.domain.facets import LONGEST_VALUE, facet_values, number_values, other_values
from subgraphs.catalog.domain.index_document import IndexDocument
from subgraphs.catalog.domain.number_ranges import sortable

DEFINITION: dict[str, Any] = with_languages(orjson.loads((Path(__file__).parent / "product_index.json").read_bytes()))
BULK_TIMEOUT_SECONDS = 30
MERGE_TIMEOUT_SECONDS = 600
EMBEDDING = "embedding"
PAIR = "\x1f"
"""Between key and value of an attribute."""
CLOCK_SECONDS = 0.5
"""More than two steps of the engine's clock (`thread_pool.estimated_time_interval`)."""
CONFLICT, MISSING, BUSY = 409, 404, 429


class ElasticsearchIndex:
    """Fills `app.index_ports.IndexStore`. `embedder`: whose vectors the documents have; None: they have none."""

    def __init__(
        self,
        client: AsyncElasticsearch,
        *,
        alias: str,
        shards: int,
        replicas: int,
        embedder: Embedder | None = None,
    ) -> None:
        self._definition = with_embeddings(DEFINITION, embedder) if embedder else DEFINITION
        content = orjson.dumps(self._definition, option=orjson.OPT_SORT_KEYS)
        self.digest = hashlib.sha256(content).hexdigest()[:8]
        self._embedded = embedder is not None
        self._client = client
        self._alias = alias
        self._making = f"{alias}-in-the-making"
        self._sizes = {"number_of_shards": shards, "number_of_replicas": replicas}

    async def live(self) -> list[str]:
        live, _ = await self._aliases()
        return live

    def is_current(self, name: str) -> bool:
        return name.startswith(f"{self._alias}-{self.digest}-")

    async def fits(self, name: str) -> bool:
        with translated():
            answer = await self._client.options(request_timeout=2).indices.get(index=name)
        return fits(self._definition, answer.body[name])

    async def exists(self, name: str) -> bool:
        with translated():
            return bool(await self._client.indices.exists(index=name))

    async def create(self, name: str) -> None:
        """An empty index; what is written from now on is written to it too. Earlier ones in the making go."""
        with translated():
            await self.drop_making()
            settings = {"index": {**self._definition["settings"]["index"], **self._sizes}}
            await self._client.options(request_timeout=BULK_TIMEOUT_SECONDS).indices.create(
                index=name, settings=settings, mappings=self._definition["mappings"], aliases={self._making: {}}
            )

    async def drop_making(self) -> list[str]:
        with translated():
            _, making = await self._aliases()
            for abandoned in making:
                await self._client.indices.delete(index=abandoned, ignore_unavailable=True)
            return making

    async def fill(self, name: str, documents: Sequence[IndexDocument]) -> None:
        failures = await self._bulk(documents, [name], require_alias=False, shown=False)
        if failures:
            raise SearchEngineAway("The search engine refuses products.", example=next(iter(failures.values())))

    async def promote(self, name: str) -> None:
        with translated():
            await self._merge(name)
            await self._client.options(request_timeout=BULK_TIMEOUT_SECONDS).indices.refresh(index=name)
            live, _ = await self._aliases()
            actions: list[dict[str, Any]] = [
                {"remove": {"index": name, "alias": self._making, "must_exist": False}},
                {"add": {"index": name, "alias": self._alias}},
            ]
            actions += [{"remove_index": {"index": replaced}} for replaced in live if replaced != name]
            await self._client.indices.update_aliases(actions=actions)

    async def _merge(self, name: str) -> None:
        """To one segment, of which a search costs half as much as of ten."""
        # Of an index that takes longer the engine goes on by itself.
        with suppress(ConnectionTimeout):
            client = self._client.options(request_timeout=MERGE_TIMEOUT_SECONDS)
            await client.indices.forcemerge(index=name, max_num_segments=1)

    async def write(self, documents: Sequence[IndexDocument], *, shown: bool) -> dict[str, str]:
        # Asked after the documents were read: an index made later is filled from a later state than theirs.
        live, making = await self._aliases()
        if len(live) != 1:
            raise SearchEngineAway("The search index is missing.")
        aliases = [self._alias, self._making] if making else [self._alias]
        return await self._bulk(documents, aliases, require_alias=True, shown=shown)

    async def show(self) -> None:
        with translated():
            # Not one in the making: it is shown when it is promoted.
            await self._client.options(request_timeout=BULK_TIMEOUT_SECONDS).indices.refresh(index=self._alias)

    async def count(self) -> int:
        """Products that a search can find; tombstones are none."""
        with translated():
            answer = await self._client.options(request_timeout=3).count(
                index=self._alias, query={"exists": {"field": "channels"}}
            )
        return int(answer["count"])

    async def compared(self, documents: Sequence[IndexDocument]) -> dict[str, Indexed]:
        if not documents:
            return {}
        with translated():
            client = self._client.options(request_timeout=BULK_TIMEOUT_SECONDS)
            answer = await client.mget(index=self._alias, ids=[each.id for each in documents])
        return {
            wanted.id: Indexed(version=found["_version"], differing=_differing(wanted, found["_source"]))
            for wanted, found in zip(documents, answer["docs"], strict=True)
            if found.get("found")
        }

    async def ids_after(self, product_id: str, limit: int) -> list[str]:
        with translated():
            answer = await self._client.options(request_timeout=BULK_TIMEOUT_SECONDS).search(
                index=self._alias,
                query={"range": {"id": {"gt": product_id}}},
                sort=[{"id": "asc"}],
                size=limit,
                source=False,
                track_total_hits=False,
            )
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    async def remove(self, ids: Sequence[str]) -> None:
        """Documents that are not to be there, or not as new as they say: any version may be written after it."""
        operations = [{"delete": {"_index": self._alias, "_id": each}} for each in ids]
        with translated():
            client = self._client.options(request_timeout=BULK_TIMEOUT_SECONDS)
            await client.bulk(operations=operations, require_alias=True)
            # A refresh forgets the versions of what was deleted before it by the engine's clock, which goes in steps.
            await asyncio.sleep(CLOCK_SECONDS)
            await client.indices.refresh(index=self._alias)

    async def _aliases(self) -> tuple[list[str], list[str]]:
        """The live index and the one in the making; more than one of a kind is trouble."""
        with translated():
            answer = await self._client.options(request_timeout=2).indices.get_alias(index=f"{self._alias}-*")
        found = [(alias, name) for name, each in answer.body.items() for alias in each["aliases"]]
        live = [name for alias, name in found if alias == self._alias]
        return live, [name for alias, name in found if alias == self._making]

    async def _bulk(
        self, documents: Iterable[IndexDocument], targets: Sequence[str], *, require_alias: bool, shown: bool
    ) -> dict[str, str]:
        # The client takes lines that are JSON already; its annotation does not say so.
        operations: list[Any] = []
        for each in documents:
            body = orjson.dumps(source_of(each) | (embedding_of(each) if self._embedded else {}))
            for target in targets:
                # Duplicates and late events cannot hurt: the newest version of the row wins.
                action = {"_index": target, "_id": each.id, "version": each.version, "version_type": "external_gte"}
                operations += [orjson.dumps({"index": action}), body]
        if not operations:
            return {}
        with translated():
            client = self._client.options(request_timeout=BULK_TIMEOUT_SECONDS)
            answer = await client.bulk(operations=operations, require_alias=require_alias, refresh=shown)
        failures: dict[str, str] = {}
        for item in answer["items"] if answer["errors"] else ():
            status, result = item["index"]["status"], item["index"]
            if status == MISSING or status >= BUSY:
                # An alias moved meanwhile, or the engine is full: the same batch again, a little later.
                raise SearchEngineAway("The search engine does not take products now.", why=result["error"]["reason"])
            if status >= 400 and status != CONFLICT:
                failures[result["_id"]] = str(result["error"].get("reason", status))[:500]
        return failures


def _differing(wanted: IndexDocument, found: Mapping[str, Any]) -> tuple[str, ...]:
    # As the engine was told it. Vectors are not in what it gives back.
    said = orjson.loads(orjson.dumps(source_of(wanted)))
    names = sorted(said.keys() | (found.keys() - {EMBEDDING}))
    return tuple(name for name in names if not _alike(said.get(name), found.get(name)))


def _alike(wanted: Any, found: Any) -> bool:
    """The database tells some lists in no order, and search knows none."""
    if isinstance(wanted, list) and isinstance(found, list):
        return sorted(map(str, cast("list[Any]", wanted))) == sorted(map(str, cast("list[Any]", found)))
    return wanted == found


def with_embeddings(definition: dict[str, Any], embedder: Embedder) -> dict[str, Any]:
    """The definition with a field for vectors. Another model makes another index."""
    made = deepcopy(definition)
    made["mappings"]["_meta"] = {"embedding_model": embedder.model}
    made["mappings"]["properties"][EMBEDDING] = {
        "type": "dense_vector",
        "element_type": "byte",
        "dims": embedder.dimensions,
        "similarity": "cosine",
        # Bytes already: there is nothing to be quantised again.
        "index_options": {"type": "hnsw"},
    }
    return made


def embedding_of(document: IndexDocument) -> dict[str, Any]:
    """Its field, if there is something to find and a vector to find it by."""
    if not document.channels or document.embedding is None:
        return {}
    return {EMBEDDING: memoryview(document.embedding.vector).cast("b").tolist()}


def term_of(key: str, value: str) -> str:
    """What an attribute is found by. The engine takes no term of any length: a long value's is its digest."""
    return f"{key}{PAIR}{value if len(value) <= LONGEST_VALUE else hashlib.sha256(value.encode()).hexdigest()}"


def source_of(document: IndexDocument) -> dict[str, Any]:
    """The document as the mapping wants it; a product published nowhere leaves a tombstone."""
    if not document.channels:
        return {"id": document.id}
    return {
        "id": document.id,
        "channels": document.channels,
        "name": document.name,
        "codes": [document.name, *document.codes, document.external_reference],
        "description": document.description,
        "brand": document.brand,
        "category_id": document.category_ids[-1] if document.category_ids else None,
        "category_ids": document.category_ids,
        "category_steps": [f"{above}{PAIR}{below}" for above, below in pairwise(("", *document.category_ids))],
        "category_path": document.category_path,
        "collection_ids": document.collection_ids,
        "attributes": [term_of(key, value) for key, value in facet_values(document.attributes)],
        "other_attributes": [term_of(key, value) for key, value in other_values(document.attributes)],
        "numbers": [f"{key}{PAIR}{sortable(number)}" for key, number in number_values(document.attributes)],
        "attribute_words": document.attribute_words,
        "in_stock": document.in_stock,
        "popularity": document.popularity,
        "created_at": document.created_at,
        "prices": document.prices,
        "texts": texts_of(document),
    }
