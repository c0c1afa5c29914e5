"""What queries mean: computed once for each text that is asked, beside the event loop."""

import asyncio
from collections import OrderedDict

import structlog

from chassis.spelling import in_one_spelling
from subgraphs.catalog.app.index_ports import Embedder

log = structlog.get_logger("search")

MOST = 4_000
"""Queries whose meaning is kept: 1.5 MB."""


class QueryVectors:
    """Vectors of queries, the latest asked ones kept."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._computing: dict[str, asyncio.Task[bytes | None]] = {}

    async def vector(self, text: str) -> list[int] | None:
        """None when it cannot be computed: then words alone decide. Whoever asks for the same at once shares it."""
        key = in_one_spelling(text)
        vector = self._kept.get(key)
        if vector is not None:
            self._kept.move_to_end(key)
        else:
            # One of the askers may leave: it is computed for the others all the same.
            vector = await asyncio.shield(self._computing.get(key) or self._begin(key))
        return None if vector is None else memoryview(vector).cast("b").tolist()

    def _begin(self, key: str) -> asyncio.Task[bytes | None]:
        task = self._computing[key] = asyncio.create_task(self._computed(key), name="query vector")
        task.add_done_callback(lambda _: self._computing.pop(key))
        return task

    async def _computed(self, key: str) -> bytes | None:
        try:
            (vector,) = await asyncio.to_thread(self._embedder.embed, [key])
        except Exception as error:  # noqa: BLE001 whatever is wrong with the model, words find something
            log.warning("search.by_words_alone", error=repr(error)[:500])
            return None
        self._kept[key] = vector
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return vector
