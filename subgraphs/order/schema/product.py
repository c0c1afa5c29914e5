"""Catalog's entities, known here by their ids."""

import strawberry

from chassis.graph import stub


@stub
class Product:
    id: strawberry.ID


@stub
class ProductVariant:
    id: strawberry.ID
