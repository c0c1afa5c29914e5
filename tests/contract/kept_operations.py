"""Every GraphQL operation that is kept in the repository, wherever it stands: files, Python, JavaScript, guides."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLSyntaxError, OperationDefinitionNode, parse

from tests.fixtures.parsing import parsed

ROOT = Path(__file__).parents[2]
SAVED = ROOT / "gateway" / "web" / "operations"
CODE = ("chassis", "gateway", "infra", "subgraphs", "tilt")
"""Tests ask what they like, most of it of slices of their own."""
IN_PYTHON = re.compile(r"[\"']\s*((query|mutation|subscription)\b|\{\s)")
OPERATION = re.compile(r"\s*((query|mutation|subscription)\b|\{\s)")
IN_JAVASCRIPT = re.compile(r"`([^`]*)`")
IN_GUIDES = re.compile(r"```graphql\n(.*?)```", re.DOTALL)


def kept_operations() -> dict[str, str]:
    """Document by where it stands: "gateway/web/operations/01_search.graphql", "infra/demo/operations.py:SEARCH"."""
    found = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in sorted(SAVED.rglob("*.graphql"))}
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            place = str(file.relative_to(ROOT))
            found |= {f"{place}:{name}": text for name, text in in_python(file.read_text(encoding="utf-8"))}
    for file in sorted((ROOT / "gateway" / "web" / "src").glob("*.js*")):
        found |= numbered(file, IN_JAVASCRIPT.findall(file.read_text(encoding="utf-8")))
    for file in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        found |= numbered(file, IN_GUIDES.findall(file.read_text(encoding="utf-8")))
    return {place: text for place, text in found.items() if is_operation(text)}


def numbered(file: Path, texts: list[str]) -> dict[str, str]:
    operations = [text for text in texts if is_operation(text)]
    return {f"{file.relative_to(ROOT)}:{number}": text for number, text in enumerate(operations, 1)}


def in_python(source: str) -> Iterator[tuple[str, str]]:
    """Name and text of the module's constants; texts elsewhere by their line. None when no text begins so."""
    if not IN_PYTHON.search(source):
        return
    tree = parsed(source)
    constants: dict[str, str] = {}
    seen: set[int] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                text = folded(value, constants)
                if text is not None:
                    constants[name] = text
                    seen |= {id(part) for part in ast.walk(value)}
            case _:
                pass
    yield from constants.items()
    for part in ast.walk(tree):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in seen:
            yield f"line {part.lineno}", part.value


def folded(value: ast.expr, constants: dict[str, str]) -> str | None:
    """The text an expression of texts, earlier constants and `+` stands for."""
    match value:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return constants.get(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = folded(left, constants), folded(right, constants)
            return None if None in parts else "".join(map(str, parts))
        case _:
            return None


def is_operation(text: str) -> bool:
    if not OPERATION.match(re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)):
        return False
    try:
        document = parse(text)
    except GraphQLSyntaxError:
        return False
    return any(isinstance(each, OperationDefinitionNode) for each in document.definitions)
