"""Every operation kept in the repository has a static bound on what it costs."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from gateway.cost import PlanCost
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.federation.plan import plan_operation
from gateway.limits import Limits
from gateway.slices import SLICES

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "gateway/web/operations").rglob("*.graphql"))
GRAPH = compose(SLICES, View.ADMIN)
MOST_RPCS = 12


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_costs_a_few_calls_and_far_less_than_the_limit(file: Path) -> None:
    document = parse(file.read_text())
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    # Pages that a variable decides count as the greatest there is.
    names = [each.variable.name.value for each in operation.variable_definitions or ()]
    variables = VariableValues({}, dict.fromkeys(names, 100))
    cost = PlanCost(plan_operation(GRAPH, document, operation, variables)).of(variables)
    assert 0 < cost.rpcs <= MOST_RPCS
    assert cost.units <= Limits().cost / 2
