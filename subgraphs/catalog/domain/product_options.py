"""What the variants of a product are told apart by. Pure."""

from collections.abc import Iterator, Sequence

from subgraphs.catalog.domain.product import Fault, ProductContent, ProductOption, VariantContent

MOST_OPTIONS = 10
LONGEST_OPTION = 200
"""Characters of a name or a value."""


def derived_options(
    variants: Sequence[VariantContent], known: Sequence[ProductOption] = ()
) -> tuple[ProductOption, ...]:
    """The known options, and what the variants say beyond them, in the order of their appearance."""
    values = {option.name: dict.fromkeys(option.values) for option in known}
    for variant in variants:
        for each in variant.options:
            values.setdefault(each.name, {})[each.value] = None
    return tuple(ProductOption(name=name, values=tuple(found)) for name, found in values.items())


def option_faults(content: ProductContent, at: tuple[str, ...]) -> Iterator[Fault]:
    """Each variant has one value of each option, and no two have the same. Without options, SKUs tell them apart."""
    yield from _declaration_faults(content.options, (*at, "options"))
    if not content.options and not any(variant.options for variant in content.variants):
        return
    declared = {option.name: set(option.values) for option in content.options}
    seen: dict[frozenset[tuple[str, str]], str] = {}
    for index, variant in enumerate(content.variants):
        place = (*at, "variants", str(index), "options")
        faults = [*_variant_faults(variant, declared, place)]
        yield from faults
        if faults:
            continue
        chosen = frozenset((each.name, each.value) for each in variant.options)
        twin = seen.setdefault(chosen, variant.sku)
        if twin != variant.sku:
            said = ", ".join(f"{each.name} {each.value}" for each in variant.options)
            yield Fault(code="TAKEN", field=place, message=f"variant {twin!r} of this product is {said} already")


def _declaration_faults(options: Sequence[ProductOption], at: tuple[str, ...]) -> Iterator[Fault]:
    if len(options) > MOST_OPTIONS:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_OPTIONS} options")
    names: set[str] = set()
    for index, option in enumerate(options):
        place = (*at, str(index))
        yield from _text_faults(option.name, (*place, "name"))
        if option.name in names:
            yield Fault(code="TAKEN", field=(*place, "name"), message=f"option {option.name!r} stands twice")
        names.add(option.name)
        for number, value in enumerate(option.values):
            yield from _text_faults(value, (*place, "values", str(number)))
        if len(set(option.values)) != len(option.values):
            yield Fault(code="TAKEN", field=(*place, "values"), message=f"option {option.name!r} has a value twice")


def _text_faults(text: str, at: tuple[str, ...]) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(code="REQUIRED", field=at, message="an option has a name, and its values are words")
    if len(text) > LONGEST_OPTION:
        yield Fault(code="TOO_LONG", field=at, message=f"at most {LONGEST_OPTION} characters")
    if "\x00" in text:
        yield Fault(code="INVALID", field=at, message="it contains the character U+0000; remove it")


def _variant_faults(variant: VariantContent, declared: dict[str, set[str]], at: tuple[str, ...]) -> Iterator[Fault]:
    given: set[str] = set()
    for index, each in enumerate(variant.options):
        place = (*at, str(index))
        if each.name not in declared:
            yield Fault(
                code="NOT_FOUND", field=(*place, "name"),
                message=f"the product has no option {each.name!r}; it has {_listed(declared) or 'none'}",
            )  # fmt: skip
        elif each.value not in declared[each.name]:
            yield Fault(
                code="NOT_FOUND", field=(*place, "value"),
                message=f"{each.name} is one of {_listed(declared[each.name])}, not {each.value!r}",
            )  # fmt: skip
        if each.name in given:
            yield Fault(code="TAKEN", field=(*place, "name"), message=f"{each.name} is given twice")
        given.add(each.name)
    missing = [name for name in declared if name not in given]
    if missing:
        yield Fault(code="REQUIRED", field=at, message=f"variant {variant.sku!r} has no {', no '.join(missing)}")


def _listed(words: set[str] | dict[str, set[str]]) -> str:
    return ", ".join(sorted(words)[:20])
