"""Products: read, written, published, priced; and in which words and at which addresses."""

from dataclasses import dataclass

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.addresses import PostgresAddresses
from subgraphs.catalog.adapters.postgres.attribute_definitions import PostgresAttributeDefinitions
from subgraphs.catalog.adapters.postgres.brand_writes import PostgresBrandWrites
from subgraphs.catalog.adapters.postgres.brands import PostgresBrands
from subgraphs.catalog.adapters.postgres.changes import PostgresChanges
from subgraphs.catalog.adapters.postgres.channels import PostgresChannels
from subgraphs.catalog.adapters.postgres.prices import PostgresPrices
from subgraphs.catalog.adapters.postgres.product_edits import PostgresProductEdits
from subgraphs.catalog.adapters.postgres.product_writes import PostgresProductWrites
from subgraphs.catalog.adapters.postgres.products import PostgresProducts
from subgraphs.catalog.adapters.postgres.publications import PostgresPublications
from subgraphs.catalog.adapters.postgres.translations import PostgresTranslations
from subgraphs.catalog.app.browse_brands import BrowseBrands
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.define_attributes import DefineAttributes
from subgraphs.catalog.app.edit_brands import EditBrands
from subgraphs.catalog.app.edit_products import EditProducts
from subgraphs.catalog.app.follow_publication_plans import FollowPublicationPlans
from subgraphs.catalog.app.look_up_products import LookUpProducts
from subgraphs.catalog.app.product_app import ProductApp
from subgraphs.catalog.app.publish_products import PublishProducts
from subgraphs.catalog.app.read_changes import ReadChanges
from subgraphs.catalog.app.set_prices import AdvancePrices, SetPrices
from subgraphs.catalog.app.translate import Translate
from subgraphs.catalog.app.update_seo import UpdateSeo
from subgraphs.catalog.app.upsert_products import UpsertProducts
from subgraphs.catalog.bootstrap.work import Background, timely
from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.settings import CatalogSettings

PUBLICATION_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Products:
    """What is there of products."""

    rows: PostgresProducts
    writes: PostgresProductWrites
    prices: PostgresPrices
    app: ProductApp
    look_up: LookUpProducts
    upsert: UpsertProducts
    publish: PublishProducts
    channels: ChannelDirectory
    seo: UpdateSeo
    translate: Translate
    background: Background


def products(settings: CatalogSettings, db: Database) -> Products:
    rows, writes = PostgresProducts(db), PostgresProductWrites(db, settings.default_channel)
    prices, publications = PostgresPrices(db), PostgresPublications(db)
    brands, channels = PostgresBrands(db), _channels(settings, db)
    return Products(
        rows=rows,
        writes=writes,
        prices=prices,
        app=ProductApp(
            edit=EditProducts(writes, PostgresProductEdits(db, writes, settings.default_channel)),
            prices=SetPrices(prices, channels),
            attributes=DefineAttributes(PostgresAttributeDefinitions(db)),
            brands=BrowseBrands(brands),
            edit_brands=EditBrands(PostgresBrandWrites(db), brands),
            changes=ReadChanges(PostgresChanges(db)),
        ),
        look_up=LookUpProducts(rows),
        upsert=UpsertProducts(writes),
        publish=PublishProducts(publications, rows, channels),
        channels=channels,
        seo=UpdateSeo(PostgresAddresses(db)),
        translate=Translate(PostgresTranslations(db), settings.default_locale),
        background={
            "prices": AdvancePrices(prices, timely(db, settings.price_interval_seconds)).run,
            "publications": FollowPublicationPlans(publications, timely(db, PUBLICATION_SECONDS)).run,
        },
    )


def _channels(settings: CatalogSettings, db: Database) -> ChannelDirectory:
    """The channels there are, and the default one."""
    own = settings.default_locale
    default = Channel(
        slug=settings.default_channel,
        name=settings.default_channel,
        currencies=(settings.default_currency,),
        default_locale=own,
        locales=(own,),
    )
    return ChannelDirectory(PostgresChannels(db), default, own)
