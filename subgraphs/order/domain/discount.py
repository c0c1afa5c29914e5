"""Discount codes: percent or fixed, a minimum, an expiry, a limit of uses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from subgraphs.order.domain.problem import Problem
from subgraphs.order.domain.rounding import half_up

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class DiscountCode:
    id: str
    code: str
    percent_off: int | None = None
    amount_off_minor: int | None = None
    minimum_minor: int | None = None
    currency: str | None = None
    """Of the fixed amount and the minimum."""
    usage_limit: int | None = None
    used_count: int = 0
    customer_limit: int | None = None
    """Uses by one customer, or by one guest's e-mail address."""
    exclusive: bool = False
    """Not together with another code."""
    expires_at: datetime | None = None

    def amount_off(self, amount: int) -> int:
        """What the code takes off `amount` minor units; never more than there is."""
        if self.percent_off is not None:
            return half_up(amount * self.percent_off, 100)
        return min(self.amount_off_minor or 0, amount)

    def applies(self, *, subtotal: int, currency: str, now: datetime) -> bool:
        """Whether it takes something off this cart now, as far as that is known before its use is claimed."""
        problem = self.problem(subtotal=subtotal, currency=currency, now=now)
        return problem is None or problem.code == "DISCOUNT_CODE_USED_UP"

    def problem(self, *, subtotal: int, currency: str, now: datetime) -> Problem | None:
        """Why the code does not apply to this cart now. The limit of uses is claimed at checkout, not here."""
        if self.expires_at is not None and now >= self.expires_at:
            return Problem(code="DISCOUNT_CODE_EXPIRED", message=f"{self.code} has expired", field=("code",))
        if self.usage_limit is not None and self.used_count >= self.usage_limit:
            return Problem(code="DISCOUNT_CODE_USED_UP", message=f"{self.code} is used up", field=("code",))
        if self.currency is not None and self.currency != currency:
            text = f"{self.code} is for carts in {self.currency}"
            return Problem(code="WRONG_CURRENCY", message=text, field=("code",))
        if self.minimum_minor is not None and subtotal < self.minimum_minor:
            text = f"{self.code} needs a higher subtotal"
            return Problem(code="DISCOUNT_CODE_MINIMUM_NOT_REACHED", message=text, field=("code",))
        return None

    def faults(self) -> list[Problem]:
        """What is wrong with the code as an order manager entered it."""
        asked = (
            (not CODE.fullmatch(self.code), "code", "2 to 40 capital letters, digits, - or _"),
            (
                (self.percent_off is None) == (self.amount_off_minor is None),
                "percentOff",
                "either percentOff or amountOff",
            ),
            (self.percent_off is not None and not 1 <= self.percent_off <= 100, "percentOff", "1 to 100"),
            (self.amount_off_minor is not None and self.amount_off_minor <= 0, "amountOff", "more than zero"),
            (self.minimum_minor is not None and self.minimum_minor < 0, "minimumSubtotal", "not negative"),
            (self.usage_limit is not None and self.usage_limit < 0, "usageLimit", "not negative"),
            (self.customer_limit is not None and self.customer_limit < 1, "usageLimitPerCustomer", "at least one"),
        )
        return [Problem(code="INVALID", message=text, field=(name,)) for wrong, name, text in asked if wrong]


def stacking_problem(codes: Sequence[DiscountCode]) -> Problem | None:
    """Why these codes cannot be used together; else each takes its part of what the ones before it left."""
    alone = next((code for code in codes if code.exclusive), None)
    if alone is None or len(codes) == 1:
        return None
    text = f"{alone.code} cannot be used together with another code"
    return Problem(code="DISCOUNT_CODE_INVALID", message=text, field=("code",))


def normal_code(code: str) -> str:
    """Codes are compared in capital letters, without surrounding space."""
    return code.strip().upper()
