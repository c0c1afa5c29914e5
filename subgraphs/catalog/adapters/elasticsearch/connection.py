"""The client, what its failures mean, and whether the engine is to be asked at all."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from subgraphs.catalog.domain.errors import SearchEngineAway

log = structlog.get_logger("search")


class Health:
    """A breaker that the first failure opens and only the index keeper closes: no search waits for a dead engine."""

    def __init__(self) -> None:
        self._why = "The search engine is not connected yet."

    @property
    def ready(self) -> bool:
        return not self._why

    def lost(self, why: str) -> None:
        if self.ready:
            log.warning("search.degraded", why=why)
        self._why = why

    def recovered(self) -> None:
        log.info("search.recovered")
        self._why = ""

    def check(self) -> None:
        """Raises SearchEngineAway while the engine is not to be asked."""
        if self._why:
            raise SearchEngineAway(self._why)


@asynccontextmanager
async def elasticsearch(url: str) -> AsyncGenerator[AsyncElasticsearch]:
    """A client that fails fast: whoever calls decides on patience."""
    async with AsyncElasticsearch(url, request_timeout=10, max_retries=0, retry_on_timeout=False) as client:
        yield client


@contextmanager
def translated() -> Iterator[None]:
    """Whatever the engine or the way to it does wrong becomes SearchEngineAway."""
    try:
        yield
    except TransportError as error:
        raise SearchEngineAway("The search engine does not answer.", why=type(error).__name__) from error
    except ApiError as error:
        log.warning("search.engine_error", status=error.meta.status, error=str(error)[:500])
        raise SearchEngineAway("The search engine answers with errors.", status=error.meta.status) from error
