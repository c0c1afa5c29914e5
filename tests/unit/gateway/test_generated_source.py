"""What is compiled holds nothing a client wrote."""

import ast
import keyword
import random
import re
from typing import Any

import pytest
from graphql import parse, validate

from gateway.federation.generate import generate
from gateway.federation.program import Program
from tests.fakes.differential import GRAPH, Tally, compare, prepare
from tests.fakes.shop_backend import ADMIN
from tests.fixtures.parsing import parsed

OURS = re.compile(
    r"rows|given|e|len|sum|map|str|enumerate|LISTS|[bciknotv]\d+|(collect|project|weigh|faults|places)\d+"
    r"|__class__|HasField|get|odd|absent|leads|leaf|made|refused"
)
NASTY = (
    "'", '\\"', "');__import__('os').system('true')#", "\\n", "#0", "{0}", "c1", "%s", "]", "\\u2028",
)  # fmt: skip
ALIASES = (*keyword.kwlist, "rows", "made", "odd", "c0", "o1", "t1", "n1", "_", "_0", "class_", "eval", "exec")


def vocabulary() -> set[str]:
    """Names of the schema and of its messages."""
    names = set(GRAPH.schema.type_map)
    for message in GRAPH.messages.values():
        descriptor: Any = getattr(message, "DESCRIPTOR", None)
        names |= set(descriptor.fields_by_name) if descriptor else set(message.__annotations__)
    return names


def strangers(program: Program) -> set[str]:
    """Names and texts in the source that are neither ours nor the schema's."""
    found: set[str] = set()
    for node in ast.walk(parsed(program.source)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
                found.add(name)
            case ast.Constant(value=str(text)):
                found |= set() if re.fullmatch(r"#\d+", text) else {text}
            case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Lambda():
                found.add(ast.dump(node))
            case _:
                pass
    return {name for name in found if not OURS.fullmatch(name)} - vocabulary()


@pytest.mark.parametrize("seed", range(60))
def test_no_text_of_a_client_is_in_the_source(seed: int) -> None:
    chosen = random.Random(seed)

    def alias() -> str:
        return f"{chosen.choice(ALIASES)}{chosen.choice(['', 'zq'])}{chosen.randint(0, 10**6)}"

    text = f"""query {alias()}(${alias()}: Boolean, $v{alias()}: [ID!] = ["{chosen.choice(NASTY)}"]) {{
      {alias()}: productsById(ids: ["{chosen.choice(NASTY)}", "prd_1"]) {{ ...{"F" + alias()} }}
      {alias()}: products(where: {{names: ["{chosen.choice(NASTY)}"]}}) {{
        {alias()}: nodes {{ {alias()}: title(upper: true) {alias()}: image {{ {alias()}: url }} }}
      }}
      {alias()}: category(id: "{chosen.choice(NASTY)}") {{ {alias()}: parent {{ {alias()}: __typename }} }}
    }}"""
    name = re.search(r"\.\.\.(\w+)", text)
    assert name
    text += f" fragment {name[1]} on Product {{ {alias()}: category {{ {alias()}: name }} }}"
    document = parse(text)
    assert not [problem for problem in validate(GRAPH.schema, document) if "never used" not in problem.message]
    plan, _ = prepare(document, {})
    program = generate(plan)
    assert program.careful
    assert strangers(program) | strangers(program.careful) == set()


@pytest.mark.parametrize("alias", ALIASES)
async def test_any_name_may_be_an_alias(alias: str) -> None:
    text = f"{{ products(first: 3) {{ {alias}: nodes {{ {alias}: name category {{ {alias}: name }} }} }} }}"
    await compare(parse(text), {}, down=set(), caller=ADMIN, tally=Tally())
