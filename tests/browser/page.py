"""What a person does on the GraphiQL page, in a person's words."""

import json
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE_S = 30


class GraphiQLPage:
    """GraphiQL in a fresh browser state at one address."""

    def __init__(self, browser: webdriver.Chrome, address: str, path: str = "/graphiql") -> None:
        self.browser = browser
        browser.get(f"{address}/emporium.svg")
        browser.execute_script("localStorage.clear(); sessionStorage.clear()")
        browser.get_log("performance")
        browser.get_log("browser")
        browser.get(f"{address}{path}")
        self.wait_until("the editor is there", lambda: self.editors() >= 2)

    def wait_until(self, what: str, condition: Any) -> Any:
        return WebDriverWait(self.browser, PATIENCE_S, 0.05).until(lambda _: condition(), what)

    def editors(self) -> int:
        return int(self.browser.execute_script("return globalThis.__MONACO?.editor.getEditors().length ?? 0"))

    def text(self, selector: str) -> str:
        found = self.browser.find_elements(By.CSS_SELECTOR, selector)
        return found[0].text if found else ""

    def click(self, selector: str) -> None:
        self.browser.find_element(By.CSS_SELECTOR, selector).click()

    def model(self, section: str) -> str:
        """Return the text of one editor: `query`, `variables` or `response`."""
        script = """
            const root = document.querySelector(arguments[0]);
            const editor = __MONACO.editor.getEditors().find(each => root?.contains(each.getContainerDomNode()));
            return editor?.getValue() ?? '';
        """
        return str(self.browser.execute_script(script, SECTIONS[section]))

    def write(self, query: str, variables: str = "") -> None:
        script = """
            const [query, variables] = arguments;
            const write = (selector, text) => {
              const root = document.querySelector(selector);
              __MONACO.editor.getEditors().find(each => root.contains(each.getContainerDomNode())).setValue(text);
            };
            write(arguments[2], query);
            write(arguments[3], variables);
        """
        self.browser.execute_script(script, query, variables, SECTIONS["query"], SECTIONS["variables"])

    def run(self, query: str) -> dict[str, Any]:
        """Run a document and return its first answer."""
        self.write(query)
        return self.press_run()

    def press_run(self) -> dict[str, Any]:
        self.click(".graphiql-execute-button")
        return dict(self.wait_until("an answer", self.answer))

    def answer(self) -> dict[str, Any] | None:
        try:
            return json.loads(self.model("response")) or None
        except ValueError:
            return None

    def open_example(self, title: str) -> None:
        listed = self.browser.find_elements(By.CSS_SELECTOR, ".example")
        next(each for each in listed if each.text.startswith(title)).click()

    def log_in(self) -> None:
        self.click(".session-demo")
        self.wait_until("somebody is logged in", lambda: self.text(".session-who"))

    def requested(self) -> set[str]:
        """Return every address that the page asked for since it was opened, WebSockets included."""
        addresses: set[str] = set()
        for entry in self.browser.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                addresses.add(event["params"]["request"]["url"])
            elif event["method"] == "Network.webSocketCreated":
                addresses.add(event["params"]["url"])
        return addresses

    def complaints(self) -> list[str]:
        """Return what the browser's console says: blocked loads, script errors, failed requests."""
        return [str(entry["message"]) for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]


SECTIONS = {
    "query": ".graphiql-query-editor",
    "variables": ".graphiql-editor-tool",
    "response": ".graphiql-response",
}
