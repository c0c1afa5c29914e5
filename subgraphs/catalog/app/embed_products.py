"""Computes what products mean, beside the indexer: no change waits for it, and it takes no time from requests."""

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import structlog

from subgraphs.catalog.app.index_ports import Embedder, IndexSource, ProductEmbeddings
from subgraphs.catalog.domain.embedding import Embedding, embedded_text, text_digest
from subgraphs.catalog.domain.index_document import IndexDocument

log = structlog.get_logger("embeddings")

BATCH = 32
"""A third of a second of one core: a service that is stopped waits for no more."""


class NoEmbeddings:
    """Fills `app.index_ports.DocumentEmbeddings` where search is by words alone."""

    async def attach(self, documents: Sequence[IndexDocument]) -> Sequence[IndexDocument]:
        return documents

    async def indexed(self, documents: Sequence[IndexDocument]) -> None:
        del documents  # they have all they need


def yielding_thread() -> ThreadPoolExecutor:
    """One thread, which gets a core when nobody else wants it."""

    def yield_to_others() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)

    return ThreadPoolExecutor(1, "embeddings", initializer=yield_to_others)


@dataclass(frozen=True)
class EmbedProducts:
    """Fills `app.index_ports.DocumentEmbeddings`, and does the work in the background: any number of processes may.

    A document goes to the index with the embedding that there is. One that is missing, or of an earlier text, is wanted
    from then on; when it is computed the product is indexed again. Who computes and who indexes do not wait for each
    other: an indexer that read a product before its embedding was kept finds it when it notes what it wants.
    """

    embedder: Embedder
    embeddings: ProductEmbeddings
    source: IndexSource
    thread: ThreadPoolExecutor = field(default_factory=yielding_thread)

    async def attach(self, documents: Sequence[IndexDocument]) -> Sequence[IndexDocument]:
        known = await self.embeddings.find([each.id for each in documents])
        return [replace(each, embedding=known.get(each.id)) for each in documents]

    async def indexed(self, documents: Sequence[IndexDocument]) -> None:
        wanted = {
            each.id: digest
            for each in documents
            if each.channels and (digest := self._digest(each)) != (each.embedding and each.embedding.digest)
        }
        if wanted:
            await self.embeddings.want(wanted)

    async def run(self) -> None:
        async for _ in self.embeddings.waiting():
            embedded = 0
            while count := await self.embed_batch():
                embedded += count
            if embedded:
                log.info("embeddings.computed", products=embedded)

    async def embed_batch(self) -> int:
        """How many products it took on, at most a batch."""
        ids = await self.embeddings.claim(BATCH)
        if not ids:
            return 0
        documents = await self.source.documents(ids)
        texts = [_text(each) for each in documents]
        vectors = await asyncio.get_running_loop().run_in_executor(self.thread, self.embedder.embed, texts)
        computed = {
            each.id: Embedding(digest=self._digest(each), vector=vector)
            for each, vector in zip(documents, vectors, strict=True)
        }
        await self.embeddings.keep(computed)
        await self.embeddings.forget(sorted(set(ids).difference(computed)))
        return len(ids)

    def _digest(self, document: IndexDocument) -> bytes:
        return text_digest(self.embedder.model, _text(document))


def _text(document: IndexDocument) -> str:
    return embedded_text(document.name, document.category_path, document.description)
