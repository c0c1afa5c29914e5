"""emporium.order.v1.CartService: message in, use case, message out."""

from dataclasses import dataclass
from typing import Any

from emporium.order.v1 import cart_pb2 as pb
from emporium.order.v1.cart_pb2_grpc import CartServiceServicer

from chassis.identity import current
from subgraphs.order.app.change_cart_lines import ChangeCartLines, LineInput, LineUpdate
from subgraphs.order.app.create_cart import CreateCart
from subgraphs.order.app.merge_cart import MergeCart
from subgraphs.order.app.read_carts import ReadCarts
from subgraphs.order.app.read_orders import checked_batch
from subgraphs.order.app.update_cart import ChangeDiscountCodes, UpdateCart
from subgraphs.order.rpc import mapping


@dataclass(frozen=True, kw_only=True)
class CartServicer(CartServiceServicer):
    read: ReadCarts
    create: CreateCart
    lines: ChangeCartLines
    update: UpdateCart
    codes: ChangeDiscountCodes
    merge: MergeCart

    async def CreateCart(self, request: pb.CreateCartRequest, context: Any) -> pb.CartResponse:
        email = request.email if request.HasField("email") else None
        lines = [LineInput(sku=line.sku, quantity=line.quantity) for line in request.lines]
        return mapping.cart_response(await self.create(current(), mapping.context_of(request.context), lines, email))

    async def BatchGetCarts(self, request: pb.BatchGetCartsRequest, context: Any) -> pb.BatchGetCartsResponse:
        checked_batch(request.ids)
        carts = await self.read.by_id(current(), request.ids)
        return pb.BatchGetCartsResponse(outcomes=[mapping.cart_outcome(cart) for cart in carts])

    async def BatchGetCartsOfCustomers(
        self, request: pb.BatchGetCartsOfCustomersRequest, context: Any
    ) -> pb.BatchGetCartsResponse:
        checked_batch(request.customer_ids)
        carts = await self.read.of_customers(current(), request.customer_ids)
        return pb.BatchGetCartsResponse(outcomes=[mapping.cart_outcome(cart) for cart in carts])

    async def AddCartLines(self, request: pb.AddCartLinesRequest, context: Any) -> pb.CartResponse:
        lines = [LineInput(sku=line.sku, quantity=line.quantity) for line in request.lines]
        return mapping.cart_response(await self.lines.add(current(), request.cart_id, lines))

    async def UpdateCartLines(self, request: pb.UpdateCartLinesRequest, context: Any) -> pb.CartResponse:
        updates = [LineUpdate(line_id=line.line_id, quantity=line.quantity) for line in request.lines]
        return mapping.cart_response(await self.lines.update(current(), request.cart_id, updates))

    async def RemoveCartLines(self, request: pb.RemoveCartLinesRequest, context: Any) -> pb.CartResponse:
        return mapping.cart_response(await self.lines.remove(current(), request.cart_id, request.line_ids))

    async def UpdateCart(self, request: pb.UpdateCartRequest, context: Any) -> pb.CartResponse:
        has = request.HasField
        answer = await self.update(
            current(),
            request.cart_id,
            email=request.email if has("email") else None,
            address=mapping.address_of(request.shipping_address) if has("shipping_address") else None,
            delivery_code=request.delivery_method_code if has("delivery_method_code") else None,
        )
        return mapping.cart_response(answer)

    async def AddDiscountCode(self, request: pb.AddDiscountCodeRequest, context: Any) -> pb.CartResponse:
        return mapping.cart_response(await self.codes.add(current(), request.cart_id, request.code))

    async def RemoveDiscountCode(self, request: pb.RemoveDiscountCodeRequest, context: Any) -> pb.CartResponse:
        return mapping.cart_response(await self.codes.remove(current(), request.cart_id, request.code))

    async def MergeCart(self, request: pb.MergeCartRequest, context: Any) -> pb.CartResponse:
        return mapping.cart_response(await self.merge(current(), request.cart_id))

    async def ListDeliveryMethods(
        self, request: pb.ListDeliveryMethodsRequest, context: Any
    ) -> pb.ListDeliveryMethodsResponse:
        currency = mapping.context_of(request.context).currency
        methods = self.read.delivery_methods(currency)
        return pb.ListDeliveryMethodsResponse(methods=[mapping.delivery_message(one, currency) for one in methods])
