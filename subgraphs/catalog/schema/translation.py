"""The GraphQL type EntityTranslation, for staff."""

from datetime import datetime

from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, attribute, type_


@type_(pb.Translation, permission=CATALOG_MANAGER, admin=True)
class EntityTranslation:
    """What an entity is called in one locale; null falls back to the language, then to what was written at first."""

    locale: str = attribute(description="A language tag such as de or de-AT.")
    name: str | None
    description: str | None
    seo_title: str | None
    seo_description: str | None
    version: Long = attribute(description="Of the translation, for `expectedVersion`.")
    updated_at: datetime
