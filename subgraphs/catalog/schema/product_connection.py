"""A page of products."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, connection
from subgraphs.catalog.schema.product import Product

ProductConnection = connection(Product, pb.ProductPage, name="ProductConnection", permission=PUBLIC)
