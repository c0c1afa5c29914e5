"""The composition root: settings → adapters → use cases → servicers."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from elasticsearch import AsyncElasticsearch
from emporium.catalog.v1.catalog_pb2_grpc import (
    add_CatalogServiceServicer_to_server,
    add_InventoryServiceServicer_to_server,
)
from emporium.catalog.v1.collection_pb2_grpc import add_CollectionServiceServicer_to_server
from emporium.catalog.v1.job_pb2_grpc import add_JobServiceServicer_to_server
from emporium.catalog.v1.merchandising_pb2_grpc import add_MerchandisingServiceServicer_to_server
from emporium.catalog.v1.product_pb2_grpc import add_ProductServiceServicer_to_server

from chassis.database import BY_KEY, Database, database
from chassis.dead_letters import ParkedEvents
from chassis.inbox import Consumer
from chassis.invariants import InvariantViews
from chassis.operations import registration
from chassis.outbox import Relay
from chassis.rpc import Registration
from chassis.run import Service
from subgraphs.catalog.adapters.elasticsearch.connection import Health, elasticsearch
from subgraphs.catalog.adapters.elasticsearch.product_index import ElasticsearchIndex
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.elasticsearch.related import ElasticsearchRelated
from subgraphs.catalog.adapters.elasticsearch.search import ElasticsearchSearch
from subgraphs.catalog.adapters.postgres.addresses import PostgresAddresses
from subgraphs.catalog.adapters.postgres.attribute_definitions import PostgresAttributeDefinitions
from subgraphs.catalog.adapters.postgres.brands import PostgresBrands
from subgraphs.catalog.adapters.postgres.categories import TOPIC, PostgresCategories
from subgraphs.catalog.adapters.postgres.category_names import PostgresCategoryNames
from subgraphs.catalog.adapters.postgres.category_paths import PostgresCategoryPaths
from subgraphs.catalog.adapters.postgres.category_writes import PostgresCategoryWrites
from subgraphs.catalog.adapters.postgres.changes import PostgresChanges
from subgraphs.catalog.adapters.postgres.channels import PostgresChannels
from subgraphs.catalog.adapters.postgres.collection_writes import PostgresCollectionWrites
from subgraphs.catalog.adapters.postgres.collections import PostgresCollections
from subgraphs.catalog.adapters.postgres.idempotency import forget_old_keys
from subgraphs.catalog.adapters.postgres.index_entries import (
    PostgresIndexEntries,
    PostgresIndexRebuilds,
    PostgresIndexSource,
)
from subgraphs.catalog.adapters.postgres.job_export import PostgresExportEffects
from subgraphs.catalog.adapters.postgres.job_import import PostgresImportEffects
from subgraphs.catalog.adapters.postgres.job_queue import PostgresJobQueue
from subgraphs.catalog.adapters.postgres.jobs import PostgresJobs
from subgraphs.catalog.adapters.postgres.prices import PostgresPrices
from subgraphs.catalog.adapters.postgres.product_edits import PostgresProductEdits
from subgraphs.catalog.adapters.postgres.product_writes import PostgresProductWrites
from subgraphs.catalog.adapters.postgres.products import PostgresProducts
from subgraphs.catalog.adapters.postgres.publications import PostgresPublications
from subgraphs.catalog.adapters.postgres.related import PostgresRelated
from subgraphs.catalog.adapters.postgres.sales import PostgresSales
from subgraphs.catalog.adapters.postgres.search import PostgresSearch
from subgraphs.catalog.adapters.postgres.shelves import PostgresShelves
from subgraphs.catalog.adapters.postgres.stock import PostgresStock
from subgraphs.catalog.adapters.postgres.stock_locations import PostgresStockLocations
from subgraphs.catalog.adapters.postgres.stock_reading import PostgresStockReading
from subgraphs.catalog.adapters.postgres.translations import PostgresTranslations
from subgraphs.catalog.app.adjust_stock import AdjustStock
from subgraphs.catalog.app.arrange_categories import ArrangeCategories
from subgraphs.catalog.app.arrange_collections import ArrangeCollections
from subgraphs.catalog.app.browse_brands import BrowseBrands
from subgraphs.catalog.app.browse_categories import BrowseCategories
from subgraphs.catalog.app.browse_collections import BrowseCollections
from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.count_sales import CountSales
from subgraphs.catalog.app.define_attributes import DefineAttributes
from subgraphs.catalog.app.edit_products import EditProducts
from subgraphs.catalog.app.expire_reservations import ExpireReservations
from subgraphs.catalog.app.export_catalog import ExportCatalog
from subgraphs.catalog.app.follow_publication_plans import FollowPublicationPlans
from subgraphs.catalog.app.import_catalog import ImportCatalog
from subgraphs.catalog.app.index_products import IndexProducts
from subgraphs.catalog.app.keep_index import KeepIndex
from subgraphs.catalog.app.keep_locations import KeepLocations
from subgraphs.catalog.app.keep_shelves import KeepShelves
from subgraphs.catalog.app.look_up_products import LookUpProducts
from subgraphs.catalog.app.manage_jobs import ManageJobs
from subgraphs.catalog.app.move_reservations import MoveReservations
from subgraphs.catalog.app.product_app import ProductApp
from subgraphs.catalog.app.publish_products import PublishProducts
from subgraphs.catalog.app.read_changes import ReadChanges
from subgraphs.catalog.app.read_stock import ReadStock
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from subgraphs.catalog.app.rebuild_index_job import RebuildIndexJob
from subgraphs.catalog.app.relate_products import RelateProducts
from subgraphs.catalog.app.report_index_status import ReportIndexStatus
from subgraphs.catalog.app.reserve_stock import ReserveStock
from subgraphs.catalog.app.run_jobs import RunJobs
from subgraphs.catalog.app.search_products import SearchProducts
from subgraphs.catalog.app.set_prices import AdvancePrices, SetPrices
from subgraphs.catalog.app.settle_locations import SettleLocations
from subgraphs.catalog.app.suggest import Suggest
from subgraphs.catalog.app.translate import Translate
from subgraphs.catalog.app.update_seo import UpdateSeo
from subgraphs.catalog.app.upsert_products import UpsertProducts
from subgraphs.catalog.app.verify_index import VerifyIndex
from subgraphs.catalog.consumers import product_changes
from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.domain.job import JobKind
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.rpc.catalog_servicer import CatalogServicer
from subgraphs.catalog.rpc.collection_servicer import CollectionServicer
from subgraphs.catalog.rpc.inventory_servicer import InventoryServicer
from subgraphs.catalog.rpc.job_servicer import JobServicer
from subgraphs.catalog.rpc.merchandising_servicer import MerchandisingServicer
from subgraphs.catalog.rpc.product_servicer import ProductServicer
from subgraphs.catalog.settings import CatalogSettings

MIGRATIONS = Path(__file__).parent / "adapters" / "postgres" / "migrations"
INVARIANTS = {"I1": ["broken_stock", "unheld_stock"], "I6": ["overdue_reservations"]}
"""The views of them that are in catalog's database."""
NOWHERE = "http://127.0.0.1:1"
"""What a client without ELASTICSEARCH_URL would call; health keeps it from calling at all."""


