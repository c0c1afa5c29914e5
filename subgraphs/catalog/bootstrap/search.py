"""Search: what asks the engine, and what keeps its index in step."""

from dataclasses import dataclass

from elasticsearch import AsyncElasticsearch

from chassis.database import Database
from subgraphs.catalog.adapters.elasticsearch.connection import Health
from subgraphs.catalog.adapters.elasticsearch.product_index import ElasticsearchIndex
from subgraphs.catalog.adapters.elasticsearch.query_vectors import QueryVectors
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.elasticsearch.related import ElasticsearchRelated
from subgraphs.catalog.adapters.elasticsearch.search import ElasticsearchSearch
from subgraphs.catalog.adapters.postgres.attribute_words import PostgresAttributeWords
from subgraphs.catalog.adapters.postgres.beginnings import PostgresBeginnings
from subgraphs.catalog.adapters.postgres.blocked_queries import PostgresBlockedQueries
from subgraphs.catalog.adapters.postgres.categories import PostgresCategories
from subgraphs.catalog.adapters.postgres.category_paths import PostgresCategoryPaths
from subgraphs.catalog.adapters.postgres.embeddings import PostgresEmbeddings
from subgraphs.catalog.adapters.postgres.index_documents import PostgresIndexSource
from subgraphs.catalog.adapters.postgres.index_entries import PostgresIndexEntries
from subgraphs.catalog.adapters.postgres.index_rebuilds import PostgresIndexRebuilds
from subgraphs.catalog.adapters.postgres.learnt_queries import PostgresLearntQueries
from subgraphs.catalog.adapters.postgres.products import PostgresProducts
from subgraphs.catalog.adapters.postgres.related import PostgresRelated
from subgraphs.catalog.adapters.postgres.sales import PostgresSales
from subgraphs.catalog.adapters.postgres.search import PostgresSearch
from subgraphs.catalog.app.block_queries import BlockQueries
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.count_sales import CountSales
from subgraphs.catalog.app.embed_products import EmbedProducts, NoEmbeddings
from subgraphs.catalog.app.index_ports import Embedder
from subgraphs.catalog.app.index_products import IndexProducts
from subgraphs.catalog.app.keep_index import KeepIndex
from subgraphs.catalog.app.learn_queries import LearnQueries
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from subgraphs.catalog.app.relate_products import RelateProducts
from subgraphs.catalog.app.report_index_status import ReportIndexStatus
from subgraphs.catalog.app.search_products import SearchProducts
from subgraphs.catalog.app.suggest import Suggest
from subgraphs.catalog.app.verify_index import VerifyIndex
from subgraphs.catalog.bootstrap.work import Background
from subgraphs.catalog.settings import CatalogSettings


@dataclass(frozen=True, kw_only=True)
class Indexing:
    """The read model's upkeep."""

    source: PostgresIndexSource
    entries: PostgresIndexEntries
    rebuild: RebuildIndex
    status: ReportIndexStatus
    verify: VerifyIndex
    background: Background


@dataclass(frozen=True, kw_only=True)
class Search:
    """What shoppers ask."""

    products: SearchProducts
    suggest: Suggest
    learn: LearnQueries
    block: BlockQueries
    learnt: PostgresLearntQueries
    relate: RelateProducts
    indexing: Indexing
    background: Background


def search(
    settings: CatalogSettings,
    db: Database,
    client: AsyncElasticsearch,
    products: PostgresProducts,
    categories: PostgresCategories,
    channels: ChannelDirectory,
    embedder: Embedder | None,
) -> Search:
    """By words alone without an embedder."""
    health, ranking = Health(), read_ranking(settings.search_settings_file)
    indexing = _indexing(settings, db, client, health, embedder)
    alias, timeout = settings.elasticsearch_index, settings.search_timeout_seconds
    vectors = QueryVectors(embedder) if embedder else None
    engine = ElasticsearchSearch(client, health, ranking, alias=alias, timeout_seconds=timeout, vectors=vectors)
    related = ElasticsearchRelated(client, health, ranking.likeness, alias=alias, timeout_seconds=timeout)
    fallback, sales = PostgresSearch(db), PostgresSales(db, ranking.popularity)
    learns = settings.learn_queries
    learnt = PostgresLearntQueries(db, ranking.learning, is_on=learns)
    beginnings = PostgresBeginnings(db, ranking.learning)
    return Search(
        products=SearchProducts(
            engine, fallback, products, categories, PostgresCategoryPaths(db), PostgresAttributeWords(db)
        ),
        suggest=Suggest(engine, fallback, beginnings, products, categories, ranking.suggested_queries, learns),
        learn=LearnQueries(learnt, channels, learns),
        block=BlockQueries(PostgresBlockedQueries(db)),
        learnt=learnt,
        relate=RelateProducts(related, PostgresRelated(db), sales, products),
        indexing=indexing,
        background={
            "popularity": CountSales(sales, settings.popularity_interval_seconds).run,
            **indexing.background,
        },
    )


def _indexing(
    settings: CatalogSettings, db: Database, client: AsyncElasticsearch, health: Health, embedder: Embedder | None
) -> Indexing:
    alias = settings.elasticsearch_index
    store = ElasticsearchIndex(
        client,
        alias=alias,
        shards=settings.elasticsearch_shards,
        replicas=settings.elasticsearch_replicas,
        embedder=embedder,
    )
    source, entries = PostgresIndexSource(db, settings.default_locale), PostgresIndexEntries(db)
    rebuilds = PostgresIndexRebuilds(db)
    embed = EmbedProducts(embedder, PostgresEmbeddings(db), source) if embedder else None
    embeddings = embed or NoEmbeddings()
    rebuild = RebuildIndex(source, store, rebuilds, alias, embeddings)
    background: Background = {
        "index": IndexProducts(entries, source, store, health, embeddings).run,
        "index-keeper": KeepIndex(store, entries, health, rebuild, rebuilds).run,
        **({"embeddings": embed.run} if embed else {}),
    }
    return Indexing(
        source=source,
        entries=entries,
        rebuild=rebuild,
        status=ReportIndexStatus(source, store, entries, health),
        verify=VerifyIndex(source, store, entries),
        background=background if settings.elasticsearch_url else {},
    )
