"""A program's source as a person reads it: one section a fetch, response keys in their places.

    # 1  products.nodes.category: Category by id, after 0
    def collect1(rows, given):
        return [k8 for o1 in rows … for o3 in o1.nodes if (k8 := o3.category_id)]

For reading only: here the client's response keys are in the text, and nothing runs it.
"""

import re
from collections.abc import Iterator

from graphql import DocumentNode, OperationDefinitionNode

from gateway.federation.explain import Step, steps, whole_plan
from gateway.federation.generate import generate
from gateway.federation.graph import Graph
from gateway.federation.program import Program

FUNCTION = re.compile(r"(def [a-z]+(\d+)\(.*?\):) return (.*)")
KEY = re.compile(r"'#(\d+)'")


def listing(graph: Graph, document: DocumentNode, operation: OperationDefinitionNode) -> str:
    """Both programs of a valid operation, with all that `@skip` and `@include` may take away. Raises NotCompilable."""
    plan = whole_plan(graph, document, operation)
    by_number = {step.fetch.number: step for step in steps(plan)}
    program = generate(plan)
    parts = ["# ---- plain: raises at the first value that is odd", *_sections(program, by_number)]
    if program.careful:
        parts += [
            "",
            "# ---- careful: writes null there, and finds out what is wrong",
            *_sections(program.careful, by_number),
        ]
    return "\n".join(parts) + "\n"


def _sections(program: Program, by_number: dict[int, Step]) -> Iterator[str]:
    shown = -1
    for line in program.source.splitlines():
        if not (found := FUNCTION.fullmatch(line)):
            continue
        head, number, body = found.groups()
        if int(number) != shown:
            shown = int(number)
            step = by_number[shown]
            after = "" if step.after is None else f", after {step.after}"
            yield f"\n# {shown}  {'.'.join(step.path)}: {step.asks}{after}"
        yield f"{head}\n    return {KEY.sub(lambda key: repr(program.keys[int(key[1])]), body)}"
