"""Keeps `offers` true. Called in the transaction that changed prices or stock, with the products' rows locked."""

from collections.abc import Sequence

from chassis.database import Connection

CLEAR = "DELETE FROM offers WHERE product_id = ANY(%s)"
FILL = """
INSERT INTO offers (product_id, channel, currency, lowest, highest, in_stock)
SELECT variant.product_id, price.channel, price.currency, min(price.minor_units), max(price.minor_units),
       coalesce(bool_or(stock.available > 0), false)
FROM variants AS variant
JOIN prices AS price ON price.variant_id = variant.id
LEFT JOIN stock ON stock.sku = variant.sku AND stock.active
WHERE variant.product_id = ANY(%s) AND variant.active AND price.minor_units IS NOT NULL
GROUP BY variant.product_id, price.channel, price.currency
"""


async def refresh_offers(tx: Connection, product_ids: Sequence[str]) -> None:
    """Two statements, whatever the number of products."""
    await tx.execute(CLEAR, [list(product_ids)])
    await tx.execute(FILL, [list(product_ids)])
