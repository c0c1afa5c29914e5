"""The running gateway, for the tests of this folder; they share its event loop."""

import inspect

import pytest

from tests.fixtures.gateway import development_gateway, gateway, production_gateway

__all__ = ["development_gateway", "gateway", "production_gateway"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "component/gateway/" in item.path.as_posix() and inspect.iscoroutinefunction(
            getattr(item, "function", None)
        ):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
