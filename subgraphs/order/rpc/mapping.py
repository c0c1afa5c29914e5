"""Between the domain's values and the contract's messages; no decisions."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from emporium.common.v1 import outcome_pb2, page_pb2
from emporium.common.v1.address_pb2 import PostalAddress
from emporium.common.v1.money_pb2 import Money as MoneyMessage
from emporium.common.v1.outcome_pb2 import UserError
from emporium.order.v1 import cart_pb2, order_pb2
from emporium.payment.v1 import payment_pb2
from google.protobuf.message import Message

from chassis.wire import money_message, timestamp
from subgraphs.order.app.cart_answers import CartAnswer, PricedCart
from subgraphs.order.app.find_guest_order import FoundOrder
from subgraphs.order.app.ports import OrderPage, Page
from subgraphs.order.domain.address import Address
from subgraphs.order.domain.cart import CartStatus, ShopContext
from subgraphs.order.domain.delivery import DeliveryMethod
from subgraphs.order.domain.fulfillment import Fulfillment
from subgraphs.order.domain.order import Order, OrderEvent, PaymentStatus
from subgraphs.order.domain.payment import PaymentAttempt
from subgraphs.order.domain.pricing import PricedLine, Totals
from subgraphs.order.domain.problem import Adjustment, Problem
from subgraphs.order.domain.tax import MILLION, TaxLine


def money(minor_units: int, currency: str) -> MoneyMessage:
    return MoneyMessage(minor_units=minor_units, currency_code=currency)


def user_errors(problems: Iterable[Problem]) -> list[UserError]:
    return [user_error_of(problem) for problem in problems]


def user_error_of(problem: Problem) -> UserError:
    """The typed error where the problem carries its facts, else the plain one."""
    code = problem.code
    if code == "INSUFFICIENT_STOCK" and problem.sku is not None:
        short = outcome_pb2.InsufficientStock(
            code=code, field=problem.field, message=problem.message, sku=problem.sku, available=problem.available or 0
        )
        return UserError(insufficient_stock=short)
    if problem.expected is not None and problem.actual is not None:
        changed = outcome_pb2.PriceChanged(
            code=code,
            field=problem.field,
            message=problem.message,
            expected=money_message(problem.expected),
            actual=money_message(problem.actual),
        )
        return UserError(price_changed=changed)
    return UserError(input=outcome_pb2.InputError(code=code, field=problem.field, message=problem.message))


def warnings(changes: Iterable[Adjustment]) -> list[outcome_pb2.Warning]:
    return [outcome_pb2.Warning(code=one.code, field=one.field, message=one.message) for one in changes]


def context_of(message: page_pb2.ShopContext) -> ShopContext:
    return ShopContext(
        channel=message.channel or "web",
        currency=message.currency_code or "USD",
        locale=message.locale,
    )


def address_message(address: Address) -> PostalAddress:
    return PostalAddress(**{name: value for name, value in address.as_dict().items() if value is not None})


def address_of(message: PostalAddress) -> Address:
    return Address(
        full_name=message.full_name,
        line1=message.line1,
        city=message.city,
        postal_code=message.postal_code,
        country_code=message.country_code,
        company=optional(message, "company"),
        line2=optional(message, "line2"),
        region=optional(message, "region"),
        phone=optional(message, "phone"),
    )


def optional(message: Message, name: str) -> str | None:
    return getattr(message, name) if message.HasField(name) else None


def totals_message(totals: Totals, currency: str) -> cart_pb2.Totals:
    return cart_pb2.Totals(
        subtotal=money(totals.subtotal, currency),
        discount=money(totals.discount, currency),
        shipping=money(totals.shipping, currency),
        tax=money(totals.tax, currency),
        total=money(totals.total, currency),
    )


def delivery_message(method: DeliveryMethod, currency: str) -> cart_pb2.DeliveryMethod:
    return cart_pb2.DeliveryMethod(code=method.code, name=method.name, price=money(method.price, currency))


def tax_line_message(one: TaxLine, currency: str) -> cart_pb2.TaxLine:
    return cart_pb2.TaxLine(
        name=one.name,
        rate=f"{Decimal(one.rate) / MILLION:f}",
        base=money(one.base, currency),
        amount=money(one.amount, currency),
        included=one.included,
    )


def cart_line_message(line: PricedLine, currency: str) -> cart_pb2.CartLine:
    """Without prices while it is not for sale."""
    total = line.total
    return cart_pb2.CartLine(
        id=line.id,
        sku=line.sku,
        variant_id=line.variant_id,
        product_id=line.product_id,
        name=line.name,
        quantity=line.quantity,
        unit_price=None if line.unit_price is None else money(line.unit_price, currency),
        total=None if total is None else money(total, currency),
        discount=money(line.discount, currency),
    )


def cart_message(priced: PricedCart) -> cart_pb2.Cart:
    cart, currency = priced.cart, priced.cart.context.currency
    quote = priced.priced.quote
    return cart_pb2.Cart(
        id=cart.id,
        buyer_id=cart.buyer_id,
        customer_id=cart.customer_id,
        currency_code=currency,
        email=cart.email,
        shipping_address=None if cart.address is None else address_message(cart.address),
        delivery_method=None if quote.delivery is None else delivery_message(quote.delivery, currency),
        delivery_methods=[delivery_message(one, currency) for one in quote.offered],
        discount_codes=cart.discount_codes,
        lines=[cart_line_message(line, currency) for line in quote.lines],
        totals=totals_message(quote.totals, currency),
        tax_lines=[tax_line_message(one, currency) for one in quote.tax_lines],
        order_id=cart.order_id if cart.status is CartStatus.COMPLETED else None,
        created_at=timestamp(cart.created_at),
        updated_at=timestamp(cart.updated_at),
        version=cart.version,
        total_quantity=sum(line.quantity for line in cart.lines),
    )


def cart_response(answer: CartAnswer) -> cart_pb2.CartResponse:
    return cart_pb2.CartResponse(
        cart=None if answer.cart is None else cart_message(answer.cart),
        user_errors=user_errors(answer.problems),
        warnings=warnings(answer.warnings),
        token=answer.token,
    )


def cart_outcome(priced: PricedCart | None) -> cart_pb2.CartOutcome:
    return cart_pb2.CartOutcome() if priced is None else cart_pb2.CartOutcome(cart=cart_message(priced))


def order_line_message(line: PricedLine, currency: str) -> order_pb2.OrderLine:
    """A line that was never priced (its order was refused at once) shows zero."""
    return order_pb2.OrderLine(
        id=line.id,
        sku=line.sku,
        variant_id=line.variant_id,
        product_id=line.product_id,
        name=line.name,
        quantity=line.quantity,
        unit_price=money(line.unit_price or 0, currency),
        total=money(line.total or 0, currency),
        discount=money(line.discount, currency),
        tax=money(line.tax, currency),
    )


def payment_status(status: PaymentStatus) -> str:
    """The contract's PENDING is the order's; the payment's has a prefix."""
    return "PAYMENT_PENDING" if status is PaymentStatus.PENDING else status.value


