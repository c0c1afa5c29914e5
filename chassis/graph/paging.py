"""Relay connections over pages, and the page a client asks for."""

import inspect
from typing import Any

from emporium.common.v1.page_pb2 import PageRequest

from chassis.errors import InvalidInput
from chassis.graph.fields import computed
from chassis.graph.permission import Permission
from chassis.graph.types import Edge, type_
from chassis.graph.values import PageInfo

MAX_PAGE = 100


class InvalidPage(InvalidInput):
    """A page has 1 to 100 items."""

    reason = "INVALID_PAGE"


def page_request(first: int, after: str | None = None) -> PageRequest:
    """Raises InvalidPage outside 1 to 100."""
    if not 1 <= first <= MAX_PAGE:
        raise InvalidPage(first=first)
    return PageRequest(first=first, after=after or "")


def connection(node: Any, message: type, *, name: str, permission: Permission, admin: bool = False) -> Any:
    """The connection type `name` ("ProductConnection") over a page message with `nodes`, `page_info`, and perhaps
    `cursors` (one a node: gives `edges`) and `total_count`. `node` may be a forward reference (string or
    `strawberry.lazy`). To be used as a decorator's argument: `@query(ProductConnection, …)`."""
    frame = inspect.currentframe()
    # Forward references are looked up where the connection is made.
    module = frame.f_back.f_globals["__name__"] if frame and frame.f_back else __name__
    described = set(message.DESCRIPTOR.fields_by_name)  # type: ignore[attr-defined]
    body: dict[str, Any] = {"__module__": module, "__doc__": "One page of a list."}
    annotations: dict[str, Any] = {"nodes": list[node], "page_info": PageInfo}
    if "total_count" in described:
        annotations["total_count"] = int | None
    if "cursors" in described:
        body["edges"] = computed(list[_edge(node, name, module, permission, admin)])(_edges)  # type: ignore[misc]
    body["__annotations__"] = annotations
    return type_(message, name=name, permission=permission, admin=admin)(type(name, (), body))


def _edge(node: Any, name: str, module: str, permission: Permission, admin: bool) -> Any:
    called = name.removesuffix("Connection") + "Edge"
    body = {"__module__": module, "__annotations__": {"node": node, "cursor": str}}
    return type_(Edge, name=called, permission=permission, admin=admin)(type(called, (), body))


def _edges(page: Any) -> list[Edge]:
    return [Edge(node, cursor) for node, cursor in zip(page.nodes, page.cursors, strict=True)]
