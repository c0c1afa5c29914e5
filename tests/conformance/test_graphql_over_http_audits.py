"""The audits of the GraphQL-over-HTTP specification, by the npm package `graphql-http`, against a running gateway."""

import asyncio
from pathlib import Path
from typing import Any

from tests.fixtures.gateway import running_gateway

LOCK = Path(__file__).with_name("package-lock.json")
AUDITS = 61


async def test_every_audit_of_the_specification_passes(judge: Any) -> None:
    async with running_gateway() as gateway:
        results = await asyncio.to_thread(judge, "audit.mjs", f"http://{gateway.url}/graphql")
    failed = [f"{each['id']} {each['name']}: {each['reason']}" for each in results if each["status"] != "ok"]
    assert not failed
    assert len(results) == AUDITS


def test_the_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    lock = LOCK.read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
