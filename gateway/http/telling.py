"""What an answer tells about its own execution, in `extensions`.

extension   development mode   production mode
rpcs        always             never
cost        always             on request
plan        on request         on request of staff

Asked for by a header (`Emporium-Plan: 1`), or on every transport by the request's own `extensions: {"plan": true}`.
The plan names slices, keys and times: that is for those who run the shop. A cost is known to whoever reads the
documentation, and a client needs it to stay within its rate.
"""

from collections.abc import Mapping
from typing import Any, Final

from chassis.identity import Caller
from gateway.cost import RPC_UNITS, Cost

TOLD_ON_REQUEST: Final = ("plan", "cost")


def asked_by_headers(headers: Mapping[str, str]) -> frozenset[str]:
    """The extensions that `Emporium-…: 1` asks for."""
    return frozenset(name for name in TOLD_ON_REQUEST if headers.get(f"emporium-{name}") == "1")


def told_to(caller: Caller, asked: frozenset[str], *, development: bool) -> frozenset[str]:
    """Of what was asked, what this caller is told, and what everyone is. Asking for more is no error."""
    if development:
        return asked | {"rpcs", "cost"}
    return asked if caller.is_staff else asked - {"plan"}


def cost_extension(most: Cost, *, rpcs: int, rows: int, limit: int) -> dict[str, Any]:
    """What an operation might have cost and what it did."""
    return {"most": vars(most), "actual": {"units": RPC_UNITS * rpcs + rows, "rpcs": rpcs}, "limit": limit}
