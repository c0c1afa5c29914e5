"""Random writes of the category tree, compared with a model of it after each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, TypeVar

import psycopg
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chassis.database import database
from chassis.settings import Secret
from subgraphs.catalog.adapters.postgres.category_writes import PostgresCategoryWrites
from subgraphs.catalog.domain.category_writes import (
    CategoriesOrder,
    CategoryChange,
    CategoryMove,
    CategoryRemoval,
    NewCategory,
)
from tests.component.catalog.arranged.conftest import EMPTY

T = TypeVar("T")
EXAMPLES = int(os.getenv("FAULT_EXAMPLES", "4"))
DEEPEST = 10
NAMES = st.sampled_from("ABCD")
PLACES = st.integers(0, 30)
"""Which of the categories there are, counted around."""
POSITIONS = st.none() | st.integers(0, 4)


class Model:
    """The tree as plain children lists; arranged ones first, others by name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.positions: dict[str, int | None] = {}

    def children(self, parent: str) -> list[str]:
        found = [each for each, above in self.parents.items() if above == parent]
        return sorted(found, key=lambda each: (self._place(each), self.names[each], each))

    def _place(self, each: str) -> float:
        position = self.positions[each]
        return float("inf") if position is None else position

    def path(self, each: str) -> tuple[str, ...]:
        return (*self.path(self.parents[each]), self.names[each]) if each else ()

    def below(self, each: str) -> set[str]:
        return {each}.union(*(self.below(child) for child in self.children(each)))

    def height(self, each: str) -> int:
        return 1 + max((self.height(child) for child in self.children(each)), default=0)

    def has(self, parent: str, name: str, but: str = "") -> bool:
        return any(self.names[each] == name and each != but for each in self.children(parent))

    def arrange(self, parent: str, moved: list[str], position: int) -> None:
        others = [each for each in self.children(parent) if each not in moved]
        order = [*others[:position], *moved, *others[position:]]
        self.positions |= {each: place for place, each in enumerate(order)}


class Tree(RuleBasedStateMachine):
    """Each rule asks for something that may or may not be done, and foretells which."""

    url = ""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(EMPTY)
        self.model = Model()
        self.opened = database(Secret(self.url), max_size=1)
        self.db = self.run(self.opened.__aenter__())
        self.writes = PostgresCategoryWrites(self.db)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def pick(self, place: int, *, root: bool = False) -> str:
        ids = [*([""] if root else []), *self.model.names]
        return ids[place % len(ids)] if ids else "cat_none"

    @rule(name=NAMES, place=PLACES, position=POSITIONS)
    def create(self, name: str, place: int, position: int | None) -> None:
        parent = self.pick(place, root=True)
        written = self.run(self.writes.create(NewCategory(name=name, parent_id=parent, position=position)))
        possible = not self.model.has(parent, name) and len(self.model.path(parent)) < DEEPEST
        assert (written.id is not None) is possible
        if written.id is not None:
            self.model.names[written.id], self.model.parents[written.id] = name, parent
            self.model.positions[written.id] = None
            if position is not None:
                self.model.arrange(parent, [written.id], position)

    @rule(place=PLACES, to=PLACES, position=POSITIONS)
    def move(self, place: int, to: int, position: int | None) -> None:
        each, parent = self.pick(place), self.pick(to, root=True)
        written = self.run(self.writes.move(CategoryMove(id=each, parent_id=parent, position=position)))
        model = self.model
        possible = (
            each in model.names
            and parent not in model.below(each)
            and not model.has(parent, model.names[each], but=each)
            and len(model.path(parent)) + model.height(each) <= DEEPEST
        )
        assert (written.id is not None) is possible, written
        if possible:
            if model.parents[each] != parent:
                model.parents[each], model.positions[each] = parent, None
            if position is not None:
                model.arrange(parent, [each], position)

    @rule(place=PLACES, name=NAMES)
    def rename(self, place: int, name: str) -> None:
        each = self.pick(place)
        written = self.run(self.writes.update(CategoryChange(id=each, name=name)))
        possible = each in self.model.names and not self.model.has(self.model.parents[each], name, but=each)
        assert (written.id is not None) is possible
        if possible:
            self.model.names[each] = name

    @rule(to=PLACES, data=st.data())
    def reorder(self, to: int, data: st.DataObject) -> None:
        parent = self.pick(to, root=True)
        children = self.model.children(parent) if parent != "cat_none" else []
        moved = data.draw(st.lists(st.sampled_from(children), unique=True)) if children else []
        faults = self.run(
            self.writes.reorder(CategoriesOrder(parent_id=parent, places=tuple((each, None) for each in moved)))
        )
        assert not faults
        if children:
            self.model.arrange(parent, moved, 0)

    @rule(place=PLACES, to=st.none() | PLACES)
    def delete(self, place: int, to: int | None) -> None:
        model, each = self.model, self.pick(place)
        target = None if to is None else self.pick(to)
        written = self.run(self.writes.delete(CategoryRemoval(id=each, children_to=target)))
        children = model.children(each) if each in model.names else []
        possible = each in model.names and (
            not children
            if target is None
            else target not in model.below(each)
            and not any(model.has(target, model.names[child]) for child in children)
            and (not children or len(model.path(target)) + model.height(each) - 1 <= DEEPEST)
        )
        assert (written.id is not None) is possible, written
        if possible:
            for child in children:
                model.parents[child], model.positions[child] = target or "", None
            for kept in (model.names, model.parents, model.positions):
                del kept[each]

    @invariant()
    def the_database_has_the_tree_of_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = self.run(self.read())
        assert {row["id"]: tuple(row["path"]) for row in rows} == {
            each: self.model.path(each) for each in self.model.names
        }
        for row in rows:
            lineage = [each["id"] for each in rows if each["id"] in row["ancestor_ids"]]
            assert row["ancestor_ids"][-1] == row["id"]
            assert len(lineage) == len(row["path"]) == len(row["ancestor_ids"])
        for parent in ["", *self.model.names]:
            shown = [row["id"] for row in rows if row["parent_id"] == parent]
            assert shown == self.model.children(parent)

    async def read(self) -> list[dict[str, Any]]:
        async with self.db.reading() as connection:
            rows = await connection.execute(
                "SELECT id, path, ancestor_ids, coalesce(parent_id, '') AS parent_id FROM categories"
                ' ORDER BY position, name COLLATE "C", id'
            )
            return await rows.fetchall()

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.run(self.opened.__aexit__(None, None, None))
            self.runner.close()


def test_the_tree_is_what_its_writes_say(database_url: str) -> None:
    class OnThisDatabase(Tree):
        url = database_url

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None, derandomize=True),
    )
