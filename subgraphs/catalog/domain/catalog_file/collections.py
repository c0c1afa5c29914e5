"""Collections in a catalogue file: products by their references, categories of rules by their paths."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from chassis.money import decimal_amount
from subgraphs.catalog.domain.catalog_file.beside import address_of
from subgraphs.catalog.domain.catalog_file.facts import exact_image
from subgraphs.catalog.domain.catalog_file.record import category_path
from subgraphs.catalog.domain.catalog_file.values import BadRecord, cents, shown, strings, text, truth
from subgraphs.catalog.domain.collection import (
    MOST_ARRANGED,
    CollectionRule,
    CollectionRules,
    NewCollection,
    RuleMatch,
)
from subgraphs.catalog.domain.texts import SeoChange

SEPARATOR = "\x1f"
"""Between the names of a category's path where a rule has its id."""
RULE = frozenset({
    "brands", "category", "attribute", "values", "min_price", "max_price", "currency", "available", "name_contains",
    "created_after",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionRecord:
    """A collection as a line says it. Categories of its rules are paths, joined by SEPARATOR."""

    slug: str
    content: NewCollection
    """Its products are external references."""
    address: SeoChange


def collection_of(record: Mapping[str, Any]) -> CollectionRecord:
    """Raises BadRecord."""
    slug = text(record, "id", required=True)
    products = strings(record, "products")
    if len(products) > MOST_ARRANGED:
        raise BadRecord("products", f"are {len(products):,}", f"put at most {MOST_ARRANGED:,} in by hand")
    content = NewCollection(
        name=text(record, "name", required=True), slug=slug, description=text(record, "description") or None,
        image=exact_image(record.get("image")), published=truth(record, "published", default=True),
        rules=_rules(record), product_ids=products, channels=tuple(sorted(strings(record, "channels"))),
    )  # fmt: skip
    for fault in content.faults():
        raise BadRecord(".".join(fault.field), fault.message, "mend the value")
    address = address_of({"seo_title": record.get("seo_title"), "seo_description": record.get("seo_description")})
    return CollectionRecord(slug=slug, content=content, address=address)


def _rules(record: Mapping[str, Any]) -> CollectionRules | None:
    given = record.get("rules")
    if given is None:
        return None
    match = text(record, "match") or RuleMatch.ALL
    if not isinstance(given, list) or match not in RuleMatch.__members__:
        raise BadRecord("rules", f"{shown(given)} are none", 'write [{"brands": ["Acme"]}] and "match": "ALL" or "ANY"')
    rules = tuple(_rule(each) for each in cast("list[Any]", given))
    return CollectionRules(match=RuleMatch(match), rules=rules)


def _rule(given: Any) -> CollectionRule:
    if not isinstance(given, dict) or set(cast("dict[str, Any]", given)) - RULE:
        raise BadRecord("rules", f"{shown(given)} is no rule", f"name one of {', '.join(sorted(RULE))}")
    rule = cast("dict[str, Any]", given)
    currency = text(rule, "currency") or None
    path = category_path(rule.get("category"))
    return CollectionRule(
        brands=strings(rule, "brands"), category=SEPARATOR.join(path) if path else None,
        attribute=text(rule, "attribute") or None, values=strings(rule, "values"),
        min_price=cents("min_price", rule, currency) if currency else None,
        max_price=cents("max_price", rule, currency) if currency else None, currency=currency,
        available=truth(rule, "available", default=True) if "available" in rule else None,
        name_contains=text(rule, "name_contains") or None, created_after=_moment(rule.get("created_after")),
    )  # fmt: skip


def _moment(given: Any) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRecord("rules", f"{shown(given)} is no time with its zone", "write 2026-12-01T00:00:00+00:00")
    return moment


def rule_written(rule: CollectionRule) -> dict[str, Any]:
    """As a line says it; its category is a path, joined by SEPARATOR."""
    currency = rule.currency or ""
    values: dict[str, Any] = {
        "brands": rule.brands,
        "category": rule.category.split(SEPARATOR) if rule.category else None,
        "attribute": rule.attribute,
        "values": rule.values,
        "min_price": None if rule.min_price is None else decimal_amount(rule.min_price, currency),
        "max_price": None if rule.max_price is None else decimal_amount(rule.max_price, currency),
        "currency": rule.currency,
        "available": rule.available,
        "name_contains": rule.name_contains,
        "created_after": rule.created_after and rule.created_after.astimezone(UTC).isoformat(),
    }
    return {name: value for name, value in values.items() if value is not None and value != ()}
