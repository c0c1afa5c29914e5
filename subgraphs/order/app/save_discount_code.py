"""Makes or changes a discount code; its uses stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.app.ports import Store
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
        async with self.store.work() as work:
            known = (await work.discount_codes.get([code.code])).get(code.code)
            if known is not None and code.usage_limit is not None and code.usage_limit < known.used_count:
                text = f"it was used {known.used_count} times already"
                problems.append(Problem(code="INVALID", message=text, field=("discountCode", "usageLimit")))
            if problems:
                return None, problems
            return await work.discount_codes.save(code), []

    async def get(self, caller: Caller, codes: Sequence[str]) -> list[DiscountCode | None]:
        """In order. Raises Forbidden."""
        caller.require("order_manager", "support")
        async with self.store.reading() as work:
            found = await work.discount_codes.get([normal_code(code) for code in codes])
        return [found.get(normal_code(code)) for code in codes]
