"""The audits of the GraphQL-over-HTTP specification, by the npm package `graphql-http`, against a running gateway."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.gateway import running_gateway

HERE = Path(__file__).parent
AUDITS = 61


async def test_every_audit_of_the_specification_passes(judge: Any) -> None:
    async with running_gateway() as gateway:
        results = await asyncio.to_thread(judge, "audit.mjs", f"http://{gateway.url}/graphql")
    failed = [f"{each['id']} {each['name']}: {each['reason']}" for each in results if each["status"] != "ok"]
    assert not failed
    assert len(results) == AUDITS


@pytest.mark.parametrize("folder", [HERE, HERE / "router"], ids=["judges", "router"])
def test_the_lock_pins_every_package_by_hash_and_names_no_registry(folder: Path) -> None:
    lock = (folder / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
