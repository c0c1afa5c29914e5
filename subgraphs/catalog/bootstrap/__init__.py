"""The composition root: settings → adapters → use cases → servicers, a module a part of the domain."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

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
from subgraphs.catalog.adapters.elasticsearch.connection import elasticsearch
from subgraphs.catalog.adapters.minilm.embedder import MiniLM
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.housekeeping import keep_house
from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.app.index_ports import Embedder
from subgraphs.catalog.app.product_app import ProductApp
from subgraphs.catalog.bootstrap.inventory import Inventory, inventory
from subgraphs.catalog.bootstrap.jobs import Jobs, jobs
from subgraphs.catalog.bootstrap.products import Products, products
from subgraphs.catalog.bootstrap.search import Search, search
from subgraphs.catalog.bootstrap.shelves import Shelves, shelves
from subgraphs.catalog.bootstrap.work import Background
from subgraphs.catalog.consumers import product_changes
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.rpc.catalog_servicer import CatalogServicer
from subgraphs.catalog.rpc.collection_servicer import CollectionServicer
from subgraphs.catalog.rpc.inventory_servicer import InventoryServicer
from subgraphs.catalog.rpc.job_servicer import JobServicer
from subgraphs.catalog.rpc.merchandising_servicer import MerchandisingServicer
from subgraphs.catalog.rpc.product_servicer import ProductServicer
from subgraphs.catalog.settings import CatalogSettings

MIGRATIONS = Path(__file__).parents[1] / "adapters" / "postgres" / "migrations"
INVARIANTS = {"I1": ["broken_stock", "unheld_stock"], "I6": ["overdue_reservations"]}
"""The views of them that are in catalog's database."""
NOWHERE = "http://127.0.0.1:1"
"""What a client without ELASTICSEARCH_URL would call; health keeps it from calling at all."""


@asynccontextmanager
async def bootstrap(settings: CatalogSettings, embedder: Embedder | None = None) -> AsyncGenerator[Service]:
    """The running service. Only PostgreSQL must answer. `embedder`: instead of the one that the settings ask for."""
    if embedder is None and settings.search_semantic:
        embedder = MiniLM()
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(database(settings.database_url, max_size=settings.database_pool_size))
        moves = await stack.enter_async_context(
            database(settings.database_url, max_size=settings.database_pool_size, settings=BY_KEY, beside=db)
        )
        client = await stack.enter_async_context(elasticsearch(settings.elasticsearch_url or NOWHERE))
        sold = products(settings, db)
        shelved = shelves(settings, db, sold.rows, sold.channels)
        searched = search(settings, db, client, sold.rows, shelved.categories, sold.channels, embedder)
        stocked = inventory(settings, db, moves)
        worked = jobs(settings, db, sold, searched.indexing)
        app = catalog_app(sold, shelved, searched, stocked, worked)
        operations = registration(ParkedEvents(db, "catalog"), InvariantViews(db, INVARIANTS))
        background: Background = {
            **sold.background, **shelved.background, **searched.background, **stocked.background, **worked.background,
            **announcing(settings, db, searched),
        }  # fmt: skip
        shop = Shop(channel=settings.default_channel, currency=settings.default_currency)
        yield Service(rpc=[*registrations(app, sold.app, shop), operations], background=background)


def catalog_app(sold: Products, shelved: Shelves, searched: Search, stocked: Inventory, worked: Jobs) -> CatalogApp:
    return CatalogApp(
        look_up=sold.look_up,
        upsert=sold.upsert,
        publish=sold.publish,
        channels=sold.channels,
        seo=sold.seo,
        translate=sold.translate,
        browse=shelved.browse,
        arrange_categories=shelved.arrange,
        browse_collections=shelved.browse_collections,
        arrange_collections=shelved.arrange_collections,
        search=searched.products,
        suggest=searched.suggest,
        learn_queries=searched.learn,
        block_queries=searched.block,
        relate=searched.relate,
        index_status=searched.indexing.status,
        rebuild_index=searched.indexing.rebuild,
        verify_index=searched.indexing.verify,
        read_stock=stocked.read,
        locations=stocked.locations,
        reserve=stocked.reserve,
        move=stocked.move,
        adjust=stocked.adjust,
        jobs=worked.manage,
    )


def registrations(app: CatalogApp, products: ProductApp, shop: Shop) -> list[Registration]:
    """The servicers as a server takes them."""
    package = "emporium.catalog.v1"
    return [
        (add_CatalogServiceServicer_to_server, CatalogServicer(app), f"{package}.CatalogService"),
        (add_CollectionServiceServicer_to_server, CollectionServicer(app), f"{package}.CollectionService"),
        (add_InventoryServiceServicer_to_server, InventoryServicer(app), f"{package}.InventoryService"),
        (add_JobServiceServicer_to_server, JobServicer(app.jobs), f"{package}.JobService"),
        (add_MerchandisingServiceServicer_to_server, MerchandisingServicer(app), f"{package}.MerchandisingService"),
        (add_ProductServiceServicer_to_server, ProductServicer(products, shop), f"{package}.ProductService"),
    ]


def announcing(settings: CatalogSettings, db: Database, searched: Search) -> Background:
    """What brings events to Kafka, and from there to the search index; what drops old rows needs none."""
    forget = searched.learnt.prune
    if not settings.kafka_bootstrap_servers:
        return {"housekeeping": partial(keep_house, db, [forget])}
    consumer = Consumer(
        db,
        settings.kafka_bootstrap_servers,
        group=settings.search_consumer_group,
        topics=[TOPIC],
        handlers=product_changes.handlers(searched.indexing.entries),
    )
    return {
        "relay": Relay(db, settings.kafka_bootstrap_servers, source="catalog").run,
        "search-changes": consumer.run,
        "housekeeping": partial(keep_house, db, [consumer.prune, forget]),
    }
