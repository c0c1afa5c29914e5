"""Who may see a field. Every field declares it, by itself or by its type; composition refuses one that does not."""

from dataclasses import dataclass

from chassis.errors import EmporiumError, Forbidden, Unauthenticated
from chassis.identity import STAFF_ROLES, Caller


@dataclass(frozen=True)
class Permission:
    """A named rule about the caller. Which rows the caller owns is decided where they are stored, in SQL."""

    name: str
    roles: frozenset[str] = frozenset()
    """Any of these; admin has all."""
    needs_user: bool = False
    """Any logged-in user passes."""
    takes_cart: bool = False
    """A guest with a cart token passes too."""

    def refusal(self, caller: Caller) -> EmporiumError | None:
        """Why this caller may not see the field; None when they may."""
        if self == PUBLIC or caller.has(*self.roles):
            return None
        if self.needs_user and caller.user_id:
            return None
        if self.takes_cart and caller.cart_token_hash:
            return None
        if caller.user_id:
            return Forbidden(required=self.name)
        return Unauthenticated(HOW_TO_IDENTIFY if self.takes_cart else "")


HOW_TO_IDENTIFY = "Log in, or send the cart's token in the header Emporium-Cart-Token."
PUBLIC = Permission("PUBLIC")
"""Anyone."""
SIGNED_IN = Permission("SIGNED_IN", needs_user=True)
"""Any logged-in user."""
OWNER_OR_STAFF = Permission("OWNER_OR_STAFF", STAFF_ROLES, needs_user=True, takes_cart=True)
"""Whoever the row belongs to (a user, or a guest with the cart's token) and staff. The gateway turns strangers away,
the subgraph's queries filter by owner."""
SUPPORT = Permission("SUPPORT", frozenset({"support"}))
CATALOG_MANAGER = Permission("CATALOG_MANAGER", frozenset({"catalog_manager"}))
ORDER_MANAGER = Permission("ORDER_MANAGER", frozenset({"order_manager"}))
ADMIN = Permission("ADMIN", frozenset({"admin"}))
STAFF = Permission("STAFF", STAFF_ROLES)
"""Any staff role."""


def any_role(*roles: str) -> Permission:
    """Any of these staff roles, e.g. `any_role("support", "order_manager")`."""
    if unknown := set(roles) - STAFF_ROLES:
        raise ValueError(f"unknown roles: {', '.join(sorted(unknown))}")
    return Permission(" or ".join(sorted(role.upper() for role in roles)), frozenset(roles))
