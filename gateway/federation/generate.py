"""Plan → Python source: functions of a fetch over whole columns, without a call or an object an item but the dict.

    { orders { number lines { product { name } } } }

    def collect1(rows, given): return [k4 for o1 in rows … for o2 in o1.lines if (k4 := o2.product_id)]
    def project1(rows, given): return [{'#3': o3.name} if o3.__class__ is c1 else given.absent(o3) for o3 in rows]
    def project0(rows, given, t1): return [[{'#0': o1.number, '#1': [{'#2': t1[k4] …} for o2 in o1.lines]} …] …]
    def weigh0(rows, given): return 1 * len(rows) + 3 * sum([len(o1.lines) for o1 in rows …])

`collect` reads from the parent fetch's rows what a child hangs on (keys of a link, parents of a batched field), in the
order in which `project` will ask for the child's answers: a link's by key (`t1[key]`), a batched field's in step
(`n1()`). `weigh` says how many values a fetch writes at most.

A *plain* program knows no error: it raises at the first value that is not the plain good case. Then the plan's
*careful* program, which writes null there and counts it, and has two more functions a fetch that find it again:

    def faults0(rows, given): return [[((i1, '#0'), e) for i1, o1 in enumerate(rows) … if (e := c5(o1.…)) is not None]]
    def places0(rows, given, b1): return [[((i1, '#1', i2, '#2'), k4) for i1, o1 … if (k4 := o2.product_id) in b1]]

`faults` gives the path and the cause of everything wrong with the rows themselves, `places` where a child's troubled
rows stand (`b1`: their keys); `repair.py` puts errors and nulls there.

No text of a client gets here: response keys are numbers (`'#3'`), put in place after compilation; argument values and
everything else that is not the schema's own name are bound constants (`c1`).
"""

from collections.abc import Sequence
from types import CodeType
from typing import Any

from chassis.graph.fields import Form
from gateway.federation import odd
from gateway.federation.columns import Column, child_name
from gateway.federation.expressions import NotCompilable, Writing
from gateway.federation.plan import Plan
from gateway.federation.program import Generated, Program


def generate(plan: Plan) -> Program:
    """Compiles a plan. Raises NotCompilable."""

    def careful() -> Program | None:
        try:
            return _compiled(plan, careful=True)
        except NotCompilable:
            return None

    program = _compiled(plan, careful=False)
    program.more = careful
    return program


def _compiled(plan: Plan, *, careful: bool) -> Program:
    writing = Writing(plan, careful=careful)
    for fetch in plan.roots:
        writing.rows(fetch)
    columns = [writing.columns[number] for number in sorted(writing.columns)]
    source = "\n".join(line for column in columns for line in _functions(column)) + "\n"
    names = odd.NAMES | writing.constants
    try:
        code = compile(source, "<plan>", "exec")
        exec(_with_keys(code, writing.keys), names)  # noqa: S102 (our own text: see the module's docstring)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise NotCompilable("nesting") from error
    fetches = [_generated(column, names) for column in columns]
    return Program(source=source, keys=writing.keys, fetches=fetches, is_careful=careful)


def _functions(column: Column) -> list[str]:
    """The source of a fetch's functions."""
    number, children = column.fetch.number, column.fetch.children
    answers = "".join(f", {child_name(child)}" for child in children)
    lines = [f"def collect{number}(rows, given): return {column.collect}"] if column.collect else []
    lines += [
        f"def project{number}(rows, given{answers}): return {column.project}",
        f"def weigh{number}(rows, given): return {' + '.join(column.weights)}",
    ]
    if column.faults:
        lines.append(f"def faults{number}(rows, given): return [{_listed(column.faults)}]")
    if column.places:
        lines.append(f"def places{number}(rows, given{_troubled(column)}): return [{_listed(column.places)}]")
    return lines


def _listed(found: Sequence[tuple[Any, str]]) -> str:
    return ", ".join(text for _, text in found)


def _troubled(column: Column) -> str:
    """Parameters of `places`: each child's troubled keys; a batched field's are counted in step with its parents."""
    return "".join(
        f", b{child.number}" + ("" if child.asked.owned.form is Form.LINK else f", {child_name(child)}")
        for child in column.fetch.children
    )


def _generated(column: Column, names: dict[str, Any]) -> Generated:
    number = column.fetch.number
    return Generated(
        fetch=column.fetch,
        parent=column.parent,
        collect=names.get(f"collect{number}"),
        project=names[f"project{number}"],
        weigh=names[f"weigh{number}"],
        faults=names.get(f"faults{number}"),
        sites=[site for site, _ in column.faults],
        places=names.get(f"places{number}"),
        hung=[site for site, _ in column.places],
    )


def _with_keys(code: CodeType, keys: Sequence[str]) -> CodeType:
    """Response keys in place of their numbers."""
    known = {f"#{number}": key for number, key in enumerate(keys)}

    def placed(constant: Any) -> Any:
        if isinstance(constant, CodeType):
            return _with_keys(constant, keys)
        if isinstance(constant, tuple):
            return tuple(placed(each) for each in constant)
        return known.get(constant, constant) if isinstance(constant, str) else constant

    return code.replace(co_consts=tuple(placed(each) for each in code.co_consts))
