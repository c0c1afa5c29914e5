"""Kafka goes away under a running gateway: nothing old is shown for longer than it says, and nothing hangs."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Producer

from chassis.database import Connection, database
from chassis.ids import new_id
from chassis.inbox import Consumer, Received
from chassis.metrics import REGISTRY
from chassis.migrate import migrate
from chassis.settings import Secret
from chassis.tasks import ended
from infra.embedded.stack import RunningServers
from tests.fault.arena import variables
from tests.fixtures.catalog import running_catalog
from tests.fixtures.order import made_database
from tests.fixtures.processes import free_address, service_process
from tests.fixtures.sharing import PRODUCT, Gateway, gateway, rewrite, sneaker, until
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(400)]
OWN = Callable[..., AbstractContextManager[RunningServers]]
SHUTDOWN_SECONDS = 20


async def shown(shop: Gateway, ref: str, name: str) -> None:
    """Waits until shoppers are shown this name, by the row and by the whole answer; never a word of it to them."""

    async def is_shown() -> bool:
        body = await shop.ask(PRODUCT, ref=ref)
        assert "degraded" not in body["extensions"]
        return body["data"]["product"]["name"] == name

    await until(is_shown)


async def trusted(shop: Gateway, *, wanted: bool) -> None:
    async def is_so() -> bool:
        return shop.count("emporium_gateway_shared_trusted") == wanted

    await until(is_so)


def changes(shop: Gateway) -> float:
    return shop.count("emporium_gateway_shared_changes_total", news="new")


def gone(shop: Gateway, why: str) -> float:
    return shop.count("emporium_gateway_shared_ended_total", why=why)


async def test_a_gateway_without_kafka_shows_nothing_old_for_long_and_catches_up(
    servers: SharedServers, own_servers: OWN, tmp_path: Path
) -> None:
    with own_servers("kafka") as own, made_database(servers, "catalog") as url:
        kafka = {"kafka_bootstrap_servers": own.kafka_bootstrap_servers}
        async with running_catalog(url, **kafka, search_consumer_group=new_id("grp")) as catalog:
            ref, _ = await sneaker(catalog, name="Old")
            async with contextlib.AsyncExitStack() as open_shops:
                shop = await open_shops.enter_async_context(gateway(catalog, **kafka, redis_url=servers.redis_url))
                await until_told(shop)
                await shown(shop, ref, "Old")
                by_event, by_time, told = gone(shop, "event"), gone(shop, "time"), changes(shop)

                own.kill("kafka")
                await rewrite(catalog, ref, name="New")
                await shown(shop, ref, "New")
                assert shop.count("emporium_gateway_shared_trusted") == 0
                assert gone(shop, "time") > by_time, "it was an age that ended it"
                assert (gone(shop, "event"), changes(shop)) == (by_event, told), "and no event"
                assert (await shop.http.get("/readyz")).status_code == 200
                await process_ends_when_asked(catalog.port, own.kafka_bootstrap_servers, tmp_path)

                await asyncio.to_thread(own.restart, "kafka")
                await trusted(shop, wanted=True)
                await until_told(shop, told)
                await shown(shop, ref, "New")
                by_event = gone(shop, "event")
                await rewrite(catalog, ref, name="Newest")
                await shown(shop, ref, "Newest")
                assert gone(shop, "event") > by_event

                own.freeze("kafka")
                await trusted(shop, wanted=False)
                try:
                    async with asyncio.timeout(SHUTDOWN_SECONDS):
                        await open_shops.aclose()
                finally:
                    own.thaw("kafka")


async def test_a_consumer_whose_kafka_goes_before_its_commit_holds_up_nobody(
    own_servers: OWN, servers: SharedServers, tmp_path: Path
) -> None:
    """Neither its task nor a thread, for which the process would wait."""
    (tmp_path / "0001_all.sql").write_text("-- include: inbox\n-- include: dead_letters\n")
    executor, group = ThreadPoolExecutor(), new_id("grp")
    asyncio.get_running_loop().set_default_executor(executor)
    with own_servers("kafka") as own, made_database(servers, "catalog") as url:

        async def kill(_tx: Connection, _events: Sequence[Received]) -> None:
            own.kill("kafka")

        async def applied() -> bool:
            labels = {"consumer": group, "outcome": "applied"}
            return REGISTRY.get_sample_value("emporium_inbox_events_total", labels) == 1

        migrate(Secret(url), tmp_path)
        producer = Producer({"bootstrap.servers": own.kafka_bootstrap_servers, "log_level": 0})
        producer.produce("shop", b"", headers={"ce_id": "evt_1", "ce_type": "Opened"})
        assert await asyncio.to_thread(producer.flush, 60) == 0
        async with database(Secret(url)) as db:
            consumer = Consumer(
                db, own.kafka_bootstrap_servers, group=group, topics=["shop"], handlers={"Opened": kill}
            )
            task = asyncio.create_task(consumer.run())
            await until(applied)
            async with asyncio.timeout(SHUTDOWN_SECONDS):
                await ended(task)
        leaving = threading.Thread(target=executor.shutdown, daemon=True)
        leaving.start()
        leaving.join(SHUTDOWN_SECONDS)
        assert not leaving.is_alive()


async def until_told(shop: Gateway, before: float = 0) -> None:
    async def more() -> bool:
        return changes(shop) > before

    await until(more)


async def process_ends_when_asked(catalog_port: int, kafka: str, folder: Path) -> None:
    """A gateway that is started while Kafka is away serves, and drains when it is told to."""
    environment = variables(
        LISTEN_ADDRESS=free_address(),
        METRICS_ADDRESS="",
        ACCOUNT_ADDRESS=free_address(),
        CATALOG_ADDRESS=f"127.0.0.1:{catalog_port}",
        ORDER_ADDRESS=free_address(),
        KAFKA_BOOTSTRAP_SERVERS=kafka,
    )
    async with httpx.AsyncClient(base_url=f"http://{environment['LISTEN_ADDRESS']}", timeout=30) as http:
        with service_process("gateway", folder / "gateway.log", environment) as process:

            async def answers() -> bool:
                with contextlib.suppress(httpx.HTTPError):
                    answer = await http.post("/graphql", json={"query": PRODUCT, "variables": {"ref": "none"}})
                    return "errors" not in answer.json()
                return False

            await until(answers)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, SHUTDOWN_SECONDS) == 0
