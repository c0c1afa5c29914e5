"""What attributes mean: types of values, and what shoppers can do with them, on real servers."""

from __future__ import annotations

from typing import Any

from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import product_pb2 as pb
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import PageRequest
from google.protobuf.field_mask_pb2 import FieldMask

from tests.component.catalog.conftest import until
from tests.component.catalog.lamps import facets, filled, search
from tests.fixtures.catalog import MANAGER, RunningCatalog, product_input

TYPES = {"TEXT": 1, "NUMBER": 2, "BOOLEAN": 3, "CHOICE": 4}


def definition(key: str, type_: str = "TEXT", **more: Any) -> pb.AttributeDefinition:
    values: dict[str, Any] = {"label": key.title(), "facetable": True, **more}
    return pb.AttributeDefinition(key=key, type=TYPES[type_], **values)  # type: ignore[arg-type]


async def define(catalog: RunningCatalog, *definitions: pb.AttributeDefinition) -> list[pb.AttributeDefinitionWrite]:
    request = pb.UpsertAttributeDefinitionsRequest(definitions=definitions)
    with catalog.acting(MANAGER):
        return list((await catalog.products.UpsertAttributeDefinitions(request)).writes)


def told(write: Any) -> list[tuple[str, str]]:
    return [(UserErrorCode.Name(each.input.code), ".".join(each.input.field)) for each in write.user_errors]


def fact(key: str, value: str, **more: Any) -> catalog_pb2.Attribute:
    return catalog_pb2.Attribute(key=key, label=key, value=value, **more)


async def test_values_are_written_as_they_are_defined_or_refused(catalog: RunningCatalog) -> None:
    await define(
        catalog,
        definition("width", "NUMBER", unit="cm"),
        definition("washable", "BOOLEAN"),
        definition("colour", "CHOICE", choices=["Red", "Blue"]),
    )
    good = [fact("width", "12.5"), fact("washable", "Yes"), fact("colour", "Red"), fact("free", "as ever")]
    (write,) = await catalog.upsert(product_input("a", attributes=good))
    stored = (
        await catalog.catalog.BatchGetProducts(catalog_pb2.BatchGetProductsRequest(ids=[write.product_id]))
    ).outcomes
    shown = [(each.key, each.label, each.value, each.number, each.unit) for each in stored[0].product.attributes]
    assert shown == [
        ("width", "Width", "12.5", 12.5, "cm"),
        ("washable", "Washable", "true", 0, ""),
        ("colour", "Colour", "Red", 0, ""),
        ("free", "free", "as ever", 0, ""),
    ]
    bad = [fact("width", "wide"), fact("width", "5", unit="inch"), fact("washable", "maybe"), fact("colour", "Green")]
    (refused,) = await catalog.upsert(product_input("b", attributes=bad))
    assert told(refused) == [("ATTRIBUTE_TYPE_MISMATCH", f"products.0.attributes.{place}.value") for place in range(4)]
    assert refused.user_errors[0].input.message == "width is a NUMBER in cm, not 'wide'"
    values = pb.ProductValues(
        values=catalog_pb2.ProductInput(attributes=bad[:1]), fields=FieldMask(paths=["attributes"])
    )
    request = pb.EditProductsRequest(edits=[pb.ProductEdit(product_id=write.product_id, update=values)])
    (edited,) = (await catalog.products.EditProducts(request)).edited
    assert told(edited) == [("ATTRIBUTE_TYPE_MISMATCH", "attributes.0.value")]


async def test_definitions_are_judged_one_by_one_and_listed_by_key(catalog: RunningCatalog) -> None:
    writes = await define(
        catalog,
        definition("b"),
        definition("a", "CHOICE", choices=["x"]),
        definition("Bad Key"),
        definition("brand"),
        definition("c", "CHOICE"),
        definition("d", unit="cm"),
        definition("b"),
    )
    assert [told(each) for each in writes] == [
        [],
        [],
        [("INVALID", "definitions.2.key")],
        [("TAKEN", "definitions.3.key")],
        [("REQUIRED", "definitions.4.choices")],
        [("INVALID", "definitions.5.unit")],
        [("TAKEN", "definitions.6.key")],
    ]
    (same,) = await define(catalog, definition("b"))
    (stale,) = await define(catalog, definition("b", expected_version=7))
    (changed,) = await define(catalog, definition("b", label="Beta"))
    assert (same.result, told(stale)) == (catalog_pb2.UNCHANGED, [("STALE_VERSION", "definitions.0.expectedVersion")])
    assert (changed.definition.label, changed.definition.version) == ("Beta", 2)
    page = await catalog.products.ListAttributeDefinitions(
        pb.ListAttributeDefinitionsRequest(page=PageRequest(first=1, after="a"))
    )
    assert ([each.key for each in page.nodes], page.page_info.has_next_page) == (["b"], False)
    asked = pb.DeleteAttributeDefinitionsRequest(keys=["b", "none", "a"], expected_versions=[2])
    uneven = await catalog.products.DeleteAttributeDefinitions(asked)
    assert told(uneven) == [("INVALID", "expectedVersions")]
    asked.expected_versions.extend([0, 9])
    gone = await catalog.products.DeleteAttributeDefinitions(asked)
    assert list(gone.deleted_keys) == ["b"]
    assert told(gone) == [("NOT_FOUND", "keys.1"), ("STALE_VERSION", "expectedVersions.2")]
    kept = await catalog.rows("SELECT operation, version FROM catalog_changes WHERE entity_id = 'b' ORDER BY id")
    assert [(row["operation"], row["version"]) for row in kept] == [
        ("attributeDefinitionsUpsert", 1),
        ("attributeDefinitionsUpsert", 2),
        ("attributeDefinitionsDelete", 2),
    ]


async def test_search_follows_a_change_of_definition(searchable: RunningCatalog) -> None:
    await filled(searchable)
    assert facets(await search(searchable))["colour"] == {"Black": 3, "White": 2}
    assert not (await search(searchable, "black")).hits
    await define(searchable, definition("colour", facetable=False, searchable=True))

    async def found_by_words_and_no_facet() -> bool:
        answer = await search(searchable, "black")
        return len(answer.hits) == 3 and "colour" not in facets(await search(searchable))

    await until(found_by_words_and_no_facet)
    await searchable.products.DeleteAttributeDefinitions(pb.DeleteAttributeDefinitionsRequest(keys=["colour"]))

    async def as_before() -> bool:
        shown = facets(await search(searchable)).get("colour")
        return shown == {"Black": 3, "White": 2} and not (await search(searchable, "black")).hits

    await until(as_before)


async def test_the_database_leaves_out_the_same_facets(catalog: RunningCatalog) -> None:
    await filled(catalog)
    assert "colour" in facets(await search(catalog))
    await define(catalog, definition("colour", facetable=False))
    assert "colour" not in facets(await search(catalog))
