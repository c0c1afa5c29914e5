"""What a shop's front end would ask."""

REGISTER = """mutation Register($input: CustomerRegisterInput!) {
  customerRegister(input: $input) { userErrors { code message } }
}"""

LOG_IN = """mutation LogIn($input: TokenCreateInput!) {
  tokenCreate(input: $input) { accessToken userErrors { code message } }
}"""

BROWSE = """{
  categories { name slug productCount children { name slug productCount products(first: 3) { nodes { name } } } }
}"""

SEARCH = """query Search($query: String!, $where: SearchWhere, $facets: [FacetInput!]) {
  search(query: $query, where: $where, facets: $facets, first: 20) {
    totalCount degraded
    facets { key values { value count input { facet values } } }
    nodes { id name brand availableForSale }
  }
}"""

PRODUCT = """query ProductPage($id: ID!) {
  product(id: $id) {
    name description category { name parent { name } } attributes { label value }
    variants { sku name quantityAvailable price { amount currencyCode } }
  }
}"""

CART_FIELDS = """
fragment CartFields on Cart {
  id discountCodes totals { subtotal { amount } discount { amount } total { amount currencyCode } }
  lines { id sku quantity product { name } }
}"""

CART_CREATE = (
    """mutation CartCreate($input: CartCreateInput!) {
  cartCreate(input: $input) { token cart { ...CartFields } userErrors { code message } }
}"""
    + CART_FIELDS
)

CART_ADD = """mutation CartAdd($input: CartLinesAddInput!) {
  cartLinesAdd(input: $input) { userErrors { code message } }
}"""

CART_SET = """mutation CartSet($input: CartLinesUpdateInput!) {
  cartLinesUpdate(input: $input) { userErrors { code message } }
}"""

CART_UPDATE = (
    """mutation CartUpdate($input: CartUpdateInput!) {
  cartUpdate(input: $input) { cart { ...CartFields } userErrors { code message } }
}"""
    + CART_FIELDS
)

CART_CODE = (
    """mutation CartCode($input: CartDiscountCodeInput!) {
  cartDiscountCodeAdd(input: $input) { cart { ...CartFields } userErrors { code message } }
}"""
    + CART_FIELDS
)

CHECKOUT = """mutation Checkout($input: CheckoutCompleteInput!) {
  checkoutComplete(input: $input) {
    order { id number status paymentStatus reason totals { total { amount currencyCode } } }
    userErrors { code message }
  }
}"""

WATCH = """subscription Watch($id: ID!) {
  orderUpdated(id: $id) { order { status paymentStatus } event { sequence type } }
}"""

HISTORY = """{
  me { orders(first: 10) { nodes {
    number status paymentStatus totals { total { amount } } events { sequence type }
    transactions { kind outcome amount { amount } } lines { sku quantity product { name } }
  } } }
}"""

STOCK = """query Stock($id: ID!) {
  product(id: $id) { variants { sku stock { available reserved secured sold } } }
}"""

LEDGER = """query Ledger($sku: String!) {
  stockLedger(sku: $sku, first: 50) { nodes { kind orderId availableDelta reservedDelta securedDelta soldDelta } }
}"""

CODE_USE = """query CodeUse($code: String!) { discountCode(code: $code) { usedCount } }"""
