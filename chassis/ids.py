"""Typed ids: a prefix that names the kind, and a UUIDv7 that sorts by time. One string in database, RPC and GraphQL."""

import uuid6


def new_id(prefix: str) -> str:
    """A fresh id such as `ord_0198c2…`; ids made later sort later."""
    return f"{prefix}_{uuid6.uuid7().hex}"


def prefix_of(entity_id: str) -> str:
    """The kind an id names; "" when it is none of ours."""
    prefix, separator, _ = entity_id.partition("_")
    return prefix if separator else ""
