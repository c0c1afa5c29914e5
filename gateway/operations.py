"""Operations of one view of the graph: parsed, checked and planned once, executed many times."""

import itertools
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from chassis.graph.fields import cursor_of
from gateway.characters import nul_faults, refuse_nul
from gateway.context import RequestContext
from gateway.cost import PlanCost
from gateway.documents import Documents
from gateway.errors import RequestRefused, shown
from gateway.federation.answer import Written, write
from gateway.federation.calls import only_shared
from gateway.federation.execute import Run, subscribe
from gateway.federation.explain import Told, report, rows_of
from gateway.federation.generate import NotCompilable, generate
from gateway.federation.graph import Graph
from gateway.federation.plan import plan_operation, steering_variables
from gateway.federation.troubles import AnswerTooLarge, Trouble
from gateway.limits import Limits, cost_faults, early_faults, guessing_faults, limit_faults
from gateway.metrics import Metrics
from gateway.prepared import Answer, Compiled, OperationRequest, Prepared
from gateway.recent import Recent
from gateway.resuming import event_number
from gateway.sharing.answers import Answers, Made

CACHED_PLANS = 1_000
CACHED_TEXT = 20_000
"""Longer documents are not kept."""
CACHED_CHARACTERS = 16_000_000
"""Of documents and generated source, kept together. A program takes about ten bytes a character."""
WITH_CAREFUL = 3
"""A careful program, compiled when something is first wrong, is about twice as long as the plain one."""
VALIDATION_ERRORS = 20
WARMED_STEERING = 2
"""Variables that steer `@skip` and `@include`: with more of them, plans wait for the values that are really sent."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A valid document."""

    document: DocumentNode
    steering: tuple[str, ...]
    """Variables that decide what is skipped and included."""


