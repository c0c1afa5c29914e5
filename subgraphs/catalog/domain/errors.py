"""What can go wrong in catalog, beyond what a shopper can act on (those are `Fault`s)."""

from chassis.errors import Conflict, InvalidInput, NotFound, RuleBroken, Unavailable


class TooManyKeys(InvalidInput):
    """A batch takes at most 1,000 keys; split it."""

    reason = "TOO_MANY_KEYS"


class InvalidPage(InvalidInput):
    """`first` must be from 1 to 100."""

    reason = "INVALID_PAGE"


class InvalidCursor(InvalidInput):
    """The cursor is not one of this list; start again from the first page."""

    reason = "INVALID_CURSOR"


class InvalidSearch(InvalidInput):
    """The search asks for something that does not exist."""

    reason = "INVALID_SEARCH"


class InvalidReservation(InvalidInput):
    """A reservation needs an id and one or more lines of 1 to 1,000,000 units, and lives 1 second to 7 days."""

    reason = "INVALID_RESERVATION"


class IdempotencyKeyRequired(InvalidInput):
    """This write needs an idempotency key of 1 to 200 characters."""

    reason = "IDEMPOTENCY_KEY_REQUIRED"


class IdempotencyKeyMismatch(InvalidInput):
    """This idempotency key was used with other arguments; take a new one."""

    reason = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


class InvalidEdit(InvalidInput):
    """An edit says what is to change, by names that exist."""

    reason = "INVALID_EDIT"


class UnknownSku(NotFound):
    """No variant has this SKU."""

    reason = "UNKNOWN_SKU"


class UnknownStockLocation(NotFound):
    """There is no such stock location."""

    reason = "UNKNOWN_STOCK_LOCATION"


class StockMoved(Conflict):
    """Stock moved while it was being taken; try again."""

    reason = "STOCK_MOVED"


class RebuildRunning(RuleBroken):
    """The search index is being rebuilt already; `emporium catalog index status` shows how far it is."""

    reason = "REBUILD_RUNNING"


class SearchEngineAway(Unavailable):
    """The search engine does not answer."""

    reason = "SEARCH_ENGINE_AWAY"


class SearchEngineSlow(SearchEngineAway):
    """The search engine does not answer in time."""


class InvalidCategoryPath(InvalidInput):
    """A category's path has 1 to 10 names."""

    reason = "INVALID_CATEGORY_PATH"


class UnknownChannel(InvalidInput):
    """There is no such channel; staff finds those there are by `channels`."""

    reason = "UNKNOWN_CHANNEL"


class InvalidShop(InvalidInput):
    """A channel is named like "web", a currency by its ISO 4217 code like USD."""

    reason = "INVALID_SHOP"


class UnknownJobFile(NotFound):
    """The job has no such piece of a file: there is none, it is not finished, or it has expired."""

    reason = "UNKNOWN_JOB_FILE"


class InvalidLedgerFilter(InvalidInput):
    """The ledger has no entries of this kind."""

    reason = "INVALID_LEDGER_FILTER"