@dataclass(frozen=True, kw_only=True)
class SearchIndexing:
    """What keeps the search index in step."""

    index: IndexProducts
    keep: KeepIndex
    rebuild: RebuildIndex
    status: ReportIndexStatus
    verify: VerifyIndex
    entries: PostgresIndexEntries


@asynccontextmanager
async def bootstrap(settings: CatalogSettings) -> AsyncGenerator[Service]:
    """The running service. Only PostgreSQL must answer."""
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(database(settings.database_url, max_size=settings.database_pool_size))
        moves = await stack.enter_async_context(
            database(settings.database_url, max_size=settings.database_pool_size, settings=BY_KEY, beside=db)
        )
        client = await stack.enter_async_context(elasticsearch(settings.elasticsearch_url or NOWHERE))
        health = Health()
        indexing = search_indexing(settings, db, client, health)
        app = catalog_app(settings, db, stock_of(settings, moves), client, health, indexing)
        operations = registration(ParkedEvents(db, "catalog"), InvariantViews(db, INVARIANTS))
        rpc = [*registrations(app), products_registration(settings, db), operations]
        yield Service(rpc=rpc, background=background(settings, db, indexing))


def stock_of(settings: CatalogSettings, db: Database) -> PostgresStock:
    """Stock by the shop's rules."""
    return PostgresStock(db, settings.allocation_strategy, settings.low_stock_threshold)


