"""What an import reads and what the generator writes."""
# ruff: noqa: E501 - tables of cases

from __future__ import annotations

import gzip
import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.catalog_data.families import FAMILIES
from infra.catalog_data.generator import generate, make
from infra.catalog_data.records import product_from
from subgraphs.catalog.domain.catalog_file import unpacking
from subgraphs.catalog.domain.catalog_file.batches import ImportBatch, ImportFile
from subgraphs.catalog.domain.catalog_file.entries import entry_of
from subgraphs.catalog.domain.catalog_file.record import Defaults
from subgraphs.catalog.domain.catalog_file.values import BadRecord
from subgraphs.catalog.domain.catalog_file.writing import ExportedNames, ExportedProduct, table_head, table_rows
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.product import Attribute, ProductContent, ProductDraft, VariantContent
from subgraphs.catalog.domain.stock_file import StockFile

GOOD = {"id": 7, "title": "Lamp", "price_cents": 1999}


def test_a_short_record_is_a_whole_product() -> None:
    product = product_from(GOOD, Defaults(currency="EUR", quantity=3))
    (variant,) = product.variants
    assert (product.external_reference, product.name, product.published) == ("7", "Lamp", True)
    assert (variant.sku, variant.price.minor_units, variant.price.currency_code) == ("7", 1999, "EUR")
    assert variant.initial_quantity == 3


