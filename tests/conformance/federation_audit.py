"""Runs one case of `test_federation_audit.py`: by the program, by the walk alone, and by graphql-core."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from graphql import OperationDefinitionNode, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from chassis.identity import Caller
from gateway import node
from gateway.context import RequestContext
from gateway.federation.answer import write
from gateway.federation.compose import compose
from gateway.federation.execute import Run
from gateway.federation.generate import generate
from gateway.federation.plan import plan_operation
from tests.fakes.graphql_core import reference, with_resolvers
from tests.fakes.shop_backend import ADMIN, Backend, ShopContext
from tests.fakes.shop_slices import SLICES

ALL = (*SLICES, node.SLICE)
GRAPH = compose(ALL)
REFERENCE = with_resolvers(compose(ALL))
NULL = "Cannot return null for non-nullable field"


@dataclass(frozen=True, kw_only=True)
class Case:
    """An operation over the fixture's subgraphs (ids that end in 3 are unknown there, in 7 refused), and what is to
    come of it."""

    suite: str
    """Of the audit."""
    says: str
    query: str
    data: Any
    errors: tuple[str, ...] = ()
    """Path and message of each, as "a.0.b: why"."""
    calls: dict[str, int] | None = None
    """RPCs by name."""
    variables: dict[str, Any] = field(default_factory=dict)
    caller: Caller = ADMIN
    down: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.suite}: {self.says}"


class AuditContext(ShopContext):
    """The fixture's context, which finds nodes too."""

    graph = GRAPH
    find = RequestContext.find

    def below(self, asked: Any) -> "AuditContext":
        view = AuditContext(self.backend, self.caller)
        view.asked, view.degraded = asked, self.degraded
        return view


@dataclass(frozen=True)
class Outcome:
    """What one way of executing gave."""

    data: Any
    errors: tuple[str, ...]
    calls: Counter[str]


async def by_gateway(case: Case, *, compiled: bool) -> Outcome:
    document = parse(case.query)
    assert not validate(GRAPH.schema, document)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    values = get_variable_values(GRAPH.schema, operation.variable_definitions or (), case.variables)
    assert isinstance(values, VariableValues), values
    plan = plan_operation(GRAPH, document, operation, values)
    backend = Backend(down=set(case.down))
    run = Run(plan, AuditContext(backend, case.caller), values, generate(plan) if compiled else None)  # type: ignore[arg-type]
    await run.fetch_all()
    written = write(run)
    told = [f"{dotted(error.path)}: {error.cause}" for error in written.errors]
    return Outcome(written.data, tuple(sorted(told)), backend.calls)


async def by_graphql_core(case: Case) -> Outcome:
    backend = Backend(down=set(case.down))
    answer = await reference(REFERENCE, parse(case.query), AuditContext(backend, case.caller), case.variables)
    told = [f"{dotted(error.path or ())}: {error.original_error or error.message}" for error in answer.errors or ()]
    return Outcome(answer.data, tuple(sorted(told)), backend.calls)


def dotted(path: Any) -> str:
    return ".".join(map(str, path))