def search_indexing(
    settings: CatalogSettings, db: Database, client: AsyncElasticsearch, health: Health
) -> SearchIndexing:
    """The read model's upkeep on these parts."""
    store = ElasticsearchIndex(
        client,
        alias=settings.elasticsearch_index,
        shards=settings.elasticsearch_shards,
        replicas=settings.elasticsearch_replicas,
    )
    source, entries = PostgresIndexSource(db, settings.default_locale), PostgresIndexEntries(db)
    rebuilds = PostgresIndexRebuilds(db)
    rebuild = RebuildIndex(source, store, rebuilds, settings.elasticsearch_index)
    return SearchIndexing(
        index=IndexProducts(entries, source, store, health),
        keep=KeepIndex(store, entries, health, rebuild, rebuilds),
        rebuild=rebuild,
        status=ReportIndexStatus(source, store, entries, health),
        verify=VerifyIndex(source, store, entries),
        entries=entries,
    )


def catalog_app(
    settings: CatalogSettings,
    db: Database,
    stock: PostgresStock,
    client: AsyncElasticsearch,
    health: Health,
    indexing: SearchIndexing,
) -> CatalogApp:
    """The use cases on these parts."""
    ranking = read_ranking(settings.search_settings_file)
    engine = ElasticsearchSearch(
        client,
        health,
        ranking,
        alias=settings.elasticsearch_index,
        timeout_seconds=settings.search_timeout_seconds,
    )
    products = PostgresProducts(db)
    writes, categories = (
        PostgresProductWrites(db, settings.default_channel),
        PostgresCategories(db, settings.default_channel),
    )
    collections = PostgresCollections(db, settings.default_channel)
    channels = channel_directory(settings, db)
    return CatalogApp(
        look_up=LookUpProducts(products),
        browse=BrowseCategories(categories, products),
        arrange_categories=ArrangeCategories(PostgresCategoryWrites(db), categories),
        browse_collections=BrowseCollections(collections, products),
        arrange_collections=ArrangeCollections(PostgresCollectionWrites(db, settings.default_channel), collections),
        search=SearchProducts(engine, PostgresSearch(db), products, categories, PostgresCategoryPaths(db)),
        suggest=Suggest(engine, PostgresSearch(db), PostgresCategoryNames(db), ranking.suggested_queries),
        relate=RelateProducts(
            ElasticsearchRelated(
                client,
                health,
                ranking.likeness,
                alias=settings.elasticsearch_index,
                timeout_seconds=settings.search_timeout_seconds,
            ),
            PostgresRelated(db),
            PostgresSales(db, ranking.popularity),
            products,
        ),
        upsert=UpsertProducts(writes),
        channels=channels,
        publish=PublishProducts(PostgresPublications(db), products, channels),
        seo=UpdateSeo(PostgresAddresses(db)),
        translate=Translate(PostgresTranslations(db), settings.default_locale),
        index_status=indexing.status,
        rebuild_index=indexing.rebuild,
        verify_index=indexing.verify,
        jobs=ManageJobs(PostgresJobs(db), settings.default_currency),
        read_stock=ReadStock(PostgresStockReading(db, settings.low_stock_threshold)),
        locations=KeepLocations(PostgresStockLocations(db, settings.low_stock_threshold)),
        reserve=ReserveStock(stock),
        move=MoveReservations(stock),
        adjust=AdjustStock(stock),
    )


def channel_directory(settings: CatalogSettings, db: Database) -> ChannelDirectory:
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


