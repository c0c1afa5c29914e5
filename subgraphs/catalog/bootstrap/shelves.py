"""The category tree and collections, and what follows a change of them."""

from dataclasses import dataclass

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.categories import PostgresCategories
from subgraphs.catalog.adapters.postgres.category_writes import PostgresCategoryWrites
from subgraphs.catalog.adapters.postgres.collection_writes import PostgresCollectionWrites
from subgraphs.catalog.adapters.postgres.collections import PostgresCollections
from subgraphs.catalog.adapters.postgres.products import PostgresProducts
from subgraphs.catalog.adapters.postgres.shelves import PostgresShelves
from subgraphs.catalog.app.arrange_categories import ArrangeCategories
from subgraphs.catalog.app.arrange_collections import ArrangeCollections
from subgraphs.catalog.app.browse_categories import BrowseCategories
from subgraphs.catalog.app.browse_collections import BrowseCollections
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.keep_shelves import KeepShelves
from subgraphs.catalog.bootstrap.work import Background, prompt
from subgraphs.catalog.settings import CatalogSettings

PAUSE_SECONDS = 0.2
"""Between two looks in a busy shop."""


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What products stand on."""

    categories: PostgresCategories
    browse: BrowseCategories
    arrange: ArrangeCategories
    browse_collections: BrowseCollections
    arrange_collections: ArrangeCollections
    background: Background


def shelves(settings: CatalogSettings, db: Database, products: PostgresProducts, channels: ChannelDirectory) -> Shelves:
    channel = settings.default_channel
    categories, collections = PostgresCategories(db, channel), PostgresCollections(db, channel)
    return Shelves(
        categories=categories,
        browse=BrowseCategories(categories, products),
        arrange=ArrangeCategories(PostgresCategoryWrites(db), categories),
        browse_collections=BrowseCollections(collections, products),
        arrange_collections=ArrangeCollections(PostgresCollectionWrites(db, channel), collections, channels),
        background={"shelves": KeepShelves(PostgresShelves(db, channel), prompt(db, PAUSE_SECONDS)).run},
    )
