"""The client, what its failures mean, and whether the engine is to be asked at all."""

import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import structlog
from elastic_transport import AiohttpHttpNode
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, ConnectionTimeout, TransportError
from elasticsearch.serializer import CompatibilityModeJsonSerializer, OrjsonSerializer

from subgraphs.catalog.adapters.elasticsearch.http_node import HttpNode
from subgraphs.catalog.domain.errors import SearchEngineAway, SearchEngineSlow

log = structlog.get_logger("search")


MOST_SLOW_ANSWERS = 4
"""In a row: of two searches, which ask for hits and facets at the same time. One search alone may be a busy moment, and
is answered by the database without a verdict on the engine."""


class FastJson(OrjsonSerializer):
    """For the type that the client gives its messages; facets make answers of many small values."""

    mimetype = CompatibilityModeJsonSerializer.mimetype


class Health:
    """A breaker that a failure opens and only the index keeper closes: no search waits for a dead engine."""

    def __init__(self) -> None:
        self._why = "The search engine is not connected yet."
        self._slow_answers = 0

    @property
    def ready(self) -> bool:
        return not self._why

    @property
    def why(self) -> str:
        return self._why

    def lost(self, why: str) -> None:
        if self.ready:
            log.warning("search.degraded", why=why)
        self._why = why

    def slow(self, why: str) -> None:
        """An answer did not come in time."""
        self._slow_answers += 1
        if self._slow_answers >= MOST_SLOW_ANSWERS:
            self.lost(why)

    def answered(self) -> None:
        self._slow_answers = 0

    def recovered(self) -> None:
        log.info("search.recovered")
        self._why = ""
        self._slow_answers = 0

    def check(self) -> None:
        """Raises SearchEngineAway while the engine is not to be asked."""
        if self._why:
            raise SearchEngineAway(self._why)


@asynccontextmanager
async def elasticsearch(url: str) -> AsyncGenerator[AsyncElasticsearch]:
    """A client that fails fast: whoever calls decides on patience."""
    # It would report every attempt of the keeper while the engine is away; the health's changes are logged instead.
    logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)
    async with AsyncElasticsearch(
        url,
        request_timeout=10,
        max_retries=0,
        meta_header=False,
        retry_on_timeout=False,
        serializers={FastJson.mimetype: FastJson()},
        # TLS has many settings: the client's own node knows them.
        node_class=HttpNode if url.startswith("http:") else AiohttpHttpNode,
    ) as client:
        yield client


@asynccontextmanager
async def guarded(health: Health) -> AsyncGenerator[None]:
    """One call, if the engine is to be asked at all; its health learns what came of it."""
    health.check()
    try:
        with translated():
            yield
        health.answered()
    except SearchEngineSlow as slow:
        health.slow(slow.message)
        raise
    except SearchEngineAway as away:
        # One that the engine cannot read says nothing of the engine, else one shopper's could end everybody's searches.
        if not isinstance(away.__cause__, BadRequestError):
            health.lost(away.message)
        raise


@contextmanager
def translated() -> Generator[None]:
    """Whatever the engine or the way to it does wrong becomes SearchEngineAway."""
    try:
        yield
    except ConnectionTimeout as error:
        raise SearchEngineSlow from error
    except TransportError as error:
        raise SearchEngineAway("The search engine does not answer.", why=type(error).__name__) from error
    except ApiError as error:
        log.warning("search.engine_error", status=error.meta.status, error=str(error)[:500])
        raise SearchEngineAway("The search engine answers with errors.", status=error.meta.status) from error
