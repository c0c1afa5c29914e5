"""What queries mean: computed once for each text that is asked, beside the event loop."""

import asyncio
from collections import OrderedDict

import structlog

from subgraphs.catalog.app.index_ports import Embedder
from subgraphs.catalog.domain.synonyms import normalised

log = structlog.get_logger("search")

MOST = 4_000
"""Queries whose meaning is kept: 1.5 MB."""


class QueryVectors:
    """Vectors of queries, the latest asked ones kept."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def vector(self, text: str) -> list[int] | None:
        """None when it cannot be computed: then words alone decide."""
        key = normalised(text)
        vector = self._kept.get(key)
        if vector is None:
            try:
                (embedded,) = await asyncio.to_thread(self._embedder.embed, [key])
            except Exception as error:  # noqa: BLE001 whatever is wrong with the model, words find something
                log.warning("search.by_words_alone", error=repr(error)[:500])
                return None
            vector = self._kept[key] = embedded
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return memoryview(vector).cast("b").tolist()
