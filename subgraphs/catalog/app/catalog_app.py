"""The table of contents: every use case of catalog."""

from dataclasses import dataclass

from subgraphs.catalog.app.adjust_stock import AdjustStock
from subgraphs.catalog.app.arrange_categories import ArrangeCategories
from subgraphs.catalog.app.arrange_collections import ArrangeCollections
from subgraphs.catalog.app.block_queries import BlockQueries
from subgraphs.catalog.app.browse_categories import BrowseCategories
from subgraphs.catalog.app.browse_collections import BrowseCollections
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.keep_locations import KeepLocations
from subgraphs.catalog.app.learn_queries import LearnQueries
from subgraphs.catalog.app.look_up_products import LookUpProducts
from subgraphs.catalog.app.manage_jobs import ManageJobs
from subgraphs.catalog.app.move_reservations import MoveReservations
from subgraphs.catalog.app.publish_products import PublishProducts
from subgraphs.catalog.app.read_stock import ReadStock
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from subgraphs.catalog.app.relate_products import RelateProducts
from subgraphs.catalog.app.report_index_status import ReportIndexStatus
from subgraphs.catalog.app.reserve_stock import ReserveStock
from subgraphs.catalog.app.search_products import SearchProducts
from subgraphs.catalog.app.suggest import Suggest
from subgraphs.catalog.app.translate import Translate
from subgraphs.catalog.app.update_seo import UpdateSeo
from subgraphs.catalog.app.upsert_products import UpsertProducts
from subgraphs.catalog.app.verify_index import VerifyIndex


@dataclass(frozen=True, kw_only=True)
class CatalogApp:
    """What the servicers call."""

    look_up: LookUpProducts
    browse: BrowseCategories
    arrange_categories: ArrangeCategories
    browse_collections: BrowseCollections
    arrange_collections: ArrangeCollections
    search: SearchProducts
    relate: RelateProducts
    suggest: Suggest
    learn_queries: LearnQueries
    block_queries: BlockQueries
    upsert: UpsertProducts
    channels: ChannelDirectory
    publish: PublishProducts
    seo: UpdateSeo
    translate: Translate
    index_status: ReportIndexStatus
    rebuild_index: RebuildIndex
    verify_index: VerifyIndex
    jobs: ManageJobs
    read_stock: ReadStock
    locations: KeepLocations
    reserve: ReserveStock
    move: MoveReservations
    adjust: AdjustStock
