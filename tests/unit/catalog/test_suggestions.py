"""What is offered while somebody types, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from subgraphs.catalog.app.suggest import Suggest
from subgraphs.catalog.domain.found import Suggestion
from subgraphs.catalog.domain.product import Shop

SHOP = Shop(channel="web", currency="USD")


class Offering:
    """An engine with so many products, two categories, and what shoppers search for."""

    def __init__(self, products: int, learnt: tuple[str, ...] = ()) -> None:
        self._products = products
        self._learnt = learnt

    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        return [Suggestion(text=f"{prefix} {number}", product_id=str(number)) for number in range(self._products)][
            :first
        ]

    async def beginning(self, prefix: str, shop: Shop, *, categories: int, queries: int) -> list[Suggestion]:
        found = [Suggestion(text=f"{prefix}s", category_id=str(number)) for number in range(categories)]
        return [*found, *(Suggestion(text=text) for text in self._learnt[:queries])]


async def offered(prefix: str, first: int, products: int) -> str:
    """A letter each: query, category, product."""
    engine = Offering(products)
    suggest = Suggest(engine, engine, engine, engine, engine, ["lamp shade", "lamp", "lamp oil", "desk"])  # type: ignore[arg-type]
    found, degraded = await suggest(prefix, first, SHOP)
    assert degraded is None
    return "".join("p" if each.product_id else "c" if each.category_id else "q" for each in found)


async def test_queries_and_categories_leave_half_to_products() -> None:
    assert await offered("Lamp", 8, products=20) == "qqccpppp"
    assert await offered("Lamp", 4, products=20) == "qqpp"
    assert await offered("Lamp", 8, products=1) == "qqccp"
    assert await offered("desk ", 8, products=9) == "ccpppppp", "what is typed already is no suggestion"


async def test_one_letter_or_none_says_too_little() -> None:
    assert await offered("l", 5, products=9) == "ppppp"
    assert await offered("  ", 5, products=9) == ""


@pytest.mark.parametrize(
    ("learns", "queries"),
    [(True, ["lamp shade", "lamp post", "lamp for cats"]), (False, ["lamp shade"])],
)
async def test_what_shoppers_search_for_comes_behind_the_shops_own_and_once(learns: bool, queries: list[str]) -> None:
    engine = Offering(9, learnt=("lamp post", "lamp shade", "lamp for cats", "lamp oil"))
    suggest = Suggest(engine, engine, engine, engine, engine, ["lamp shade"], learns)  # type: ignore[arg-type]
    found, _ = await suggest("Lamp", 8, SHOP)
    assert [each.text for each in found if not (each.product_id or each.category_id)] == queries


class Rows:
    """Products and categories by id; none whose number is odd."""

    async def by_ids(self, ids: Sequence[str], shop: Shop, **_: bool) -> list[SimpleNamespace | None]:
        return [None if int(each) % 2 else SimpleNamespace(id=each) for each in ids]


@pytest.mark.parametrize("products", [True, False])
@pytest.mark.parametrize("categories", [True, False])
async def test_suggestions_come_with_the_rows_that_are_wanted_and_shown(products: bool, categories: bool) -> None:
    engine, rows = Offering(3), Rows()
    suggest = Suggest(engine, engine, engine, rows, rows, [])  # type: ignore[arg-type]
    found, _ = await suggest("Lamp", 8, SHOP, products=products, categories=categories)
    assert [each.product is not None for each in found if each.product_id] == [products, False, products]
    assert [each.category is not None for each in found if each.category_id] == [categories, False]
