"""Every operation kept in the repository costs little of what one may cost."""

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from gateway.cost import PlanCost
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.federation.plan import plan_operation
from gateway.limits import Limits
from gateway.slices import SLICES
from tests.contract.kept_operations import kept_operations

GRAPH = compose(SLICES, View.ADMIN)
KEPT = {
    place: text
    for place, text in kept_operations().items()
    if not place.startswith("infra/bench/gateway_")  # of the bench's own slice, without a limit
}
MOST_RPCS = 12


@pytest.mark.parametrize("place", KEPT)
def test_an_operation_costs_a_few_calls_and_far_less_than_the_limit(place: str) -> None:
    document = parse(KEPT[place])
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    # Pages that a variable decides count as the greatest there is.
    names = [each.variable.name.value for each in operation.variable_definitions or ()]
    variables = VariableValues({}, dict.fromkeys(names, 100))
    cost = PlanCost(plan_operation(GRAPH, document, operation, variables)).of(variables)
    assert 0 < cost.rpcs <= MOST_RPCS
    assert cost.units <= Limits().cost / 2
