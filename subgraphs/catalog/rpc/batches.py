"""Writes of many at once, at the edge."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar, cast

from subgraphs.catalog.app.limits import MOST_KEYS
from subgraphs.catalog.domain.errors import TooManyKeys
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.rpc.mapping import fault_messages

Method = TypeVar("Method", bound=Callable[..., Awaitable[Any]])


def bounded(answer: Callable[..., Any], field: str) -> Callable[[Method], Method]:
    """A batch of too many is refused as a whole, at this field of the input: whoever sends it can split it."""

    def around(method: Method) -> Method:
        @wraps(method)
        async def judged(servicer: Any, request: Any, context: Any) -> Any:
            try:
                return await method(servicer, request, context)
            except TooManyKeys:
                message = f"at most {MOST_KEYS:,} at once; send the rest by itself"
                fault = Fault(code="LIMIT_REACHED", field=(field,), message=message)
                return answer(user_errors=fault_messages([fault]))

        return cast("Method", judged)

    return around