def test_a_full_record_keeps_everything() -> None:
    product = product_from(
        GOOD
        | {
            "category": "Home > Lamps", "ean": ["1", "2"], "model": "M1", "image": "https://x/1.png", "images": ["https://x/2.png"],
            "attributes": {"Screen size": {"value": 15.6, "unit": "inch"}, "colour": "Red", "empty": "", "wifi": False},
            "variants": [{"sku": "a", "price": "12.34", "options": {"Size": 42}, "compare_at_cents": 2000, "quantity": 0}],
        },
        Defaults(),
    )  # fmt: skip
    assert list(product.category_path) == ["Home", "Lamps"]
    assert {each.key: each.value for each in product.attributes} == {
        "model": "M1", "ean": "1, 2", "screen_size": "15.6", "colour": "Red", "wifi": "No",
    }  # fmt: skip
    assert [image.url for image in product.media] == ["https://x/1.png", "https://x/2.png"]
    (variant,) = product.variants
    assert (variant.price.minor_units, variant.compare_at_price.minor_units, variant.initial_quantity) == (
        1234,
        2000,
        0,
    )
    assert [(option.name, option.value) for option in variant.options] == [("Size", "42")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"), ({"title": "  "}, "title"), ({"title": ["x"]}, "title"), ({"price_cents": None}, "price_cents"),
        ({"price_cents": 19.99}, "price_cents"), ({"price_cents": -1}, "price_cents"), ({"price_cents": True}, "price_cents"),
        ({"price_cents": None, "price": "12.345"}, "price"), ({"currency": "usd"}, "currency"), ({"currency": "ZZZ"}, "currency"), ({"quantity": -1}, "quantity"),
        ({"quantity": 10**12}, "quantity"), ({"category": [""]}, "category"), ({"attributes": [1]}, "attributes[0]"), ({"attributes": 1}, "attributes"), ({"options": {"Size": 1}}, "options"),
        ({"attributes": {"a": [1]}}, "attributes.a"), ({"variants": {"sku": "x"}}, "variants"), ({"variants": [{}]}, "variants[0].sku"),
        ({"published": "yes"}, "published"), ({"colour": "Red"}, "colour"), ({"image": 5}, "image"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadRecord) as bad:
        product_from(GOOD | changes, Defaults())
    assert bad.value.field == field
    assert bad.value.what
    assert bad.value.how


def read(content: bytes, *, piece: int = 1 << 20, after: int = 0) -> list[ImportBatch]:
    """All batches of a file that arrives in pieces."""
    file = ImportFile(Defaults(), after)
    pieces = [content[start : start + piece] for start in range(0, len(content), piece)]
    return [batch for each in pieces for batch in file.feed(each)] + list(file.finish())


def outcome(content: bytes, **how: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Lines and references of what would be written; lines and fields of what is wrong."""
    batches = read(content, **how)
    return (
        [
            (line, each.content.external_reference)
            for batch in batches
            for line, each in zip(batch.lines, batch.drafts, strict=True)
        ],
        [(fault.line, fault.field) for batch in batches for fault in batch.faults],
    )


LINE = '{"id":"%s","title":"t","price_cents":1}\n'


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize("packed", [False, True])
def test_lines_keep_their_numbers_wherever_a_file_is_cut(piece: int, packed: bool) -> None:
    content = b"\xef\xbb\xbf" + (LINE % 1).encode() + b"\r\n\n[]\nnot json\n" + (LINE % 2).encode().rstrip()
    sent = gzip.compress(content[:60], mtime=0) + gzip.compress(content[60:], mtime=0) if packed else content
    assert outcome(sent, piece=piece) == ([(1, "1"), (6, "2")], [(4, "line"), (5, "line")])


def test_an_endless_line_is_passed_over_in_constant_memory() -> None:
    content = (LINE % 1).encode() + b'{"x":"' + b"y" * (5 * 1024 * 1024) + b'"}\n' + (LINE % 2).encode()
    assert outcome(content, piece=1 << 16) == ([(1, "1"), (3, "2")], [(2, "line")])
    sheet = b'id,title,price\n1,"' + (b"y" * 10_000 + b"\n") * 500 + b"2,a,1\n"
    written, faults = outcome(sheet, piece=1 << 16)
    assert (written[-1], faults[0]) == ((502, "2"), (2, "line"))


def test_a_file_goes_on_after_a_line() -> None:
    content = "".join(LINE % number for number in range(1, 1_202)) + "{bad\n"
    cut = read(content.encode(), after=100)
    assert [(batch.last_line, len(batch.drafts)) for batch in cut] == [(600, 500), (1_100, 500), (1_202, 101)]
    assert [fault.line for fault in cut[-1].faults] == [1_202]


def test_of_two_lines_of_one_product_or_sku_the_later_one_is_written_later() -> None:
    sku = '{"id":"other","title":"t","variants":[{"sku":"1","price_cents":1}]}\n'
    batches = read((LINE % 1 + LINE % 2 + LINE % 1 + sku).encode())
    assert [batch.lines for batch in batches] == [(1, 2), (3,), (4,)]


SHEET = (
    "id,title,sku,option.Size,price,attribute.screen_size,Colour,published\r\n"
    '1,"a\r\nb",s-41,41,12.34,15.6,Red,no\r\n1,,s-42,42,9,,,\r\n'
    '2,15" monitor,s-2,,1,013,,yes\r\n'
    "3,x,s-3,,1,,,perhaps\r\n"
    "4,x,s-4,,1,,,,,,\r\n"
    ";;;\r\n\r\n5,x,s-5,,1\r\n"
)


def test_a_sheet_has_one_row_a_variant() -> None:
    (batch,) = read(SHEET.encode())
    one, two, five = batch.drafts
    assert (one.content.name, one.published) == ("a\r\nb", False)
    assert [(each.sku, each.price_minor_units, each.options[0].value) for each in one.content.variants] == [
        ("s-41", 1234, "41"), ("s-42", 900, "42"),
    ]  # fmt: skip
    assert [(each.key, each.label, each.value, each.number) for each in one.content.attributes] == [
        ("screen_size", "Screen size", "15.6", 15.6), ("colour", "Colour", "Red", None),
    ]  # fmt: skip
    assert (two.content.name, two.content.attributes[0].number) == ('15" monitor', None), "013 is no number"
    assert five.content.external_reference == "5"
    assert [(fault.line, fault.field) for fault in batch.faults] == [(6, "published"), (7, "line")]


def test_a_broken_row_keeps_its_whole_product_out() -> None:
    sheet = b"id,title,sku,price\n1,a,s1,1\n1,\xe9,s2,1\n1,a,s3,1\n2,b,s4,1\n"
    written, faults = outcome(sheet)
    assert (written, faults) == ([(5, "2")], [(3, "line")])
    (batch,) = read(sheet)
    assert "byte 3 is 0xE9" in batch.faults[0].message
    assert batch.faults[0].reference == "1"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_delimiter_is_told_by_the_header(delimiter: str) -> None:
    sheet = "id,title,price\n1,a,12\n".replace(",", delimiter)
    assert outcome(sheet.encode()) == ([(2, "1")], [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"nothing of the kind\n", "neither JSONL nor CSV"), (b"id,title,price,price\n", "twice"),
        (gzip.compress(b'{"id":1}\n' * 99, mtime=0)[:-20], "torn"), (b"\x1f\x8bbroken", "damaged"),
        ("id,title\n".encode("utf-16"), "UTF-16"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, why: str) -> None:
    with pytest.raises(JobBroken, match=why):
        read(content)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10 * 1024 * 1024)
    bomb = gzip.compress(b"y" * (64 * 1024 * 1024), compresslevel=9, mtime=0)
    assert len(bomb) < 100_000
    with pytest.raises(JobBroken, match="unpacked"):
        read(bomb)


NASTY = st.text(st.sampled_from("=+-@'\t\r\n\",; aé1."), max_size=12)


@given(st.lists(st.tuples(NASTY, NASTY, st.sampled_from([None, 1.5, -3.0])), max_size=4), NASTY)
def test_a_sheet_says_exactly_what_it_was_made_of(facts: list[tuple[str, str, float | None]], name: str) -> None:
    attributes = tuple(
        Attribute(key=f"k{number}", label=label or f"K{number}", value=value, number=number_, unit=None)
        for number, (label, value, number_) in enumerate(facts)
    )
    content = ProductContent(
        external_reference="r", name=f"n{name}.", attributes=attributes[::-1],
        variants=(VariantContent(sku="s", name="v", price_minor_units=1999, currency="USD"),),
    )  # fmt: skip
    draft = ProductDraft(content=content, published=True)
    names = ExportedNames(attributes=tuple(each.key for each in attributes[:3]))
    (batch,) = read(table_head(names) + table_rows([ExportedProduct(id="p", version=1, draft=draft)], names), piece=9)
    assert (batch.faults, batch.drafts[0].content) == ((), content)


def test_the_same_seed_makes_the_same_products() -> None:
    first, again = list(generate(40, 1)), list(generate(40, 1))
    assert first == again
    assert first != list(generate(40, 2))
    assert make(17, 1) == first[17]


def test_a_larger_generated_catalogue_has_more_categories_and_no_larger_ones() -> None:
    sizes: dict[int, Counter[tuple[str, ...]]] = {}
    for products in (1_000, 5_000):
        sizes[products] = Counter(tuple(each["category"]) for each in generate(products, 1, category_size=50))
    assert max(sizes[1_000].values()) == max(sizes[5_000].values()) == 50
    assert len(sizes[5_000]) > 4 * len(sizes[1_000])
    assert sizes[1_000].keys() <= sizes[5_000].keys()
    assert [*generate(30, 1, start=20)] == [*generate(30, 1)][20:]


def test_made_up_products_are_importable_and_of_many_families() -> None:
    records = list(itertools.islice(generate(10_000, 3), 300))
    products = [product_from(record, Defaults()) for record in records]
    assert len({tuple(product.category_path) for product in products}) == len(FAMILIES) >= 8
    assert len({variant.sku for product in products for variant in product.variants}) == sum(
        len(product.variants) for product in products
    )
    assert all(
        1 <= len(product.variants) <= 12 and product.media[0].url.startswith("data:image/svg+xml")
        for product in products
    )
    assert max(len(product.media[0].url) for product in products) < 600


def test_a_stock_file_is_read_in_any_pieces_from_where_it_stopped() -> None:
    rows = [f"s{number},berlin,{number - 600}" for number in range(1_200)]
    packed = gzip.compress("\r\n".join(["SKU,location,delta", *rows]).encode())

    def read_from(line: int, piece: int) -> list[tuple[int, str, int]]:
        file = StockFile(after_line=line)
        batches = [
            batch for start in range(0, len(packed), piece) for batch in file.feed(packed[start : start + piece])
        ] + list(file.finish())
        assert all(len(batch.lines) <= 500 and not batch.faults for batch in batches)
        return [
            (number, each.sku, each.delta)
            for batch in batches
            for number, each in zip(batch.lines, batch.adjustments, strict=True)
        ]

    whole = read_from(0, len(packed))
    assert whole == [(number + 2, f"s{number}", number - 600) for number in range(1_200)]
    assert read_from(501, 7) == whole[500:]
    with pytest.raises(JobBroken, match="names id, title"):
        list(StockFile().feed(b"id,title\n1,2\n"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"type": "catalog", "version": 2}, "version: 2 is unknown"),
        ({"type": "channel", "id": "eu", "name": "EU", "default_locale": "de"}, "currencyCodes: a channel sells"),
        ({"type": "location", "id": "Berlin!", "name": "Berlin"}, "id: an id has 1 to 64"),
        ({"type": "location", "id": "b", "name": "B", "address": {"street": "x"}}, "address: {'street': 'x'} is no"),
        (
            {"type": "attribute", "id": "width", "label": "Width", "value_type": "LENGTH"},
            "value_type: 'LENGTH' is none",
        ),
        ({"type": "attribute", "id": "w", "label": "W", "value_type": "TEXT", "unit": "cm"}, "unit: only a NUMBER"),
        ({"type": "category", "path": []}, "path: is missing"),
        ({"type": "category", "path": ["A"], "slug": "A B"}, "slug: a slug has lower-case letters"),
        ({"type": "collection", "id": "c", "name": "C", "rules": [{}]}, "rules.rules.0: a rule has exactly one"),
        ({"type": "collection", "id": "c", "name": "C", "rules": [{"colour": 1}]}, "rules: {'colour': 1} is no rule"),
        ({"type": "collection", "id": "c", "name": "C", "sort": 1}, "sort: is no field of a collection"),
        (
            {
                "type": "attribute",
                "id": "w",
                "label": "W",
                "value_type": "TEXT",
                "translations": {"de": {"terms": ["x"]}},
            },
            "translations.de.terms: 'x' is no term",
        ),
    ],
)
def test_what_is_wrong_with_a_line_of_another_type_is_said(line: dict[str, object], told: str) -> None:
    with pytest.raises(BadRecord) as refused:
        entry_of(line)
    assert str(refused.value).startswith(told)
    assert refused.value.how
