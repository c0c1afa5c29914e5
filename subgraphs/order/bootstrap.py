"""The composition root of ordering: settings → adapters → use cases → services."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from emporium.account.v1 import account_pb2
from emporium.account.v1.account_pb2_grpc import AccountServiceStub
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.events.v1.events_pb2 import OrderChanged
from emporium.operations.v1 import operations_pb2
from emporium.operations.v1.operations_pb2_grpc import OperationsServiceStub
from emporium.order.v1 import cart_pb2_grpc, order_pb2_grpc

from chassis import outbox
from chassis.database import BY_KEY, Database, database
from chassis.identity import TokenMinter
from chassis.invariants import InvariantViews
from chassis.rpc import channel
from chassis.run import Service
from subgraphs.order.adapters.account_users import AccountUsers
from subgraphs.order.adapters.catalog_operations import CatalogOperations
from subgraphs.order.adapters.catalog_prices import CatalogPrices, SagaPrices
from subgraphs.order.adapters.catalog_stock import CatalogStock
from subgraphs.order.adapters.order_changes import LocalOrderChanges
from subgraphs.order.adapters.payment_intents import PaymentIntents
from subgraphs.order.adapters.postgres.work import PostgresStore
from subgraphs.order.adapters.pricing_file import DEFAULT, read_pricing
from subgraphs.order.adapters.webhook_signature import SignedWebhooks
from subgraphs.order.app.change_cart_lines import ChangeCart, ChangeCartLines
from subgraphs.order.app.create_cart import CreateCart
from subgraphs.order.app.find_guest_order import FindGuestOrder
from subgraphs.order.app.forget_old_keys import ForgetOldKeys
from subgraphs.order.app.fulfill_order import FulfillOrder
from subgraphs.order.app.merge_cart import MergeCart
from subgraphs.order.app.price_carts import PriceCarts
from subgraphs.order.app.read_carts import ReadCarts
from subgraphs.order.app.read_orders import ReadOrders
from subgraphs.order.app.save_discount_code import SaveDiscountCode
from subgraphs.order.app.update_cart import ChangeDiscountCodes, UpdateCart
from subgraphs.order.app.watch_order import WatchOrder
from subgraphs.order.checkout.answers import AwaitOrder
from subgraphs.order.checkout.cancel_order import CancelOrder
from subgraphs.order.checkout.cancellation import AwaitCheckout, ReturnPayment, ReturnStock, cancellation_saga
from subgraphs.order.checkout.check_invariants import VIEWS, CheckInvariants
from subgraphs.order.checkout.complete_checkout import CompleteCheckout
from subgraphs.order.checkout.continue_payment import ContinuePayment, WakeCheckouts
from subgraphs.order.checkout.dead_letters import DeadLetters
from subgraphs.order.checkout.list_sagas import ListSagas
from subgraphs.order.checkout.operate_saga import OperateSaga
from subgraphs.order.checkout.ports import Accounts, Payments, Stock
from subgraphs.order.checkout.receive_webhook import ProcessWebhooks, ReceiveWebhook, Verify
from subgraphs.order.checkout.refund import PutBack, RefundPayment, refund_saga
from subgraphs.order.checkout.refund_order import RefundOrder
from subgraphs.order.checkout.return_order import ReturnOrder
from subgraphs.order.checkout.saga import CheckoutSaga, RejectOrder, checkout_saga
from subgraphs.order.checkout.steps.authorize_payment import AuthorizePayment
from subgraphs.order.checkout.steps.capture_payment import CapturePayment
from subgraphs.order.checkout.steps.commit_stock import CommitStock
from subgraphs.order.checkout.steps.confirm_order import ConfirmOrder
from subgraphs.order.checkout.steps.price import Price
from subgraphs.order.checkout.steps.reserve_stock import ReserveStock
from subgraphs.order.checkout.steps.secure_stock import SecureStock
from subgraphs.order.rpc.cart_servicer import CartServicer
from subgraphs.order.rpc.order_servicer import OrderServicer
from subgraphs.order.saga.engine import Engine, EngineSettings
from subgraphs.order.saga.kill_points import BEFORE_RELAY_ACK, Reached, kill_at, never
from subgraphs.order.settings import OrderSettings, PaymentProvider

CARTS = "emporium.order.v1.CartService"
ORDERS = "emporium.order.v1.OrderService"
MIGRATIONS = Path(__file__).parent / "adapters/postgres/migrations"
RELAY_MOMENT = 0.25
"""Seconds: a checkout's four events mostly go together then."""
Background = Mapping[str, Callable[[], "asyncio.Future[None]"]]


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def bootstrap(settings: OrderSettings) -> AsyncGenerator[Service]:
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(
            database(settings.database_url, max_size=settings.database_pool_size, settings=BY_KEY)
        )
        minter = TokenMinter(settings.internal_token_secret, "order")
        files = [catalog_pb2.DESCRIPTOR, operations_pb2.DESCRIPTOR]
        catalog = await stack.enter_async_context(
            channel(
                settings.catalog_address,
                audience="catalog",
                minter=minter,
                files=files,
                wait_for_ready=settings.wait_for_servers,
            )
        )
        session = await stack.enter_async_context(aiohttp.ClientSession())
        payments, verify = provider(settings, session)
        prices = CatalogPrices(CatalogServiceStub(catalog))
        operations = CatalogOperations(OperationsServiceStub(catalog))
        stock = CatalogStock(InventoryServiceStub(catalog), ttl_seconds=settings.reservation_ttl_seconds)
        accounts = await stack.enter_async_context(
            channel(settings.account_address, audience="account", minter=minter, files=[account_pb2.DESCRIPTOR])
        )
        users = AccountUsers(AccountServiceStub(accounts))
        yield compose(settings, db, prices, stock, payments, verify, users, operations)


