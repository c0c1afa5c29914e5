"""When searches stop asking Elasticsearch."""

from __future__ import annotations

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, BadRequestError, NotFoundError

from subgraphs.catalog.adapters.elasticsearch.connection import Health, guarded
from subgraphs.catalog.domain.errors import SearchEngineAway


def answered(status: int) -> ApiResponseMeta:
    return ApiResponseMeta(status, "1.1", HttpHeaders(), 0.01, NodeConfig("http", "localhost", 9200))


@pytest.mark.parametrize(
    ("error", "ready"),
    [
        (BadRequestError("too_many_clauses", answered(400), {}), True),
        (NotFoundError("index_not_found_exception", answered(404), {}), False),
        (ApiError("cluster_block_exception", answered(503), {}), False),
    ],
)
async def test_a_search_that_cannot_be_read_ends_no_others(error: ApiError, ready: bool) -> None:
    health = Health()
    health.recovered()
    with pytest.raises(SearchEngineAway):
        async with guarded(health):
            raise error
    assert health.ready is ready
