"""The catalog slice of the graph."""

from chassis.graph import USER_ERRORS, Slice
from subgraphs.catalog.schema.attribute_definition import (
    attribute_definitions,
    attribute_definitions_delete,
    attribute_definitions_upsert,
)
from subgraphs.catalog.schema.blocked_queries import blocked_queries, blocked_queries_add, blocked_queries_remove
from subgraphs.catalog.schema.brand import Brand, brand, brands
from subgraphs.catalog.schema.brand_update import brand_create, brand_delete, brand_update
from subgraphs.catalog.schema.catalog_changes import catalog_changes
from subgraphs.catalog.schema.catalog_export import catalog_export_start
from subgraphs.catalog.schema.catalog_import import catalog_import_part_add, catalog_import_start
from subgraphs.catalog.schema.categories import categories, category
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.category_create import category_create
from subgraphs.catalog.schema.category_delete import category_delete
from subgraphs.catalog.schema.category_move import categories_reorder, category_move
from subgraphs.catalog.schema.category_update import category_update
from subgraphs.catalog.schema.channel import channel_delete, channel_upsert, channels
from subgraphs.catalog.schema.collection import Collection
from subgraphs.catalog.schema.collection_create import collection_create
from subgraphs.catalog.schema.collection_products import (
    collection_products_add,
    collection_products_remove,
    collection_products_reorder,
)
from subgraphs.catalog.schema.collection_update import collection_delete, collection_update
from subgraphs.catalog.schema.collections import collection, collections
from subgraphs.catalog.schema.job_cancel import job_cancel
from subgraphs.catalog.schema.jobs import job, job_file_part, jobs
from subgraphs.catalog.schema.learnt_queries import learnt_queries
from subgraphs.catalog.schema.low_stock import low_stock, low_stock_thresholds_set
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.product_create import product_create
from subgraphs.catalog.schema.product_delete import product_delete
from subgraphs.catalog.schema.product_publish import product_publish
from subgraphs.catalog.schema.product_update import product_update
from subgraphs.catalog.schema.product_variant import ProductVariant
from subgraphs.catalog.schema.product_variant_create import product_variant_create
from subgraphs.catalog.schema.product_variant_delete import product_variant_delete
from subgraphs.catalog.schema.product_variant_prices_set import product_variant_prices_set
from subgraphs.catalog.schema.product_variant_update import product_variant_update
from subgraphs.catalog.schema.product_variants_reorder import product_variants_reorder
from subgraphs.catalog.schema.products import product, products
from subgraphs.catalog.schema.products_upsert import products_upsert
from subgraphs.catalog.schema.search import search
from subgraphs.catalog.schema.search_index import search_index, search_index_rebuild
from subgraphs.catalog.schema.search_suggest import search_suggest
from subgraphs.catalog.schema.seo_update import seo_update
from subgraphs.catalog.schema.sharing import ANNOUNCES
from subgraphs.catalog.schema.stock_adjust import stock_adjust
from subgraphs.catalog.schema.stock_import import stock_import_start
from subgraphs.catalog.schema.stock_ledger import stock_ledger
from subgraphs.catalog.schema.stock_level import stock_levels
from subgraphs.catalog.schema.stock_location import stock_locations
from subgraphs.catalog.schema.stock_location_upsert import (
    stock_location_deactivate,
    stock_location_delete,
    stock_location_upsert,
)
from subgraphs.catalog.schema.translations_write import translations_delete, translations_upsert

SLICE = Slice(
    "catalog",
    query=[
        product,
        products,
        brand,
        brands,
        category,
        categories,
        collection,
        collections,
        search,
        search_suggest,
        search_index,
        learnt_queries,
        blocked_queries,
        stock_ledger,
        channels,
        stock_levels,
        stock_locations,
        low_stock,
        attribute_definitions,
        catalog_changes,
        job,
        jobs,
        job_file_part,
    ],
    mutation=[
        products_upsert,
        product_create,
        product_update,
        product_delete,
        product_variant_create,
        product_variant_update,
        product_variant_delete,
        product_variants_reorder,
        product_variant_prices_set,
        attribute_definitions_upsert,
        attribute_definitions_delete,
        product_publish,
        brand_create,
        brand_update,
        brand_delete,
        category_create,
        category_update,
        category_move,
        categories_reorder,
        category_delete,
        collection_create,
        collection_update,
        collection_delete,
        collection_products_add,
        collection_products_remove,
        collection_products_reorder,
        seo_update,
        channel_upsert,
        channel_delete,
        translations_upsert,
        translations_delete,
        stock_adjust,
        stock_location_upsert,
        stock_location_deactivate,
        stock_location_delete,
        low_stock_thresholds_set,
        search_index_rebuild,
        blocked_queries_add,
        blocked_queries_remove,
        catalog_import_start,
        catalog_import_part_add,
        stock_import_start,
        catalog_export_start,
        job_cancel,
    ],
    types=[Product, ProductVariant, Brand, Category, Collection, *USER_ERRORS],
    announces=ANNOUNCES,
)
