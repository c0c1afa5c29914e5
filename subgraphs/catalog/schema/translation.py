"""The GraphQL type EntityTranslation, for staff."""

from datetime import datetime

from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, attribute, type_


@type_(pb.TranslatedTerm, permission=CATALOG_MANAGER, admin=True)
class TranslatedTerm:
    """A word that is translated by itself: an option of a product, a value of one, or a choice of an attribute."""

    option: str | None = attribute(description="As it was written at first; null for a choice of an attribute.")
    value: str | None = attribute(description="As it was written at first; null for the option itself.")
    text: str


@type_(pb.Translation, permission=CATALOG_MANAGER, admin=True)
class EntityTranslation:
    """What an entity is called in one locale; null falls back to the language, then to what was written at first."""

    locale: str = attribute(description="A language tag such as de or de-AT.")
    name: str | None
    description: str | None
    seo_title: str | None
    seo_description: str | None
    unit: str | None = attribute(description="Of an attribute.")
    terms: list[TranslatedTerm] = attribute(description="Of a product's options, or of an attribute's choices.")
    version: Long = attribute(description="Of the translation, for `expectedVersion`.")
    updated_at: datetime
