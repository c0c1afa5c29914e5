"""The GraphiQL page in a real browser, behind a tiny shop."""

from pathlib import Path

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browser.conftest import Serve
from tests.browser.page import GraphiQLPage
from tests.browser.shop import CART_TOKEN, PRODUCT_ID, SHOPPER, shop

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: webdriver.Chrome, shop_address: str) -> GraphiQLPage:
    return GraphiQLPage(browser, shop_address)


def test_a_query_shows_its_answer_and_how_the_request_went(page: GraphiQLPage) -> None:
    assert page.run('{ search(query: "lamp") { name } }') == {"data": {"search": [{"name": "A lamp"}]}}
    assert "HTTP 200" in page.text(".last-request")


def test_a_broken_document_shows_the_servers_error(page: GraphiQLPage) -> None:
    assert "Syntax Error" in page.run("{ search(")["errors"][0]["message"]


def test_a_gateway_that_is_gone_is_said_in_words(page: GraphiQLPage) -> None:
    page.browser.execute_script("globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'))")
    assert "The gateway does not answer" in page.run("{ authorization }")["errors"][0]["message"]


def test_a_subscription_shows_its_last_value(page: GraphiQLPage, shop_address: str) -> None:
    page.write("subscription { countdown(start: 3) }")
    page.click(".graphiql-execute-button")
    page.wait_until("the end of the countdown", lambda: page.answer() == {"data": {"countdown": 0}})
    assert f"{shop_address.replace('http', 'ws')}/graphql" in page.requested()


def test_a_subscription_carries_the_login(page: GraphiQLPage) -> None:
    page.log_in()
    assert page.run("subscription { who }")["data"]["who"].startswith("Bearer ey")


def test_the_first_example_is_ready_to_run_on_the_first_visit(page: GraphiQLPage) -> None:
    assert page.press_run() == {"data": {"search": [{"id": PRODUCT_ID, "name": "A lamp"}]}}


def test_an_example_takes_its_ids_from_earlier_answers(page: GraphiQLPage) -> None:
    hint = "after “Search with facets”"
    assert hint in page.text(".examples")
    page.press_run()
    page.wait_until("the hint is gone", lambda: hint not in page.text(".examples"))
    page.open_example("Show a product")
    page.wait_until("the id is filled in", lambda: PRODUCT_ID in page.model("variables"))
    assert page.press_run() == {"data": {"product": {"name": "A lamp"}}}


def test_an_example_is_not_sent_before_its_ids_are_known(page: GraphiQLPage) -> None:
    page.open_example("Show a product")
    page.wait_until("the example is open", lambda: "{{prd}}" in page.model("variables"))
    assert page.press_run() == {"errors": [{"message": "Not sent: run “Search with facets” first."}]}


def test_opening_an_example_keeps_what_was_written(page: GraphiQLPage) -> None:
    page.write("{ authorization }")
    page.open_example("Count down")
    page.wait_until("the example is open", lambda: "countdown" in page.model("query"))
    tabs = page.browser.find_elements(By.CSS_SELECTOR, ".graphiql-tab-button")
    assert len(tabs) == 2


def test_the_demo_shopper_logs_in_and_out_at_one_click(page: GraphiQLPage) -> None:
    assert page.run("{ authorization }") == {"data": {"authorization": ""}}
    page.log_in()
    assert page.text(".session-who") == SHOPPER
    page.press_run()
    page.wait_until("the token is sent", lambda: "Bearer ey" in page.model("response"))
    page.click(".session-button")
    page.wait_until("nobody is logged in", lambda: page.text(".session-demo") == "Log in as demo shopper")


def test_logging_out_ends_the_session_at_the_shop(
    browser: webdriver.Chrome, assets: Path, operations: Path, serve: Serve
) -> None:
    app = shop(assets, operations, demo_logins=True)
    page = GraphiQLPage(browser, serve(app))
    page.log_in()
    page.click(".session-button")
    page.wait_until("the session is ended", lambda: app.state.revoked == ["first"])


def test_a_reload_keeps_the_login(page: GraphiQLPage) -> None:
    page.log_in()
    page.browser.refresh()
    page.wait_until("the shopper is back", lambda: page.text(".session-who") == SHOPPER)


def test_a_login_by_hand_is_taken_over(page: GraphiQLPage) -> None:
    page.write(
        "mutation($input: TokenCreateInput!) { mine: tokenCreate(input: $input) { accessToken } }",
        '{"input": {"email": "by.hand@example.com"}}',
    )
    page.click(".graphiql-execute-button")
    page.wait_until("the login is shown", lambda: page.text(".session-who") == "by.hand@example.com")


