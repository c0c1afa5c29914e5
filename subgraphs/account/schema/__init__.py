"""The account slice of the graph."""

from chassis.graph import USER_ERRORS, Slice
from subgraphs.account.schema.customer import Customer
from subgraphs.account.schema.customer_address_delete import customer_address_delete
from subgraphs.account.schema.customer_address_save import customer_address_save
from subgraphs.account.schema.customer_block import customer_block
from subgraphs.account.schema.customer_delete import customer_delete
from subgraphs.account.schema.customer_password_change import customer_password_change
from subgraphs.account.schema.customer_register import customer_register
from subgraphs.account.schema.customer_roles_set import customer_roles_set
from subgraphs.account.schema.customer_update import customer_update
from subgraphs.account.schema.customers import customer, customers
from subgraphs.account.schema.me import me
from subgraphs.account.schema.session_revoke import session_revoke
from subgraphs.account.schema.token_create import token_create
from subgraphs.account.schema.token_refresh import token_refresh
from subgraphs.account.schema.token_revoke import token_revoke
from subgraphs.account.schema.tokens_revoke_all import tokens_revoke_all

SLICE = Slice(
    "account",
    query=[me, customers, customer],
    mutation=[
        customer_register,
        token_create,
        token_refresh,
        token_revoke,
        tokens_revoke_all,
        session_revoke,
        customer_update,
        customer_password_change,
        customer_address_save,
        customer_address_delete,
        customer_delete,
        customer_roles_set,
        customer_block,
    ],
    types=[Customer, *USER_ERRORS],
)
