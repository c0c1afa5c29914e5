"""The GraphQL type ProductOption, and how it is given."""

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, attribute, type_


@type_(pb.ProductOption, permission=PUBLIC)
class ProductOption:
    """What a shopper chooses a variant by: Size, with the values 41 and 42."""

    name: str
    values: list[str] = attribute(description="In the shop's order; each variant has one of them.")


@strawberry.input
class ProductOptionInput:
    """An option and all its values."""

    name: str
    values: list[str]

    def message(self) -> pb.ProductOption:
        return pb.ProductOption(name=self.name, values=self.values)