def order_message(order: Order) -> order_pb2.Order:
    currency, action = order.currency, order.payment_action
    return order_pb2.Order(
        id=order.id,
        number=order.number,
        status=order.status.value,
        payment_status=payment_status(order.payment_status),
        buyer_id=order.buyer_id,
        customer_id=order.customer_id,
        email=order.email,
        lines=[order_line_message(line, currency) for line in order.lines],
        totals=totals_message(order.totals, currency),
        tax_lines=[tax_line_message(one, currency) for one in order.tax_lines],
        shipping_address=address_message(order.address),
        delivery_method=cart_pb2.DeliveryMethod(
            code=order.delivery_code, name=order.delivery_name, price=money(order.totals.shipping, currency)
        ),
        discount_codes=order.discount_codes,
        payment_action=None
        if action is None
        else payment_pb2.PaymentAction(url=action.url, expires_at=timestamp(action.expires_at)),
        reason=order.reason,
        captured=money(order.captured, currency),
        refunded=money(order.refunded, currency),
        created_at=timestamp(order.created_at),
        updated_at=timestamp(order.updated_at),
        version=order.version,
        sequence=order.sequence,
        cart_id=order.cart_id,
        fulfillments=[fulfillment_message(one) for one in order.fulfillments],
        returned=units_messages(order.returned.items()),
    )


def found_message(found: FoundOrder) -> order_pb2.Order:
    message = order_message(found.order)
    if not found.owned:
        message.ClearField("shipping_address")
        message.ClearField("payment_action")
    return message


def order_outcome(order: Order | None) -> order_pb2.OrderOutcome:
    return order_pb2.OrderOutcome() if order is None else order_pb2.OrderOutcome(order=order_message(order))


def event_message(event: OrderEvent) -> order_pb2.OrderEvent:
    return order_pb2.OrderEvent(
        sequence=event.sequence,
        type=event.type,
        status=event.status.value,
        payment_status=payment_status(event.payment_status),
        message=event.message,
        created_at=timestamp(event.created_at),
    )


def transaction_message(attempt: PaymentAttempt) -> payment_pb2.Transaction:
    return payment_pb2.Transaction(
        id=attempt.id,
        kind=attempt.kind.value,
        outcome=attempt.outcome.value,
        amount=money(attempt.amount if attempt.moved is None else attempt.moved, attempt.currency),
        provider=attempt.provider,
        psp_reference=attempt.reference,
        decline_reason=attempt.decline_reason,
        created_at=timestamp(attempt.created_at),
    )


def page_of(message: page_pb2.PageRequest) -> Page:
    return Page(first=message.first or 20, after=message.after)


def order_page(page: OrderPage, asked: Page) -> order_pb2.OrderPage:
    cursors = [order.id for order in page.orders]
    return order_pb2.OrderPage(
        nodes=[order_message(order) for order in page.orders],
        page_info=page_info(cursors, asked, has_next=page.has_next),
        total_count=page.total_count,
        cursors=cursors,
    )


def page_info(cursors: Sequence[str], asked: Page, *, has_next: bool) -> page_pb2.PageInfo:
    return page_pb2.PageInfo(
        has_next_page=has_next,
        has_previous_page=bool(asked.after),
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def fulfillment_message(one: Fulfillment) -> order_pb2.Fulfillment:
    return order_pb2.Fulfillment(
        id=one.id,
        lines=units_messages(one.lines),
        tracking_number=one.tracking_number,
        shipped_at=timestamp(one.shipped_at),
        delivered_at=None if one.delivered_at is None else timestamp(one.delivered_at),
    )


def units_messages(units: Iterable[tuple[str, int]]) -> list[order_pb2.FulfillmentLine]:
    return [order_pb2.FulfillmentLine(order_line_id=line_id, quantity=quantity) for line_id, quantity in units]


def units_of(messages: Iterable[order_pb2.FulfillmentLine]) -> list[tuple[str, int]]:
    return [(one.order_line_id, one.quantity) for one in messages]
