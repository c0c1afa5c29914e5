"""What an import reads and what the generator writes."""
# ruff: noqa: E501 - tables of cases

from __future__ import annotations

import gzip
import itertools
from collections import Counter
from pathlib import Path

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from infra.catalog_data.families import FAMILIES
from infra.catalog_data.generator import generate, make
from infra.catalog_data.import_progress import Progress, ProgressFile
from infra.catalog_data.importer import Importer, ImportStopped, batches
from infra.catalog_data.readers import UnreadableFile, digest, opened
from infra.catalog_data.records import BadRecord, Defaults, product_from

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
        ({"quantity": 10**12}, "quantity"), ({"category": [""]}, "category"), ({"attributes": [1]}, "attributes"),
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


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"id":1}\r\n\n[]\nnot json\n{"id":2}')
    with opened(file) as catalogue:
        found = [(line.number, line.record, line.fault is not None) for line in catalogue.lines()]
    assert found == [(1, {"id": 1}, False), (3, None, True), (4, None, True), (5, {"id": 2}, False)]


def test_an_endless_line_is_skipped_in_constant_memory(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"id":1}\n' + b'{"x":"' + b"y" * (5 * 1024 * 1024) + b'"}\n{"id":2}\n')
    with opened(file) as catalogue:
        assert [(line.number, line.fault is not None) for line in catalogue.lines()] == [
            (1, False),
            (2, True),
            (3, False),
        ]


def test_csv_columns_beyond_the_format_are_attributes(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text('id,title,Colour,published\n1,"a\nb",Red,no\n2,c,d,yes,too,many\n\n3,x\n')
    with opened(file) as catalogue:
        one, two, three = catalogue.lines()
    assert one.record == {"id": "1", "title": "a\nb", "attributes": {"Colour": "Red"}, "published": False}
    assert two.fault is not None
    assert three.record == {"id": "3", "title": "x"}


@pytest.mark.parametrize(
    "content", [b"nothing of the kind\n", gzip.compress(b'{"id":1}\n' * 99, mtime=0)[:-20], b"\x1f\x8bbroken"]
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    with opened(file) as catalogue, pytest.raises(UnreadableFile) as failure:
        list(catalogue.lines())
    assert failure.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nothing\.jsonl"), opened(tmp_path / "nothing.jsonl"):
        pass


def test_batches_go_on_after_a_line_and_carry_faults(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("".join(f'{{"id":{number},"title":"t","price_cents":1}}\n' for number in range(1, 1202)) + "{bad\n")
    with opened(file) as catalogue:
        cut = list(batches(catalogue.lines(), Defaults(), after_line=100))
    assert [(batch.first_line, batch.last_line, len(batch.products)) for batch in cut] == [
        (101, 600, 500), (601, 1100, 500), (1101, 1202, 101),
    ]  # fmt: skip
    assert [fault.line for fault in cut[-1].faults] == [1202]
    assert len(digest(file)) == 64


class StumblingCatalog:
    """Takes batches until it is out of reach."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.asked: list[tuple[str, int]] = []

    async def UpsertProducts(self, request: pb.UpsertProductsRequest, *, timeout: float) -> pb.UpsertProductsResponse:
        if len(self.asked) >= self.takes:
            raise RemoteError(status="INTERNAL", reason="INTERNAL", message="broken", facts={}, method="UpsertProducts")
        self.asked.append((request.idempotency_key, len(request.products)))
        return pb.UpsertProductsResponse(writes=[pb.ProductWrite(result=pb.CREATED) for _ in request.products])


async def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("".join(f'{{"id":{number},"title":"t","price_cents":1}}\n' for number in range(1, 1801)))
    kept = ProgressFile(tmp_path, digest(file), "here")

    async def run(catalog: StumblingCatalog) -> Progress:
        begin = kept.load()
        with opened(file) as catalogue:
            importer = Importer(catalog=catalog, reached=kept.save, failed=lambda _: None)
            return await importer.run(batches(catalogue.lines(), Defaults(), begin.lines_done), begin)

    first, second = StumblingCatalog(takes=2), StumblingCatalog(takes=9)
    with pytest.raises(ImportStopped):
        await run(first)
    assert kept.load().lines_done == 1000
    done = await run(second)
    assert (done.lines_done, done.created) == (1800, 1800)
    assert [count for _, count in second.asked] == [500, 300]
    assert second.asked[0][0] == f"{done.run}:1001", "the same attempt: a batch written unnoticed is not written twice"
    assert ProgressFile(tmp_path, digest(file), "elsewhere").load().lines_done == 0


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
