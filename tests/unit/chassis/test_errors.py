from collections.abc import Iterator

import grpc
import pytest

import subgraphs.account.domain.errors
import subgraphs.catalog.domain.errors
import subgraphs.order.domain.errors
from chassis.errors import BASES, EmporiumError, RemoteError
from chassis.graph import EntityFault

DOMAINS = (subgraphs.account.domain.errors, subgraphs.catalog.domain.errors, subgraphs.order.domain.errors)


def leaves(base: type[EmporiumError]) -> Iterator[type[EmporiumError]]:
    for child in base.__subclasses__():
        if child not in {RemoteError, EntityFault}:  # these two carry what another process says
            yield child
            yield from leaves(child)


def test_every_base_names_a_grpc_status() -> None:
    assert {base.status for base in BASES} <= {status.name for status in grpc.StatusCode}


@pytest.mark.parametrize("error", sorted(set(leaves(EmporiumError)), key=lambda error: error.__name__))
def test_every_error_explains_itself_and_falls_under_the_table(error: type[EmporiumError]) -> None:
    assert error.__doc__, "the docstring is the message"
    assert error.reason == error.reason.upper()
    assert issubclass(error, BASES)


def test_an_error_tells_its_facts() -> None:
    assert str(EmporiumError("No", sku="A-1", wanted=3)) == "No (sku=A-1, wanted=3)"
