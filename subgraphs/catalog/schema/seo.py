"""The GraphQL type Seo: what search engines are told of a page."""

from dataclasses import dataclass

from chassis.graph import PUBLIC, attribute, type_


@dataclass(frozen=True)
class SeoTexts:
    """As an entity has them."""

    title: str | None
    description: str | None


@type_(SeoTexts, permission=PUBLIC)
class Seo:
    """What a page tells search engines. Null: what it shows anyway will do."""

    title: str | None = attribute(description="For the page's <title>.")
    description: str | None = attribute(description='For the page\'s <meta name="description">.')
