"""Makes or changes a discount code; its uses stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.app.ports import CodeUses, Store
from subgraphs.order.domain.discount import DiscountCode, normal_code
from subgraphs.order.domain.problem import Problem


@dataclass(frozen=True, kw_only=True)
class SaveDiscountCode:
    store: Store

    async def __call__(self, caller: Caller, code: DiscountCode) -> tuple[DiscountCode | None, list[Problem]]:
        """By its code. Raises Forbidden."""
        caller.require("order_manager")
        code = replace(code, id=new_id("dsc"), code=normal_code(code.code))
        problems = code.faults()
        if problems:
            return None, problems
        async with self.store.work() as work:
            problems = below_uses(code, await work.discount_codes.lock_uses(code.code))
            if problems:
                return None, problems
            return await work.discount_codes.save(code), []

    async def get(self, caller: Caller, codes: Sequence[str]) -> list[DiscountCode | None]:
        """In order. Raises Forbidden."""
        caller.require("order_manager", "support")
        async with self.store.reading() as work:
            found = await work.discount_codes.get([normal_code(code) for code in codes])
        return [found.get(normal_code(code)) for code in codes]


def below_uses(code: DiscountCode, uses: CodeUses) -> list[Problem]:
    """A limit below what was granted already would make those uses a breach: the code can end by expiring."""
    asked = (
        (code.usage_limit, uses.total, "usageLimit", "it was used"),
        (code.customer_limit, uses.by_one_customer, "usageLimitPerCustomer", "one customer used it"),
    )
    return [
        Problem(
            code="INVALID",
            message=f"{used} {times(count)} already: at least {count}; to end the code, let it expire (expiresAt)",
            field=(name,),
        )
        for limit, count, name, used in asked
        if limit is not None and limit < count
    ]


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
