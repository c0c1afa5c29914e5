"""Everybody wants one thing: checkouts of one SKU at four fifths of what the shop can do, against the same of many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.bench.checkout import Load, Window, opened_shop, summary, window
from infra.embedded.running import RunningStack

SHARE = 0.8
"""Of saturation."""


@dataclass(frozen=True, kw_only=True)
class FlashSale:
    """The repeats of each kind, orders of one line."""

    saturation: Window
    many: Sequence[Window]
    one: Sequence[Window]

    def document(self) -> dict[str, Any]:
        """For programs."""
        many, one = summary(self.many), summary(self.one)
        return {
            "saturation_orders_per_second": self.saturation.orders_per_second,
            "rate": self.one[0].load.rate,
            "many_skus": many,
            "one_sku": one,
            "p95_ratio": one["p95_ms"]["median"] / many["p95_ms"]["median"],
        }


async def measure(
    stack: RunningStack, shoppers: int, seconds: float, repeats: int, tell: Callable[[str], None]
) -> FlashSale:
    """Saturation by so many shoppers, then both kinds in turn at SHARE of it. Raises BenchFailed."""
    async with opened_shop(stack, tell) as (shop, skus, guess):
        closed = Load(shoppers=shoppers, seconds=seconds)
        saturation = await window(stack, shop, skus, closed, guess, lines=1)
        tell(f"saturated at {saturation.orders_per_second:.0f}/s")
        load = Load(rate=SHARE * saturation.orders_per_second, seconds=seconds)
        many: list[Window] = []
        one: list[Window] = []
        for _ in range(repeats):
            for wanted, kept, name in ((skus, many, "many SKUs"), (skus[:1], one, "one SKU")):
                kept.append(await window(stack, shop, wanted, load, guess, lines=1))
                tell(f"{name}: {kept[-1].orders_per_second:.0f}/s, p95 {kept[-1].p95_ms:.0f} ms")
    return FlashSale(saturation=saturation, many=many, one=one)