class Operations:
    """Prepares and executes operations of one view."""

    def __init__(
        self,
        graph: Graph,
        limits: Limits,
        metrics: Metrics,
        *,
        introspection: bool,
        known: Documents | None = None,
        cached: int = CACHED_PLANS,
    ) -> None:
        self.graph = graph
        self._limits = limits
        self._metrics = metrics
        self._introspection = introspection
        self._known = known or Documents(metrics)
        self._rules = specified_rules if introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._documents: Recent[str, Checked] = Recent(cached, CACHED_CHARACTERS)
        self._plans: Recent[tuple[Any, ...], Compiled] = Recent(cached, CACHED_CHARACTERS)

    def prepare(self, request: OperationRequest) -> Prepared:
        """Raises RequestRefused when the document, the operation's name or the variables are wrong."""
        text = self._known.text(request.query, request.document_id)
        checked = self._document(text)
        self._known.register(request.document_id, text)
        operation = _operation(checked.document, request.operation_name)
        refuse_nul(request.variables)
        values = get_variable_values(self.graph.schema, operation.variable_definitions or (), request.variables)
        if not isinstance(values, VariableValues):
            raise RequestRefused.document("BAD_USER_INPUT", values)
        compiled, reused = self._compiled(text, checked, operation, values)
        cost = compiled.cost.of(values)
        _refuse(cost_faults(cost.units, self._limits))
        return Prepared(
            compiled=compiled,
            reused=reused,
            cost=cost,
            variables=values,
            raw_variables=request.variables,
            after=event_number(compiled.plan, request.last_event_id),
        )

    def warm(self, text: str) -> bool:
        """Compiles a document of one operation before anybody asks; False when it is not valid in this view."""
        try:
            checked = self._document(text)
            operation = _operation(checked.document, None)
            if len(checked.steering) <= WARMED_STEERING:
                for choice in itertools.product((True, False), repeat=len(checked.steering)):
                    values = VariableValues(sources={}, coerced=dict(zip(checked.steering, choice, strict=True)))
                    self._compiled(text, checked, operation, values)
        except RequestRefused:
            return False
        return True

    def _compiled(
        self, text: str, checked: Checked, operation: OperationDefinitionNode, values: VariableValues
    ) -> tuple[Compiled, bool]:
        """And whether it was there already."""
        steering = tuple(values.coerced.get(name) for name in checked.steering)
        key = (text, operation.name and operation.name.value, steering)
        known = self._plans.get(key)
        if known is not None:
            return known, True
        compiled = self._compile(checked.document, operation, values)
        if len(text) <= CACHED_TEXT:
            source = compiled.program.source if compiled.program else ""
            self._plans.put(key, compiled, len(text) + WITH_CAREFUL * len(source))
        return compiled, False

    def _compile(self, document: DocumentNode, operation: OperationDefinitionNode, values: VariableValues) -> Compiled:
        plan = plan_operation(self.graph, document, operation, values)
        _refuse(guessing_faults(fetch.asked.name for fetch in plan.roots))
        cost = PlanCost(plan)
        # What costs too much is not worth compiling.
        _refuse(cost_faults(cost.of(values).units, self._limits))
        try:
            program = generate(plan)
        except NotCompilable:
            program = None
        return Compiled(plan=plan, program=program, cost=cost, shared=only_shared(plan))

    async def execute(self, prepared: Prepared, ctx: RequestContext, told: frozenset[str] = frozenset()) -> Answer:
        """The answer of a query or mutation; what goes wrong is in its errors. `told` are extensions to fill."""
        answers = _shared_answers(prepared, ctx, told)
        if answers is None:
            return (await self._executed(prepared, ctx, told)).answer
        shared, answer = await answers.get(prepared.shared_key(ctx.shop), lambda: self._executed(prepared, ctx, told))
        return answer if shared is None else Answer(data=shared.data, searched=shared.searched)

    def kept(self, prepared: Prepared, ctx: RequestContext, told: frozenset[str] = frozenset()) -> Answer | None:
        """What another request was answered, where that still holds for this one."""
        answers = _shared_answers(prepared, ctx, told)
        shared = answers.kept(prepared.shared_key(ctx.shop)) if answers else None
        return None if shared is None else Answer(data=shared.data, searched=shared.searched)

    async def _executed(self, prepared: Prepared, ctx: RequestContext, told: frozenset[str]) -> Made:
        run = Run(prepared.plan, ctx, prepared.variables, prepared.program)
        await run.fetch_all()
        answer = self._answer(prepared, run, ctx, told)
        if run.trail.searched:
            answer = replace(answer, searched=tuple(run.trail.searched))
        if prepared.plan.introspection and isinstance(answer.data, dict):
            self._metrics.answers.labels("introspection").inc()
            answer = _with_introspection(prepared, answer)
        return Made(answer=answer, data=None if answer.errors or ctx.degraded else answer.data, trail=run.trail)

    async def subscribe(
        self, prepared: Prepared, ctx: RequestContext, told: frozenset[str] = frozenset()
    ) -> AsyncGenerator[Answer]:
        """An answer for every event. A failure of the source is the last answer."""
        root = prepared.plan.roots[0]
        cursor = cursor_of(root.asked.owned.call)
        runs = subscribe(prepared.plan, ctx, prepared.variables, prepared.program, after=prepared.after)
        try:
            async for run in runs:
                answer = self._answer(prepared, run, ctx, told)
                yield replace(answer, event_id=str(cursor(run.held[root.number].values[0]))) if cursor else answer
        except Exception as error:  # noqa: BLE001 (told to the client; the stream ends)
            asked = prepared.plan.roots[0].asked
            yield Answer(data=None, errors=shown([Trouble(asked, error, (asked.key,))], ctx.caller.request_id))

    def _document(self, text: str) -> Checked:
        known = self._documents.get(text)
        if known is not None:
            self._metrics.documents.labels("cached").inc()
            return known
        try:
            document = self._checked(text)
        except RequestRefused:
            self._metrics.documents.labels("refused").inc()
            raise
        self._metrics.documents.labels("parsed").inc()
        checked = Checked(document=document, steering=tuple(sorted(steering_variables(document))))
        if len(text) <= CACHED_TEXT:
            self._documents.put(text, checked, len(text))
        return checked

    def _checked(self, text: str) -> DocumentNode:
        try:
            document = parse(text, max_tokens=self._limits.tokens)
        except GraphQLSyntaxError as error:
            raise RequestRefused.document("GRAPHQL_PARSE_FAILED", [error]) from None
        except RecursionError:
            raise RequestRefused.because(400, "GRAPHQL_PARSE_FAILED", "The document is nested too deeply.") from None
        if faults := early_faults(document, self._limits) or nul_faults(document, text):
            raise RequestRefused.document("GRAPHQL_VALIDATION_FAILED", faults)
        try:
            faults = validate(
                self.graph.schema,
                document,
                self._rules,
                max_errors=VALIDATION_ERRORS,
                hide_suggestions=not self._introspection,
            )
            faults = faults or limit_faults(document, self._limits)
        except RecursionError:
            raise RequestRefused.because(
                400, "GRAPHQL_VALIDATION_FAILED", "The document is nested too deeply."
            ) from None
        if faults:
            raise RequestRefused.document("GRAPHQL_VALIDATION_FAILED", faults)
        return document

    def _answer(self, prepared: Prepared, run: Run, ctx: RequestContext, told: frozenset[str]) -> Answer:
        started = time.perf_counter()
        try:
            written = write(run)
        except AnswerTooLarge as error:
            written = Written(data=None, errors=[Trouble(None, error, ())], compiled=False)
        self._metrics.answers.labels("program" if written.compiled else "walk").inc()
        answer = Answer(data=written.data, errors=shown(written.errors, ctx.caller.request_id))
        if not told:
            return answer
        most = {number: vars(cost) for number, cost in prepared.compiled.cost.by_fetch(prepared.variables).items()}
        facts = Told(
            compiled=written.compiled,
            reused=prepared.reused,
            write_seconds=time.perf_counter() - started,
            most=most,
        )
        plan = report(run, facts) if "plan" in told else None
        return replace(answer, plan=plan, rows=sum(map(rows_of, run.held)))


