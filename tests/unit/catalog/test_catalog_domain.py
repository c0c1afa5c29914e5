"""Catalog's rules, without any server."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidInput
from subgraphs.catalog.domain.draft_rules import faults_of
from subgraphs.catalog.domain.facet import FacetCounts
from subgraphs.catalog.domain.facets import Naming, facet_values, facets_of
from subgraphs.catalog.domain.price_ranges import price_label, price_range, price_steps, price_value
from subgraphs.catalog.domain.product import Attribute, Image, ProductContent, ProductDraft, Shop, VariantContent
from subgraphs.catalog.domain.search import Chosen, Cursor, SearchRequest, read_cursor
from subgraphs.catalog.domain.slug import attribute_key, category_slug, product_slug, slugify


def content(**changes: object) -> ProductContent:
    variant = VariantContent(sku="s", name="n", price_minor_units=100, currency="USD")
    values: dict[str, object] = {"external_reference": "r", "name": "n", "variants": (variant,)}
    return ProductContent(**(values | changes))  # type: ignore[arg-type]


def codes(**changes: object) -> list[tuple[str, str]]:
    ((faults),) = faults_of([ProductDraft(content=content(**changes), published=True)])
    return [(fault.code, ".".join(fault.field)) for fault in faults]


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Café & Bar 2", "cafe-bar-2"), ("  --X--  ", "x"), ("Straße", "strae"), ("日本", ""), ("", "")],
)
def test_slugs_are_latin_words(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_references_that_read_alike_have_different_slugs() -> None:
    slugs = {product_slug("Lamp", reference) for reference in ("a-1", "A-1", "a 1", "a/1", "ä-1", "日")}
    assert len(slugs) == 6
    assert product_slug("Lamp", "a-1") == "lamp-a-1"


def test_a_name_of_no_latin_letter_still_has_an_address() -> None:
    assert category_slug(("日本",)) not in ("", category_slug(("中国",)))
    assert attribute_key("Screen size") == "screen_size"


def test_a_sound_product_has_no_fault() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": " "}, ("REQUIRED", "name")),
        ({"name": "x" * 1001}, ("TOO_LONG", "name")),
        ({"name": "a\x00b"}, ("INVALID", "name")),
        ({"external_reference": ""}, ("REQUIRED", "externalReference")),
        ({"variants": ()}, ("REQUIRED", "variants")),
        ({"category_path": ("a", "")}, ("REQUIRED", "categoryPath.1")),
        ({"category_path": tuple("abcdefghijk")}, ("LIMIT_REACHED", "categoryPath")),
        ({"attributes": (Attribute(key="Bad Key", label="l", value="v"),)}, ("INVALID", "attributes.0.key")),
        ({"media": (Image(url="javascript:alert(1)"),)}, ("INVALID", "media.0.url")),
    ],
)
def test_each_fault_names_its_place(changes: dict[str, object], fault: tuple[str, str]) -> None:
    assert fault in codes(**changes)


def test_equal_content_has_an_equal_fingerprint() -> None:
    assert content().fingerprint == content().fingerprint
    assert content().fingerprint != content(name="other").fingerprint


@given(st.text(max_size=30))
def test_a_cursor_is_read_back_or_refused(text: str) -> None:
    cursor = Cursor(engine="e", sort="RELEVANCE+", values=(1.5, text), position=7, snapshot=text)
    assert read_cursor(str(cursor), "RELEVANCE+") == cursor
    with pytest.raises(InvalidInput):
        read_cursor(str(cursor), "PRICE+")
    with contextlib.suppress(InvalidInput):
        read_cursor(text, "RELEVANCE+")


def test_price_ranges_follow_the_currency() -> None:
    assert price_steps("USD")[1] == (1000, 2500)
    assert price_steps("JPY")[1] == (10, 25)
    assert price_steps("KWD")[1] == (10_000, 25_000)
    assert price_range(price_value(2500, None)) == (2500, None)
    assert price_label(2500, 5000, "USD") == "USD 25 to 50"
    for wrong in ("", "a-b", "1", "-5", "1-2-3", "1" * 50 + "-"):
        with pytest.raises(InvalidInput):
            price_range(wrong)


def test_what_is_chosen_stays_visible_without_hits() -> None:
    counts = FacetCounts(brands=(("A", 2),), categories=(), prices=(0,) * 9, in_stock=2, sold_out=0, attributes=())
    chosen = (Chosen(facet="brand", values=("B",)), Chosen(facet="colour", values=("Red",)))
    shop = Shop(channel="web", currency="USD")
    facets = facets_of(counts, SearchRequest(query="", shop=shop, first=5, chosen=chosen), Naming())
    shown = {facet.key: [(value.value, value.count, value.selected) for value in facet.values] for facet in facets}
    assert shown == {
        "brand": [("A", 2, False), ("B", 0, True)],
        "availability": [("IN_STOCK", 2, False)],
        "colour": [("Red", 0, True)],
    }


def test_long_values_and_plain_yes_or_no_are_no_facets() -> None:
    attributes = [Attribute(key="k", label="K", value=value) for value in ("Red", "Yes", "x" * 41)]
    assert facet_values(attributes) == [("k", "Red")]
