"""The panel that draws what an operation fetched, behind the real gateway over the fixture slices."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browser.conftest import serving
from tests.browser.page import GraphiQLPage
from tests.fakes.shop_backend import Backend
from tests.fixtures.gateway import Issuer, fixture_application

pytestmark = pytest.mark.browser

NESTED = """query Nested {
  products(first: 12) { nodes { name category { name parent { name } products(first: 2) { totalCount } } } }
  orders(first: 2) { number }
}"""
SHARED_KEYS = 'query Shared { productsById(ids: ["prd_1", "prd_11", "prd_21", "prd_2"]) { category { name } } }'
FAILING = 'query Failing { productsById(ids: ["prd_1", "prd_17"]) { name } }'
UNREACHED = 'query Unreached { productsById(ids: ["prd_4"]) { category { name } } }'


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def page(browser: webdriver.Chrome, assets: Path, issuer: Issuer) -> Iterator[GraphiQLPage]:
    """One page for all tests: each runs an operation of its own name."""
    with serving() as serve:
        opened = GraphiQLPage(browser, serve(fixture_application(Backend(), issuer, web_assets=str(assets))))
        opened.click('[aria-label="Show Plan"]')
        assert "what it fetched" in opened.text(".plan-hint")
        yield opened


def explained(page: GraphiQLPage, query: str) -> dict[str, Any]:
    """The answer, once the panel shows the operation."""
    answer = page.run(query)
    kind, name = re.split(r"\W+", query)[:2]
    page.wait_until("the plan", lambda: page.text(".plan-operation") == f"{kind} {name}")
    return answer


def drawn(page: GraphiQLPage) -> list[tuple[str, int]]:
    """Name and depth of each step, from top to bottom."""
    steps = page.browser.find_elements(By.CSS_SELECTOR, ".plan-step")
    return [
        (step.find_element(By.CSS_SELECTOR, ".plan-path").text, len(step.find_elements(By.CSS_SELECTOR, ".plan-rail")))
        for step in steps
    ]


def test_the_graph_of_fetches_is_drawn_with_its_branches(page: GraphiQLPage) -> None:
    explained(page, NESTED)
    assert drawn(page) == [("products", 0), ("category", 1), ("parent", 2), ("products", 2), ("orders", 0)]
    rails = page.browser.find_elements(By.CSS_SELECTOR, '[data-fetch="2"] .plan-rail, [data-fetch="3"] .plan-rail')
    kinds = [str(rail.get_attribute("class")).rpartition("plan-rail-")[2] for rail in rails]
    assert kinds == ["gap", "tee", "gap", "elbow"]


def test_keys_calls_and_cost_are_told(page: GraphiQLPage) -> None:
    explained(page, SHARED_KEYS)
    assert page.text('[data-fetch="1"] .plan-keys') == "4 places → 2 keys → 1 call"
    assert page.text('[data-fetch="1"] .plan-share') == "≤ 14"
    figures = page.text(".plan-figures").splitlines()
    assert figures[3:] == ["CALLS", "2", "at most 2", "COST", "26", "at most 28"]
    page.click('[data-fetch="1"] summary')
    assert "cat_1 cat_2" in page.text('[data-fetch="1"] .plan-details')


def test_a_step_stands_on_the_time_line_after_what_it_waited_for(page: GraphiQLPage) -> None:
    explained(page, NESTED)
    bars = page.browser.find_elements(By.CSS_SELECTOR, ".plan-bar")
    assert bars[1].rect["x"] >= bars[0].rect["x"] + bars[0].rect["width"] - 2
    assert all(bar.rect["width"] > 0 for bar in bars)


def test_errors_and_steps_that_were_not_needed_are_shown_as_such(page: GraphiQLPage) -> None:
    explained(page, FAILING)
    assert "1 error" in page.text('[data-errors="1"]')
    assert "plan made now · written by the program" in page.text(".plan-facts")
    explained(page, UNREACHED)
    assert page.text('[data-fetch="1"] .plan-time') == "not needed"


def test_the_answer_is_shown_without_the_plan(page: GraphiQLPage) -> None:
    answer = explained(page, "query Plain { products { totalCount } }")
    assert set(answer["extensions"]) == {"rpcs", "cost"}


def test_a_subscription_shows_the_plan_of_its_last_event(page: GraphiQLPage, issuer: Issuer) -> None:
    page.browser.execute_script(
        "sessionStorage.setItem('emporium:storefront:session', JSON.stringify({accessToken: arguments[0]}))",
        issuer.token(),
    )
    page.browser.refresh()
    page.wait_until("the editor is back", lambda: page.editors() >= 2)
    explained(page, 'subscription Watch { orderUpdated(id: "ord_1") { order { lines { product { name } } } } }')
    assert drawn(page) == [("orderUpdated", 0), ("product", 1)]


def test_the_panel_keeps_within_a_narrow_sidebar(page: GraphiQLPage) -> None:
    explained(page, NESTED)
    panel = page.browser.find_element(By.CSS_SELECTOR, ".plan")
    inner = int(page.browser.execute_script("return arguments[0].scrollWidth", panel))
    assert inner <= int(panel.rect["width"]) + 1
    assert page.complaints() == []
