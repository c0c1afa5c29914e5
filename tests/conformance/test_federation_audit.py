"""The questions of the federation gateway audit (graphql-hive/federation-gateway-audit), asked of our gateway over the
fixture's slices: one case a question, answered alike by the program, by the walk and by graphql-core.

What the audit asks of directives that the slices do not have stands in NOT_ASKED, with what there is instead.
"""

from typing import Any

import pytest
from graphql import parse, validate

from gateway.federation.compose import CompositionError, compose
from gateway.federation.graph import View
from tests.conformance.entity_cases import ENTITY_CASES
from tests.conformance.federation_audit import ALL, GRAPH, Case, by_gateway, by_graphql_core
from tests.conformance.selection_cases import SELECTION_CASES
from tests.conformance.type_cases import TYPE_CASES
from tests.fakes.shop_slices import CATALOG, SLICES

CASES = [*ENTITY_CASES, *TYPE_CASES, *SELECTION_CASES]


ONE_OWNER = "a field has one owner; a second one fails composition (tests/unit/gateway/test_composition.py)"
KEY_ONLY = "a slice reads of another's entity its key alone, so nothing is fetched for it: composition refuses more"
OWNER_ANSWERS = "the owner answers every field of its entity; a slice that knows some of them cannot shorten the way"
NO_INTERFACE_OBJECT = "fields are added to entities, never to interfaces"
FEDERATION_1 = "federation 1's `extend`: a stub is what borrows an entity (simple-entity-call)"
NOT_ASKED = {
    "executable-directive-definition-default-arguments": "@inContext: test_graphql_over_http.py",
    "fed1-external-extends": FEDERATION_1,
    "fed1-external-extends-resolvable": FEDERATION_1,
    "fed1-external-extension": FEDERATION_1,
    "fed2-external-extends": FEDERATION_1,
    "fed2-external-extension": FEDERATION_1,
    "interface-object-indirect-extension": NO_INTERFACE_OBJECT,
    "interface-object-with-requires": NO_INTERFACE_OBJECT,
    "mysterious-external": KEY_ONLY,
    "nested-provides": OWNER_ANSWERS,
    "non-resolvable-interface-object": NO_INTERFACE_OBJECT,
    "override-type-interface": ONE_OWNER,
    "override-with-requires": ONE_OWNER,
    "provides-on-interface": OWNER_ANSWERS,
    "provides-on-union": OWNER_ANSWERS,
    "requires-circular": KEY_ONLY,
    "requires-interface": KEY_ONLY,
    "requires-requires": KEY_ONLY,
    "requires-with-fragments": KEY_ONLY,
    "simple-interface-object": NO_INTERFACE_OBJECT,
    "simple-override": ONE_OWNER,
    "simple-requires-provides": KEY_ONLY,
    "unavailable-override": ONE_OWNER,
}
SUITES = 46
"""Of the audit; ours on nested lists is one more."""


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_case_gives_what_is_expected_by_program_walk_and_reference(case: Case) -> None:
    by_program, by_walk = await by_gateway(case, compiled=True), await by_gateway(case, compiled=False)
    for outcome in (by_program, by_walk):
        assert (outcome.data, outcome.errors) == (case.data, case.errors)
        if case.calls is not None:
            assert outcome.calls == case.calls
    theirs = await by_graphql_core(case)
    assert theirs.data == case.data
    assert [told.partition(":")[0] for told in theirs.errors] == [told.partition(":")[0] for told in case.errors]


def test_every_suite_of_the_audit_is_asked_or_answered_for() -> None:
    asked = {case.suite for case in CASES} - {"nested lists"}
    assert not asked & set(NOT_ASKED)
    assert len(asked) + len(NOT_ASKED) == SUITES


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            "{ productsById(ids: []) { showcase { ... on Image { n: width } ... on Attribute { n: number } } } }",
            "conflict",
        ),
        ("{ products { nodes { ... on Order { number } } } }", "can never be of type"),
        ("{ node(id: 1) { name } }", "Cannot query field"),
    ],
)
def test_what_cannot_be_answered_is_said_before_anything_runs(query: str, says: str) -> None:
    assert says in validate(GRAPH.schema, parse(query))[0].message


@pytest.mark.parametrize(("view", "shown"), [(View.STOREFRONT, False), (View.ADMIN, True)])
def test_what_is_inaccessible_is_not_in_the_view(view: View, shown: bool) -> None:
    faults = validate(compose(ALL, view).schema, parse("{ products { nodes { version } } }"))
    assert bool(faults) != shown


def test_a_root_field_of_two_slices_is_refused() -> None:
    twice: list[Any] = [*SLICES, type(CATALOG)("again", query=[shared_root()])]
    with pytest.raises(CompositionError, match=r"Query\.category is declared by catalog and again"):
        compose(twice)


def shared_root() -> Any:
    import strawberry

    from chassis.graph import PUBLIC, query
    from tests.fakes.shop_slices import Category

    @query(Category | None, permission=PUBLIC, name="category")
    async def category(ctx: Any, *, id: strawberry.ID) -> Any:  # noqa: A002 (the schema's name)
        return None

    return category
