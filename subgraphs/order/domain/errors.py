"""What ordering refuses, as facts."""

from chassis.errors import InvalidInput, NotFound, Overloaded, RuleBroken


class UnknownCart(NotFound):
    """There is no such cart, or it is not yours."""

    reason = "UNKNOWN_CART"


class UnknownOrder(NotFound):
    """There is no such order, or it is not yours."""

    reason = "UNKNOWN_ORDER"


class UnknownSaga(NotFound):
    """There is no such saga."""

    reason = "UNKNOWN_SAGA"


class OrderMoveRefused(RuleBroken):
    """The order's state does not allow this."""

    reason = "ORDER_MOVE_REFUSED"


class IdempotencyKeyMismatch(InvalidInput):
    """This idempotency key was used before with other arguments; a new attempt takes a new key."""

    reason = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


class InvalidIdempotencyKey(InvalidInput):
    """An idempotency key has 1 to 200 characters."""

    reason = "INVALID_IDEMPOTENCY_KEY"


class TooManyLookups(Overloaded):
    """Too many look-ups of guest orders; try again in some minutes."""

    reason = "TOO_MANY_LOOKUPS"


class BatchTooLarge(InvalidInput):
    """More keys than one call may ask."""

    reason = "BATCH_TOO_LARGE"


class InvalidPage(InvalidInput):
    """A page has 1 to 100 items and a cursor we gave out."""

    reason = "INVALID_PAGE"