def _shared_answers(prepared: Prepared, ctx: RequestContext, told: frozenset[str]) -> Answers | None:
    """None when this request needs an execution of its own."""
    if not prepared.compiled.shared or ctx.sharing is None or ctx.fresh or "plan" in told:
        return None
    return ctx.sharing.answers


def _refuse(faults: Sequence[GraphQLError]) -> None:
    if faults:
        raise RequestRefused.document("GRAPHQL_VALIDATION_FAILED", faults)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [
        definition
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        and (not name or (definition.name is not None and definition.name.value == name))
    ]
    if len(found) == 1:
        return found[0]
    if name:
        message = f"There is no operation named {name[:80]!r}."
    else:
        message = "Say by `operationName` which operation to run." if found else "There is no operation to run."
    raise RequestRefused.because(400, "BAD_REQUEST", message)


def _with_introspection(prepared: Prepared, answer: Answer) -> Answer:
    """Fills in `__schema` and `__type`, which graphql-core answers."""
    plan = prepared.plan
    nodes = tuple(node for meta in plan.introspection for node in meta.nodes)
    operation = replace(plan.operation, selection_set=SelectionSetNode(selections=nodes), directives=())
    definitions = tuple(operation if each is plan.operation else each for each in plan.document.definitions)
    name = operation.name.value if operation.name else None
    result = execute_sync(
        plan.graph.schema,
        replace(plan.document, definitions=definitions),
        variable_values=prepared.raw_variables,
        operation_name=name,
    )
    fetched: Any = answer.data or {}
    data = {key: (result.data or {}).get(key, value) for key, value in fetched.items()}
    errors = [dict(error.formatted) for error in result.errors or ()]
    return replace(answer, data=data, errors=[*answer.errors, *errors])
