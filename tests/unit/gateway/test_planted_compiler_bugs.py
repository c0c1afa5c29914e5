"""The comparison with graphql-core is worth something: each of these bugs in the compiler is found by it."""

# pyright: reportPrivateUsage=false
import re
from collections.abc import Callable
from typing import Any

import pytest
from graphql import parse

from gateway.federation import answer, columns, execute, expressions, generate, odd, plan, repair
from gateway.federation.places import Place
from tests.fakes.differential import Tally, compare, compare_random
from tests.fakes.shop_backend import ADMIN

pytestmark = pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning")

Patch = Callable[[pytest.MonkeyPatch], None]
OPERATIONS = 150
"""Within so many random operations a bug must show."""
PLAIN = """
{
  products(first: 3) { edges { cursor node { name related(first: 1) { id } } } nodes { category { name } } }
  category(id: "cat_4") { products(first: 2) { nodes { name } } }
  orders(first: 3) { number status customer { id } }
}
"""
"""An operation in which nothing goes wrong: rare among the random ones."""
BUGS: dict[str, Patch] = {}


def bug(plant: Patch) -> Patch:
    BUGS[plant.__name__] = plant
    return plant


def rewritten(monkeypatch: pytest.MonkeyPatch, pattern: str, replacement: str) -> None:
    """Generated lines with this in place of that."""
    functions = generate._functions
    monkeypatch.setattr(
        generate, "_functions", lambda column: [re.sub(pattern, replacement, line) for line in functions(column)]
    )


@bug
def an_unset_message_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"o\d+\.HasField\('\w+'\) and (\(o\d+ :=)", r"\1")


@bug
def an_unset_scalar_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"if o\d+\.HasField\('\w+'\) else None\)", "if True else None)")


@bug
def a_link_without_key_is_an_empty_object(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"(t\d+\[k\d+\] if \([^()]*\)) else None", r"\1 else {}")


@bug
def parents_are_collected_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"(def collect\d+\(rows, given\): return .*\])$", r"\1[::-1]")


@bug
def the_last_parent_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"(def collect\d+\(rows, given\): return .*\])$", r"\1[:-1]")


@bug
def null_items_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"for (o\d+) in (o\d+)\] if", r"for \1 in \2 if \1 is not None] if")


@bug
def one_type_has_the_name_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"'Product'", "'Category'")


@bug
def errors_are_plain_nulls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd.Plain, "absent", lambda self, value: None)


@bug
def non_null_may_be_null(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd.Plain, "odd", lambda self, value: None)


@bug
def response_keys_are_mixed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    placed = generate._with_keys

    def shifted(code: Any, keys: list[str]) -> Any:
        return placed(code, [*keys[1:], *keys[:1]])

    monkeypatch.setattr(generate, "_with_keys", shifted)


@bug
def fields_are_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    written = expressions.Writing._object

    def backwards(self: Any, shape: Any, *rest: Any) -> str:
        return written(self, plan.Shape(shape.type_name, shape.asked[::-1], shape.reaching), *rest)

    monkeypatch.setattr(expressions.Writing, "_object", backwards)


@bug
def an_enum_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = columns.Notebook.constant

    def named(self: Any, value: Any) -> str:
        names = dict(zip(value, reversed(value.values()), strict=True)) if isinstance(value, dict) else value
        return bound(self, names)

    monkeypatch.setattr(columns.Notebook, "constant", named)


@bug
def a_table_has_rows_of_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    unique = execute.Lookups.rows

    async def turned(self: Any, entity: Any, ids: Any) -> Any:
        rows = await unique(self, entity, ids)
        return [*rows[1:], *rows[:1]]

    monkeypatch.setattr(execute.Lookups, "rows", turned)


@bug
def variables_are_taken_for_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_constant", lambda about, definition, node: {})


@bug
def include_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = plan.get_directive_values

    def skipping(directive: Any, node: Any, variables: Any) -> Any:
        return None if directive is plan.GraphQLIncludeDirective else wanted(directive, node, variables)

    monkeypatch.setattr(plan, "get_directive_values", skipping)


@bug
def fragments_with_a_type_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan._Planner, "_applies", lambda self, fragment, type_: fragment.type_condition is None)


@bug
def a_root_field_is_another_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    written = answer.written

    def turned(run: Any, program: Any) -> Any:
        data = written(run, program)
        return dict(zip(data, reversed(data.values()), strict=True))

    monkeypatch.setattr(answer, "written", turned)


# ---- where something is wrong


@bug
def a_null_reaches_too_far(monkeypatch: pytest.MonkeyPatch) -> None:
    nearest = Place.field

    def outer(self: Place, key: str, *, required: bool) -> Place:
        del required
        return nearest(self, key, required=True)

    monkeypatch.setattr(Place, "field", outer)


@bug
def a_null_does_not_reach_far_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    nearest = Place.field
    monkeypatch.setattr(
        Place, "field", lambda self, key, *, required: nearest(self, key, required=not key and required)
    )


@bug
def a_null_item_leaves_its_list_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    nearest = Place.item
    monkeypatch.setattr(
        Place, "item", lambda self, name, source, *, required: nearest(self, name, source, required=not name)
    )


@bug
def a_missing_entity_is_shown_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "is_required", lambda asked: False)


@bug
def a_required_link_without_key_is_null(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"else given\.odd\(None\)\)", "else None)")


@bug
def indexes_begin_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"in enumerate\(o(\d+)\.(\w+)\)", r"in enumerate(o\1.\2, 1)")


@bug
def errors_of_a_shared_row_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(
        monkeypatch,
        r"if \((k\d+) := (o\d+\.\w+)\) in (b\d+)\]",
        r"if (\1 := \2) in \3 and not \3.setdefault((), []).append(\1) and \3[()].count(\1) == 1]",
    )


@bug
def troubled_rows_of_a_batched_field_are_out_of_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "count", lambda: iter(range(1, 10_000)))


@bug
def refused_fields_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rewritten(monkeypatch, r"given\.refused\[\d+\]", "None")


@bug
def errors_below_a_link_lack_the_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    put = repair.Shown.put

    def short(self: Any, site: Any, path: Any, troubles: Any, *, null: bool) -> None:
        put(self, site, path, troubles, null=null)
        self.troubles[path[0]][-1:] = [troubles[-1]] if troubles[-1].path else self.troubles[path[0]][-1:]

    monkeypatch.setattr(repair.Shown, "put", short)


@pytest.mark.parametrize("name", BUGS)
async def test_the_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    with pytest.raises(AssertionError):
        await compare(parse(PLAIN), {}, down=set(), caller=ADMIN, tally=Tally())
        await compare_random(11, OPERATIONS, Tally())


async def test_without_a_bug_nothing_is_found() -> None:
    await compare(parse(PLAIN), {}, down=set(), caller=ADMIN, tally=(tally := Tally()))
    assert tally.faults["none"] == 1
