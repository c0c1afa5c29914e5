"""The process that takes up changes of the code without a gap, with a small server in the place of a real one."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.embedded.ports import free_port
from infra.embedded.probes import http_get

SERVER = """
import http.server, os, signal, sys, threading
from chassis import notify
from infra.embedded.reloading import inherited_socket

ANSWER = b"WORD"

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer, bind_and_activate=False)
server.socket = inherited_socket()
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
notify.ready(os.environ["NOTIFY_SOCKET"])
server.serve_forever(poll_interval=0.02)
"""


@dataclass
class Shop:
    """The small server under the reloader."""

    folder: Path
    port: int
    readiness_port: int
    process: subprocess.Popen[str]

    def save(self, word: str) -> None:
        (self.folder / "small_shop.py").write_text(SERVER.replace("WORD", word))

    def answer(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as response:
            return response.read().decode()

    def is_ready(self) -> bool:
        return http_get(self.readiness_port, "/readyz")[0] == 200

    def says(self, word: str) -> bool:
        return self.is_ready() and self.answer() == word


@pytest.fixture
def shop(tmp_path: Path, checkout: Path, environment: dict[str, str]) -> Generator[Shop]:
    port, readiness_port = free_port(), free_port()
    program = {
        "name": "shop",
        "module": "small_shop",
        "watched": [str(tmp_path)],
        "readiness_port": readiness_port,
        "listen": ["127.0.0.1", port],
    }
    (tmp_path / "small_shop.py").write_text(SERVER.replace("WORD", "first"))
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.embedded.reloading", json.dumps(program)],
        cwd=checkout,
        env=environment | {"PYTHONPATH": f"{tmp_path}:{checkout}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    shop = Shop(folder=tmp_path, port=port, readiness_port=readiness_port, process=process)
    try:
        assert until(lambda: shop.says("first"))
        yield shop
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def test_a_change_is_taken_up_and_no_request_fails_meanwhile(shop: Shop) -> None:
    failures: list[str] = []
    over = threading.Event()

    def ask_on() -> None:
        while not over.wait(0.005):
            try:
                shop.answer()
            except OSError as error:
                failures.append(repr(error))

    asking = [threading.Thread(target=ask_on, daemon=True) for _ in range(3)]
    for thread in asking:
        thread.start()
    try:
        for word in ("second", "third", "fourth"):
            shop.save(word)
            assert until(lambda word=word: shop.says(word))
    finally:
        over.set()
        for thread in asking:
            thread.join()
    assert failures == []


def test_two_changes_of_the_same_length_within_a_second_are_both_seen(shop: Shop) -> None:
    for number in range(5):
        shop.save(f"word{number}")
        assert until(lambda number=number: shop.says(f"word{number}"))


def test_code_that_does_not_start_leaves_the_process_before_at_work(shop: Shop) -> None:
    shop.save('" this is no Python')
    assert until(lambda: not shop.is_ready())
    assert shop.answer() == "first"
    shop.save("mended")
    assert until(lambda: shop.says("mended"))


def test_a_process_that_crashes_is_started_again(shop: Shop) -> None:
    pid = shop.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    (child,) = [each for each in children if "small_shop" in Path(f"/proc/{each}/cmdline").read_text()]
    os.kill(int(child), signal.SIGKILL)
    assert until(lambda: not shop.is_ready())
    assert until(lambda: shop.says("first"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(shop: Shop, number: signal.Signals) -> None:
    shop.process.send_signal(number)
    shop.process.wait(timeout=15)

    def silent() -> bool:
        try:
            shop.answer()
        except OSError:
            return True
        return False

    assert until(silent)
    if number != signal.SIGKILL:
        assert shop.process.returncode == 0