def test_an_expiring_token_is_renewed_before_the_next_request(
    browser: webdriver.Chrome, assets: Path, operations: Path, serve: Serve
) -> None:
    page = GraphiQLPage(browser, serve(shop(assets, operations, demo_logins=True, token_seconds=1)))
    page.log_in()
    first = browser.execute_script("return sessionStorage.getItem('emporium:storefront:session')")
    assert page.run("{ authorization }")["data"]["authorization"].startswith("Bearer ey")
    second = browser.execute_script("return sessionStorage.getItem('emporium:storefront:session')")
    assert '"refreshToken":"first"' in first
    assert '"refreshToken":"second"' in second


def test_without_demo_logins_the_button_goes_away(
    browser: webdriver.Chrome, assets: Path, operations: Path, serve: Serve
) -> None:
    page = GraphiQLPage(browser, serve(shop(assets, operations, demo_logins=False)))
    page.click(".session-demo")
    page.wait_until("the button is gone", lambda: not page.browser.find_elements(By.CSS_SELECTOR, ".session-demo"))
    assert "no demo logins" in page.text(".session-notice")


def test_a_guest_carts_token_is_sent_until_it_is_forgotten(page: GraphiQLPage) -> None:
    page.run("mutation { cartCreate { token } }")
    page.wait_until("the cart is shown", lambda: "guest cart" in page.text(".session-chip"))
    page.write("{ cartToken }")
    page.click(".graphiql-execute-button")
    page.wait_until("the token was sent", lambda: page.answer() == {"data": {"cartToken": CART_TOKEN}})
    page.click(".session-chip")
    page.click(".graphiql-execute-button")
    page.wait_until("no token was sent", lambda: page.answer() == {"data": {"cartToken": ""}})


def test_the_admin_page_has_its_own_endpoint_examples_and_login(browser: webdriver.Chrome, shop_address: str) -> None:
    page = GraphiQLPage(browser, shop_address, "/admin/graphiql")
    assert "Who am I" in page.text(".examples")
    assert page.text(".session-demo") == "Log in as demo admin"
    page.run("{ __typename }")
    assert f"{shop_address}/admin/graphql" in page.requested()


def test_the_editor_completes_fields_of_the_schema(page: GraphiQLPage) -> None:
    page.write("{ aut }")
    page.browser.execute_script(
        "const editor = __MONACO.editor.getEditors()[0];"
        "editor.focus();"
        "editor.setPosition({lineNumber: 1, column: 6});"
        "editor.trigger('test', 'editor.action.triggerSuggest', {})"
    )
    page.wait_until("a suggestion", lambda: "authorization" in page.text(".suggest-widget"))


def test_the_documentation_of_the_schema_is_shown(page: GraphiQLPage) -> None:
    page.click('[aria-label="Show Documentation Explorer"]')
    page.wait_until("the root types", lambda: "Subscription" in page.text(".graphiql-plugin"))


def test_no_request_leaves_for_another_host_and_nothing_is_blocked(page: GraphiQLPage, shop_address: str) -> None:
    for panel in ("Documentation Explorer", "GraphiQL Explorer", "History"):
        page.click(f'[aria-label="Show {panel}"]')
    page.press_run()
    page.run("subscription { countdown(start: 1) }")
    own = (shop_address, shop_address.replace("http", "ws"), "data:", "chrome:", "devtools:")
    assert [address for address in page.requested() if not address.startswith(own)] == []
    assert page.complaints() == []


def test_the_policy_really_keeps_other_hosts_out(page: GraphiQLPage) -> None:
    blocked = page.browser.execute_async_script(
        "const done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective), {once: true});"
        "fetch('http://127.0.0.2:9/').catch(() => {})"
    )
    assert blocked == "connect-src"


def test_the_landing_page_leads_to_graphiql(browser: webdriver.Chrome, shop_address: str) -> None:
    browser.get(f"{shop_address}/")
    links = {link.get_attribute("href") for link in browser.find_elements(By.CSS_SELECTOR, ".doors a")}
    assert {f"{shop_address}{path}" for path in ("/graphiql", "/admin/graphiql", "/schema.graphql")} == links


def test_files_are_kept_for_ever_and_the_page_is_not(shop_address: str) -> None:
    page = httpx.get(f"{shop_address}/graphiql")
    script = page.text.split('src="')[1].split('"')[0]
    assert page.headers["Cache-Control"] == "no-cache"
    assert "immutable" in httpx.get(f"{shop_address}{script}").headers["Cache-Control"]