def registrations(app: CatalogApp) -> list[Registration]:
    """The servicers as a server takes them."""
    return [
        (add_CatalogServiceServicer_to_server, CatalogServicer(app), "emporium.catalog.v1.CatalogService"),
        (
            add_CollectionServiceServicer_to_server,
            CollectionServicer(app),
            "emporium.catalog.v1.CollectionService",
        ),
        (add_InventoryServiceServicer_to_server, InventoryServicer(app), "emporium.catalog.v1.InventoryService"),
        (add_JobServiceServicer_to_server, JobServicer(app.jobs), "emporium.catalog.v1.JobService"),
        (
            add_MerchandisingServiceServicer_to_server,
            MerchandisingServicer(app),
            "emporium.catalog.v1.MerchandisingService",
        ),
    ]


def products_registration(settings: CatalogSettings, db: Database) -> Registration:
    """ProductService on its use cases."""
    writes = PostgresProductWrites(db, settings.default_channel)
    app = ProductApp(
        edit=EditProducts(writes, PostgresProductEdits(db, writes, settings.default_channel)),
        prices=SetPrices(PostgresPrices(db)),
        attributes=DefineAttributes(PostgresAttributeDefinitions(db)),
        brands=BrowseBrands(PostgresBrands(db)),
        changes=ReadChanges(PostgresChanges(db)),
    )
    shop = Shop(channel=settings.default_channel, currency=settings.default_currency)
    return add_ProductServiceServicer_to_server, ProductServicer(app, shop), "emporium.catalog.v1.ProductService"


def background(
    settings: CatalogSettings, db: Database, indexing: SearchIndexing
) -> dict[str, Callable[[], Awaitable[None]]]:
    """What runs beside the server."""
    work: dict[str, Callable[[], Awaitable[None]]] = {
        "publications": FollowPublicationPlans(PostgresPublications(db)).run,
        "popularity": CountSales(
            PostgresSales(db, read_ranking(settings.search_settings_file).popularity),
            indexing.entries,
            settings.popularity_interval_seconds,
        ).run,
        "expiry": ExpireReservations(stock_of(settings, db), settings.expiry_interval_seconds).run,
        "locations": SettleLocations(
            PostgresStockLocations(db, settings.low_stock_threshold), settings.expiry_interval_seconds
        ).run,
    }
    work["shelves"] = KeepShelves(PostgresShelves(db, settings.default_channel)).run
    work["prices"] = AdvancePrices(PostgresPrices(db), settings.price_interval_seconds).run
    if settings.kafka_bootstrap_servers:
        work["relay"] = Relay(db, settings.kafka_bootstrap_servers, source="catalog").run
        consumer = Consumer(
            db,
            settings.kafka_bootstrap_servers,
            group=settings.search_consumer_group,
            topics=[TOPIC],
            handlers=product_changes.handlers(indexing.entries),
        )
        work["search-changes"] = consumer.run
        work["housekeeping"] = partial(forget_old_keys, db, [consumer.prune])
    if settings.job_slots:
        work["jobs"] = job_worker(settings, db, indexing).run
    if settings.elasticsearch_url:
        work["index"] = indexing.index.run
        work["index-keeper"] = indexing.keep.run
    return work


def job_worker(settings: CatalogSettings, db: Database, indexing: SearchIndexing) -> RunJobs:
    """What does the jobs."""
    queue, writes = PostgresJobQueue(db), PostgresProductWrites(db, settings.default_channel)
    return RunJobs(
        queue,
        {
            JobKind.CATALOG_IMPORT: ImportCatalog(PostgresJobs(db), PostgresImportEffects(db, writes)),
            JobKind.CATALOG_EXPORT: ExportCatalog(PostgresExportEffects(db, settings.default_channel)),
            JobKind.SEARCH_INDEX_REBUILD: RebuildIndexJob(indexing.rebuild, PostgresIndexSource(db), queue),
        },
        slots=settings.job_slots,
        lease_seconds=settings.job_lease_seconds,
    )
