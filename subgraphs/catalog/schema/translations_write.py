"""Mutation.translationsUpsert and Mutation.translationsDelete."""

import strawberry
from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.seo_update import TextWritesPayload


@strawberry.input
class TranslatedTermInput:
    """A word that is translated by itself. Of a product: an option, or with `value` one of its values; of an attribute:
    a choice, which is a `value` alone."""

    option: str | None = strawberry.field(default=None, description="As it was written at first.")
    value: str | None = strawberry.field(default=None, description="As it was written at first.")
    text: str

    def message(self) -> pb.TranslatedTerm:
        return pb.TranslatedTerm(option=self.option, value=self.value, text=self.text)


@strawberry.input
class TranslationInput:
    """A whole translation: what is left out falls back."""

    id: strawberry.ID = strawberry.field(description="Of a product, category, collection, variant or attribute.")
    locale: str = strawberry.field(description="A language tag such as de or de-AT.")
    name: str | None = strawberry.field(default=None, description="Of an attribute: its label.")
    description: str | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    unit: str | None = strawberry.field(default=None, description="Of an attribute.")
    terms: list[TranslatedTermInput] = strawberry.field(
        default_factory=list, description="Of a product's options, or of an attribute's choices."
    )
    expected_version: Long | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the translation has another one; 0: it must be new."
    )

    def message(self) -> pb.TranslationInput:
        translation = pb.Translation(
            id=self.id,
            locale=self.locale,
            name=self.name,
            description=self.description,
            seo_title=self.seo_title,
            seo_description=self.seo_description,
            unit=self.unit,
            terms=[each.message() for each in self.terms],
        )
        return pb.TranslationInput(translation=translation, expected_version=self.expected_version)


@strawberry.input
class TranslationsUpsertInput:
    """At most 1,000 translations, each by itself."""

    translations: list[TranslationInput]


@strawberry.input
class TranslationKey:
    """Which translation."""

    id: strawberry.ID
    locale: str
    expected_version: Long | None = None


@strawberry.input
class TranslationsDeleteInput:
    """At most 1,000."""

    keys: list[TranslationKey]


@mutation(TextWritesPayload, permission=CATALOG_MANAGER, admin=True)
async def translations_upsert(ctx: CatalogContext, *, input: TranslationsUpsertInput) -> pb.TextWritesResponse:
    """Says in other languages what products, their variants and options, categories, collections and attributes are
    called."""
    translations = [each.message() for each in input.translations]
    return await ctx.merchandising.UpsertTranslations(pb.UpsertTranslationsRequest(translations=translations))


@mutation(TextWritesPayload, permission=CATALOG_MANAGER, admin=True)
async def translations_delete(ctx: CatalogContext, *, input: TranslationsDeleteInput) -> pb.TextWritesResponse:
    """Takes translations away; the entities are shown as they were written at first, or in a wider locale."""
    keys = [
        pb.TranslationKey(id=each.id, locale=each.locale, expected_version=each.expected_version) for each in input.keys
    ]
    return await ctx.merchandising.DeleteTranslations(pb.DeleteTranslationsRequest(keys=keys))
