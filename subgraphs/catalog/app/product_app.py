"""The use cases around products, as ProductService calls them."""

from dataclasses import dataclass

from subgraphs.catalog.app.browse_brands import BrowseBrands
from subgraphs.catalog.app.define_attributes import DefineAttributes
from subgraphs.catalog.app.edit_brands import EditBrands
from subgraphs.catalog.app.edit_products import EditProducts
from subgraphs.catalog.app.read_changes import ReadChanges
from subgraphs.catalog.app.set_prices import SetPrices


@dataclass(frozen=True, kw_only=True)
class ProductApp:
    """What the servicer calls."""

    edit: EditProducts
    prices: SetPrices
    attributes: DefineAttributes
    brands: BrowseBrands
    edit_brands: EditBrands
    changes: ReadChanges
