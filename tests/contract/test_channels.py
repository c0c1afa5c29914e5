"""The gateway's channels know the services that are called over them: what they do not know is not retried."""

from importlib import import_module

import pytest

from gateway import bootstrap

STUBS = {name: stub for name, stub in vars(bootstrap).items() if name.endswith("Stub")}


@pytest.mark.parametrize("name", STUBS)
def test_a_stubs_file_is_among_those_of_its_channel(name: str) -> None:
    module = STUBS[name].__module__
    described = import_module(module.removesuffix("_grpc")).DESCRIPTOR
    assert name.removesuffix("Stub") in described.services_by_name
    assert described in bootstrap.FILES[module.split(".")[1]]


def test_all_services_are_looked_at() -> None:
    assert len(STUBS) == len(bootstrap.Backends.__dataclass_fields__)
