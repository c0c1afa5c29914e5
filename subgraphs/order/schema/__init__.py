"""The order slice of the graph."""

from chassis.graph import USER_ERRORS, Slice
from subgraphs.order.schema.cart import Cart, cart
from subgraphs.order.schema.cart_create import cart_create
from subgraphs.order.schema.cart_discount_codes import cart_discount_code_add, cart_discount_code_remove
from subgraphs.order.schema.cart_lines_add import cart_lines_add
from subgraphs.order.schema.cart_lines_remove import cart_lines_remove
from subgraphs.order.schema.cart_lines_update import cart_lines_update
from subgraphs.order.schema.cart_merge import cart_merge
from subgraphs.order.schema.cart_update import cart_update
from subgraphs.order.schema.checkout_complete import checkout_complete, checkout_payment_continue
from subgraphs.order.schema.customer import Customer
from subgraphs.order.schema.dead_letters import dead_letter_replay, dead_letters
from subgraphs.order.schema.delivery_method import delivery_methods
from subgraphs.order.schema.discount_code import discount_code, discount_code_save
from subgraphs.order.schema.invariants import invariants
from subgraphs.order.schema.order import Order
from subgraphs.order.schema.order_cancel import order_cancel
from subgraphs.order.schema.order_fulfill import order_deliver, order_fulfill
from subgraphs.order.schema.order_refund import order_refund
from subgraphs.order.schema.order_return import order_return
from subgraphs.order.schema.order_updated import order_updated
from subgraphs.order.schema.orders import order, order_by_number, orders
from subgraphs.order.schema.saga_operate import saga_operate
from subgraphs.order.schema.sagas import sagas

SLICE = Slice(
    "order",
    query=[cart, delivery_methods, order, order_by_number, orders, sagas, dead_letters, invariants, discount_code],
    mutation=[
        cart_create,
        cart_lines_add,
        cart_lines_update,
        cart_lines_remove,
        cart_update,
        cart_discount_code_add,
        cart_discount_code_remove,
        cart_merge,
        checkout_complete,
        checkout_payment_continue,
        order_cancel,
        order_refund,
        order_fulfill,
        order_deliver,
        order_return,
        discount_code_save,
        saga_operate,
        dead_letter_replay,
    ],
    subscription=[order_updated],
    types=[Cart, Order, Customer, *USER_ERRORS],
)
