"""What mutations of one product or variant answer."""

from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, UserError, attribute, link, type_
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.product_variant import ProductVariant

EXPECTED_VERSION = "Refused with STALE_VERSION when the product has another one."


@type_(pb.ProductEdited, permission=CATALOG_MANAGER, admin=True)
class ProductPayload:
    """The product after the change, or why there was none."""

    product: Product | None = link("product_id")
    product_variant: ProductVariant | None = link(
        "variant_id", description="The one that was added or updated; null for other changes."
    )
    user_errors: list[UserError] = attribute(description="Empty when the change was made.")
