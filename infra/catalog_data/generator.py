"""A catalogue made up by rule: the same seed gives the same products, one at a time, in constant memory."""

import random
from collections.abc import Iterator
from typing import Any

from infra.catalog_data.families import FAMILIES, Family
from infra.catalog_data.pictures import PICTURE_SIZE, picture

Record = dict[str, Any]

MOST_VARIANTS = 12


def generate(products: int, seed: int, *, start: int = 0, category_size: int | None = None) -> Iterator[Record]:
    """Records in the import format, from number `start` on. Product n is the same however many are asked for."""
    for number in range(start, products):
        yield make(number, seed, category_size)


def make(number: int, seed: int, category_size: int | None = None) -> Record:
    """One product with its variants; no category has more products than `category_size`."""
    family = FAMILIES[number % len(FAMILIES)]
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - made-up goods, not secrets
    brand, series, trait = chance.choice(family.brands), chance.choice(family.series), chance.choice(family.traits)
    model = f"{brand[0]}{series[0]}-{chance.randrange(100, 1000)}{chance.choice('ABEKLMRSTX')}".upper()
    facts = {label: chance.choice(values) for label, values in family.facts.items()}
    base = _price(chance, family)
    reference = f"demo-{seed}-{number:07d}"
    title = f"{brand} {series} {trait} {family.noun.lower()} {model}"
    colours = chance.sample(family.colours, k=min(len(family.colours), chance.randint(1, 3)))
    return {
        "id": reference,
        "title": title,
        "description": _description(chance, family, trait, facts),
        "brand": brand,
        "model": model,
        "category": [*family.category, *_shelf(number, category_size)],
        "released": f"{chance.randint(2019, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "image": picture(family.shape, colours[0], family.backdrop),
        "image_size": PICTURE_SIZE,
        "attributes": {**facts, "Colour": " / ".join(colours), "Trait": trait.capitalize()},
        "currency": "USD",
        "price_cents": base,
        "variants": _variants(chance, family, reference, colours, base),
    }


def _shelf(number: int, size: int | None) -> list[str]:
    return [f"Shelf {number // (len(FAMILIES) * size) + 1}"] if size else []


def _price(chance: random.Random, family: Family) -> int:
    low, high = family.prices
    # Most of a range is cheap, little of it dear; prices end as prices do.
    drawn = low + (high - low) * chance.random() ** 2
    return max(low, round(drawn / 1000) * 1000 - 100)


def _description(chance: random.Random, family: Family, trait: str, facts: dict[str, str]) -> str:
    label, value = chance.choice(sorted(facts.items()))
    sentences = chance.sample(family.sentences, k=min(2, len(family.sentences)))
    article = "An" if trait[0] in "aeiou" else "A"
    return f"{article} {trait} {family.noun.lower()}. {' '.join(sentences)} {label}: {value}."


def _variants(chance: random.Random, family: Family, reference: str, colours: list[str], base: int) -> list[Record]:
    axis, values = family.axis or ("", ("",))
    if len(values) > 4:
        begin = chance.randrange(len(values) - 3)
        values = values[begin : begin + 4]
    compare = base + 2000 if chance.random() < 0.15 else None
    variants: list[Record] = []
    for colour in colours:
        for step, value in enumerate(values):
            options = {"Colour": colour, **({axis: value} if axis else {})}
            more = step * family.surcharge
            variants.append({
                "sku": f"{reference}-{len(variants) + 1:02d}",
                "title": " / ".join(options.values()),
                "options": options,
                "price_cents": base + more,
                **({"compare_at_cents": compare + more} if compare else {}),
                "quantity": 0 if chance.random() < 0.06 else chance.randint(3, 120),
            })  # fmt: skip
    return variants[:MOST_VARIANTS]
