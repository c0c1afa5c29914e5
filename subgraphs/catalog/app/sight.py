"""Who sees what is not published, and who may write."""

from chassis import identity

EDITOR = "catalog_manager"


def sees_unpublished() -> bool:
    """Catalogue staff and services see everything; shoppers what is published."""
    return identity.current().has(EDITOR)


def require_editor() -> None:
    """Raises Forbidden or Unauthenticated for anyone but catalogue staff and services."""
    identity.current().require(EDITOR)


def require_service() -> None:
    """Only another process may move reservations. Raises Forbidden."""
    caller = identity.current()
    if not caller.is_service:
        caller.require(identity.SERVICE_ROLE)


def principal() -> str:
    """Whom idempotency keys belong to."""
    caller = identity.current()
    return f"user:{caller.user_id}" if caller.user_id else f"service:{caller.service}"