def provider(settings: OrderSettings, session: aiohttp.ClientSession) -> tuple[Payments, Verify]:
    """Where payments go, and what proves that an event comes from there."""
    url, key, secrets = settings.provider_url, settings.payment_api_key, (settings.payment_webhook_secret,)
    timeout, back = settings.payment_timeout_seconds, settings.payment_return_url
    if settings.payment_provider is PaymentProvider.STRIPE:
        # Its package is slow to import: only where it is used.
        from subgraphs.order.adapters.stripe_payments import StripePayments
        from subgraphs.order.adapters.stripe_webhooks import StripeWebhooks

        stripe = StripePayments(session, url=url, api_key=key, timeout=timeout, return_url=back)
        return stripe, StripeWebhooks(secrets)
    sandbox = PaymentIntents(session, url=url, api_key=key, timeout=timeout, return_url=back)
    return sandbox, SignedWebhooks(secrets)


def compose(
    settings: OrderSettings,
    db: Database,
    prices: CatalogPrices,
    stock: Stock,
    payments: Payments,
    verify: Verify,
    accounts: Accounts,
    catalog: CatalogOperations,
) -> Service:
    """The use cases over their adapters."""
    changes = LocalOrderChanges()
    store = PostgresStore(db, changes)
    rules = read_pricing(Path(settings.pricing_file or DEFAULT))
    price = PriceCarts(prices=prices, store=store, rules=rules, now=now)
    engine_settings = EngineSettings(
        lease=settings.saga_lease_seconds, poll=settings.saga_poll_seconds, batch=settings.saga_batch_size
    )
    reached = kill_at(settings.emporium_kill_point)
    saga_price = PriceCarts(prices=SagaPrices(prices), store=store, rules=rules, now=now)
    window = timedelta(seconds=settings.action_window_seconds)
    saga = checkout(saga_price, accounts, stock, payments, window)
    checkouts = Engine(saga, store.engine_work, settings=engine_settings, reached=reached)
    cancelling = cancellation_saga(
        wait=AwaitCheckout(store=store),
        payment=ReturnPayment(payments=payments, now=now),
        stock=ReturnStock(stock=stock),
    )
    cancellations = Engine(cancelling, store.engine_work, settings=engine_settings, reached=reached)
    refunding = refund_saga(RefundPayment(payments=payments, now=now), PutBack(stock=stock))
    refunds = Engine(refunding, store.engine_work, settings=engine_settings, reached=reached)

    wait = AwaitOrder(store=store, seconds=settings.checkout_wait_seconds)
    wake = WakeCheckouts(store=store, engine=checkouts)
    receive = ReceiveWebhook(verify=verify, store=store, reached=reached)
    webhooks = ProcessWebhooks(store=store, engine=checkouts, arrived=receive.arrived, reached=reached)
    change = ChangeCart(store=store, price=price)
    carts = CartServicer(
        read=ReadCarts(store=store, price=price),
        create=CreateCart(store=store, price=price, now=now),
        lines=ChangeCartLines(change=change, store=store, price=price),
        update=UpdateCart(change=change, store=store, price=price),
        codes=ChangeDiscountCodes(change=change, store=store, price=price, now=now),
        merge=MergeCart(store=store, price=price),
    )
    cancel = CancelOrder(store=store, engine=cancellations, checkouts=checkouts, changes=changes, wait=wait, now=now)
    refund = RefundOrder(store=store, engine=refunds, changes=changes, wait=wait, now=now)
    engines = {"checkout": checkouts, "cancellation": cancellations, "refund": refunds}
    orders = OrderServicer(
        complete=CompleteCheckout(store=store, engine=checkouts, changes=changes, wait=wait, now=now),
        continue_=ContinuePayment(store=store, wake=wake, changes=changes, wait=wait),
        cancel=cancel,
        refund=refund,
        return_=ReturnOrder(refunds=refund),
        fulfill=FulfillOrder(store=store, now=now),
        read=ReadOrders(store=store),
        find_guest=FindGuestOrder(store=store),
        watch=WatchOrder(store=store, changes=changes),
        codes=SaveDiscountCode(store=store),
        receive=receive,
        list_sagas=ListSagas(store=store, definitions=engines),
        operate=OperateSaga(store=store, engines=engines, cancel=cancel),
        dead_letters=DeadLetters(store=store, consumers=catalog, arrived=receive.arrived),
        check_invariants=CheckInvariants(ours=InvariantViews(db, VIEWS), catalog=catalog),
    )
    background = {
        "checkouts": checkouts.run,
        "cancellations": cancellations.run,
        "refunds": refunds.run,
        "webhooks": webhooks.run,
        "housekeeping": ForgetOldKeys(store=store).run,
        "order changes": lambda: changes.listen(db),
        "order notices": lambda: changes.announce(db),
    }
    if settings.kafka_bootstrap_servers:
        relay = outbox.Relay(
            db,
            settings.kafka_bootstrap_servers,
            source="order",
            lease_seconds=settings.relay_lease_seconds,
            moment_seconds=RELAY_MOMENT,
            acknowledged=acknowledged(reached),
        )
        background["relay"] = relay.run
    rpc = [
        (cart_pb2_grpc.add_CartServiceServicer_to_server, carts, CARTS),
        (order_pb2_grpc.add_OrderServiceServicer_to_server, orders, ORDERS),
    ]
    return Service(rpc=rpc, background=background)


def acknowledged(reached: Reached) -> outbox.Acknowledged:
    """The relay's kill points, by the type of the order event that is sent."""
    if reached is never:
        return outbox.untold

    def tell(payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            reached(OrderChanged.FromString(payload).type, BEFORE_RELAY_ACK)

    return tell


def checkout(
    price: PriceCarts, accounts: Accounts, stock: Stock, payments: Payments, window: timedelta
) -> CheckoutSaga:
    """The steps over their ports."""
    return checkout_saga(
        price=Price(price=price, accounts=accounts, now=now),
        reserve=ReserveStock(stock=stock),
        authorize=AuthorizePayment(payments=payments, now=now, action_window=window),
        secure=SecureStock(stock=stock),
        confirm=ConfirmOrder(now=now),
        capture=CapturePayment(payments=payments, now=now),
        commit=CommitStock(stock=stock),
        rejected=RejectOrder(now),
    )
