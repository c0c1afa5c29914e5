"""emporium.order.v1.OrderService: message in, use case, message out."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from emporium.order.v1 import order_pb2 as pb
from emporium.order.v1.order_pb2_grpc import OrderServiceServicer

from chassis.errors import InvalidInput
from chassis.identity import current
from chassis.wire import money_from
from subgraphs.order.app.find_guest_order import FindGuestOrder
from subgraphs.order.app.fulfill_order import FulfillOrder
from subgraphs.order.app.read_orders import ReadOrders
from subgraphs.order.app.save_discount_code import SaveDiscountCode
from subgraphs.order.app.watch_order import WatchOrder
from subgraphs.order.checkout.answers import OrderAnswer
from subgraphs.order.checkout.cancel_order import CancelOrder
from subgraphs.order.checkout.check_invariants import CheckInvariants
from subgraphs.order.checkout.complete_checkout import CheckoutRequest, CompleteCheckout
from subgraphs.order.checkout.continue_payment import ContinuePayment
from subgraphs.order.checkout.dead_letters import DeadLetters
from subgraphs.order.checkout.list_sagas import ListSagas
from subgraphs.order.checkout.operate_saga import OperateSaga, SagaAction
from subgraphs.order.checkout.ports import SagaFilter
from subgraphs.order.checkout.receive_webhook import ReceiveWebhook
from subgraphs.order.checkout.refund_order import RefundOrder
from subgraphs.order.checkout.return_order import ReturnOrder
from subgraphs.order.domain.order import OrderStatus
from subgraphs.order.rpc import discount_codes, mapping, operators


@dataclass(frozen=True, kw_only=True)
class OrderServicer(OrderServiceServicer):
    complete: CompleteCheckout
    continue_: ContinuePayment
    cancel: CancelOrder
    refund: RefundOrder
    fulfill: FulfillOrder
    read: ReadOrders
    find_guest: FindGuestOrder
    watch: WatchOrder
    codes: SaveDiscountCode
    receive: ReceiveWebhook
    return_: ReturnOrder
    list_sagas: ListSagas
    operate: OperateSaga
    dead_letters: DeadLetters
    check_invariants: CheckInvariants

    async def CompleteCheckout(self, request: pb.CompleteCheckoutRequest, context: Any) -> pb.CheckoutResponse:
        asked = CheckoutRequest(
            cart_id=request.cart_id,
            idempotency_key=request.idempotency_key,
            expected_total=money_from(request.expected_total) if request.HasField("expected_total") else None,
            payment_token=request.payment_token,
        )
        return checkout_response(await self.complete(current(), asked))

    async def ContinuePayment(self, request: pb.ContinuePaymentRequest, context: Any) -> pb.CheckoutResponse:
        return checkout_response(await self.continue_(current(), request.order_id))

    async def BatchGetOrders(self, request: pb.BatchGetOrdersRequest, context: Any) -> pb.BatchGetOrdersResponse:
        orders = await self.read.by_id(current(), request.ids)
        return pb.BatchGetOrdersResponse(outcomes=[mapping.order_outcome(order) for order in orders])

    async def BatchListOrdersOfCustomers(
        self, request: pb.BatchListOrdersOfCustomersRequest, context: Any
    ) -> pb.BatchListOrdersOfCustomersResponse:
        page = mapping.page_of(request.page)
        pages = await self.read.pages_of_customers(current(), request.customer_ids, page)
        return pb.BatchListOrdersOfCustomersResponse(pages=[mapping.order_page(one, page) for one in pages])

    async def FindGuestOrder(self, request: pb.FindGuestOrderRequest, context: Any) -> pb.FindGuestOrderResponse:
        found = await self.find_guest(current(), request.number, request.email)
        return pb.FindGuestOrderResponse(order=None if found is None else mapping.found_message(found))

    async def BatchListOrderEvents(
        self, request: pb.BatchListOrderEventsRequest, context: Any
    ) -> pb.BatchListOrderEventsResponse:
        lists = await self.read.events(current(), request.order_ids)
        return pb.BatchListOrderEventsResponse(
            lists=[pb.OrderEventList(events=[mapping.event_message(event) for event in events]) for events in lists]
        )

    async def BatchListTransactions(
        self, request: pb.BatchListTransactionsRequest, context: Any
    ) -> pb.BatchListTransactionsResponse:
        lists = await self.read.payments(current(), request.order_ids)
        return pb.BatchListTransactionsResponse(
            lists=[
                pb.TransactionList(transactions=[mapping.transaction_message(one) for one in attempts])
                for attempts in lists
            ]
        )

    async def WatchOrder(self, request: pb.WatchOrderRequest, context: Any) -> AsyncIterator[pb.OrderUpdate]:
        after = request.after_sequence if request.HasField("after_sequence") else None
        async for order, event in self.watch(current(), request.order_id, after):
            shown = None if event is None else mapping.event_message(event)
            yield pb.OrderUpdate(order=mapping.order_message(order), event=shown)

    async def CancelOrder(self, request: pb.CancelOrderRequest, context: Any) -> pb.OrderResponse:
        return order_response(await self.cancel(current(), request.order_id, request.idempotency_key, request.reason))

    async def RefundOrder(self, request: pb.RefundOrderRequest, context: Any) -> pb.OrderResponse:
        amount = money_from(request.amount) if request.HasField("amount") else None
        return order_response(
            await self.refund(current(), request.order_id, request.idempotency_key, amount, request.reason)
        )

    async def FulfillOrder(self, request: pb.FulfillOrderRequest, context: Any) -> pb.OrderResponse:
        tracking = request.tracking_number if request.HasField("tracking_number") else None
        lines = mapping.units_of(request.lines)
        order, problems = await self.fulfill(current(), request.order_id, request.idempotency_key, tracking, lines)
        return order_response(OrderAnswer(order=order, problems=problems))

    async def DeliverFulfillment(self, request: pb.DeliverFulfillmentRequest, context: Any) -> pb.OrderResponse:
        order, problems = await self.fulfill.deliver(
            current(), request.order_id, request.idempotency_key, request.fulfillment_id
        )
        return order_response(OrderAnswer(order=order, problems=problems))

    async def ReturnOrder(self, request: pb.ReturnOrderRequest, context: Any) -> pb.OrderResponse:
        lines = mapping.units_of(request.lines)
        return order_response(
            await self.return_(current(), request.order_id, request.idempotency_key, lines, request.reason)
        )

    async def ListOrders(self, request: pb.ListOrdersRequest, context: Any) -> pb.OrderPage:
        page = mapping.page_of(request.page)
        status = OrderStatus(pb.OrderStatus.Name(request.status)) if request.status else None
        return mapping.order_page(await self.read.page(current(), page, status), page)

    async def ListSagas(self, request: pb.ListSagasRequest, context: Any) -> pb.ListSagasResponse:
        page = mapping.page_of(request.page)
        wanted = SagaFilter(
            state=request.state, definition=request.definition, older_than_seconds=request.older_than_seconds
        )
        sagas, has_next = await self.list_sagas(current(), wanted, page)
        return operators.sagas_message(sagas, page, has_next=has_next)

    async def OperateSaga(self, request: pb.OperateSagaRequest, context: Any) -> pb.OperateSagaResponse:
        if not request.action:
            raise InvalidInput("action is required")
        action = SagaAction(pb.SagaAction.Name(request.action))
        saga, problems = await self.operate(current(), request.saga_id, action, request.reason)
        return pb.OperateSagaResponse(saga=operators.saga_message(saga), user_errors=mapping.user_errors(problems))

    async def ListDeadLetters(self, request: pb.ListDeadLettersRequest, context: Any) -> pb.ListDeadLettersResponse:
        page = mapping.page_of(request.page)
        return operators.letters_message(await self.dead_letters(current(), page), page)

    async def ReplayDeadLetter(self, request: pb.ReplayDeadLetterRequest, context: Any) -> pb.ReplayDeadLetterResponse:
        letter, problems = await self.dead_letters.replay(current(), request.id, request.reason)
        shown = None if letter is None else operators.letter_message(letter)
        return pb.ReplayDeadLetterResponse(dead_letter=shown, user_errors=mapping.user_errors(problems))

    async def CheckInvariants(self, request: pb.CheckInvariantsRequest, context: Any) -> pb.CheckInvariantsResponse:
        return operators.invariants_message(await self.check_invariants(current()))

    async def ReceiveWebhook(self, request: pb.ReceiveWebhookRequest, context: Any) -> pb.ReceiveWebhookResponse:
        return await self._receive(request)

    async def ReceiveWebhooks(self, request: pb.ReceiveWebhooksRequest, context: Any) -> pb.ReceiveWebhooksResponse:
        return pb.ReceiveWebhooksResponse(answers=await asyncio.gather(*map(self._receive, request.events)))

    async def _receive(self, event: pb.ReceiveWebhookRequest) -> pb.ReceiveWebhookResponse:
        accepted = await self.receive(event.provider, event.body, event.headers)
        return pb.ReceiveWebhookResponse(accepted=accepted)

    async def SaveDiscountCode(self, request: pb.SaveDiscountCodeRequest, context: Any) -> pb.SaveDiscountCodeResponse:
        code, problems = await self.codes(current(), discount_codes.code_of(request.discount_code))
        return pb.SaveDiscountCodeResponse(
            discount_code=None if code is None else discount_codes.code_message(code),
            user_errors=mapping.user_errors(problems),
        )

    async def BatchGetDiscountCodes(
        self, request: pb.BatchGetDiscountCodesRequest, context: Any
    ) -> pb.BatchGetDiscountCodesResponse:
        codes = await self.codes.get(current(), request.codes)
        outcomes = [
            pb.DiscountCodeOutcome(discount_code=None if one is None else discount_codes.code_message(one))
            for one in codes
        ]
        return pb.BatchGetDiscountCodesResponse(outcomes=outcomes)


def checkout_response(answer: OrderAnswer) -> pb.CheckoutResponse:
    order = None if answer.order is None else mapping.order_message(answer.order)
    return pb.CheckoutResponse(order=order, user_errors=mapping.user_errors(answer.problems))


def order_response(answer: OrderAnswer) -> pb.OrderResponse:
    order = None if answer.order is None else mapping.order_message(answer.order)
    return pb.OrderResponse(order=order, user_errors=mapping.user_errors(answer.problems))
