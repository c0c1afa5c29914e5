"""Trusted documents are compiled before the first request."""

from pathlib import Path

from chassis.settings import Mode
from gateway.documents import TrustedOperation, manifest
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.warming import warm
from tests.fakes.shop_slices import SLICES
from tests.fixtures.gateway import running_gateway

SHELF = "query Shelf($id: ID!) { category(id: $id) { name } }"
STEERED = """query Steered($a: Boolean!, $b: Boolean = true) {
  products { totalCount @include(if: $a) nodes { name @skip(if: $b) category { name } } } }"""
MANAGED = 'query Managed { productsById(ids: ["prd_1"]) { version } }'
PLAN = {"Emporium-Plan": "1"}


def parsed(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("emporium_gateway_documents_total", {"found": "parsed"}) or 0


def view(name: View, metrics: Metrics) -> Operations:
    return Operations(compose(SLICES, name), Limits(), metrics, introspection=False)


async def test_a_gateway_starts_with_the_plans_of_its_trusted_documents(tmp_path: Path) -> None:
    schema = compose(SLICES).schema
    file = tmp_path / "manifest.json"
    file.write_bytes(manifest(TrustedOperation.of(text, schema, "") for text in (SHELF, STEERED, MANAGED)))
    async with running_gateway(mode=Mode.PRODUCTION, trusted_documents=str(file)) as gateway:
        staff = gateway.issuer.token("usr_1", "admin")
        for choice in ({"a": True, "b": False}, {"a": False}):
            answer = await gateway.post(STEERED, variables=choice, token=staff, headers=PLAN)
            assert answer.json()["extensions"]["plan"]["reused"], choice
        answer = await gateway.post(SHELF, variables={"id": "cat_1"}, token=staff, headers=PLAN)
        assert answer.json()["extensions"]["plan"]["reused"]
        managed = await gateway.post(MANAGED, path="/admin/graphql", token=staff, headers=PLAN)
        assert managed.json()["extensions"]["plan"]["reused"]


async def test_a_document_is_warmed_in_the_first_view_that_has_all_its_fields() -> None:
    storefront, admin = Metrics(), Metrics()
    views = [view(View.STOREFRONT, storefront), view(View.ADMIN, admin)]
    assert await warm(views, [SHELF, MANAGED]) == 2
    assert (parsed(storefront), parsed(admin)) == (1, 1)


async def test_the_start_waits_no_longer_than_it_may() -> None:
    assert await warm([view(View.ADMIN, Metrics())], [SHELF, STEERED], seconds=0) == 0


async def test_a_document_that_became_invalid_does_not_stop_the_start() -> None:
    assert await warm([view(View.ADMIN, Metrics())], ["query Gone { gone }", SHELF]) == 1
