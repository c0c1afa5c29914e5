"""The tests' own ports: never given twice, by no worker."""

import socket
import subprocess
import sys

from tests.fixtures.processes import CHECKOUT, claim, environment, free_port


def test_a_port_is_given_once_while_its_taker_lives() -> None:
    taken = [free_port() for _ in range(20)]
    assert len(set(taken)) == 20
    program = f"from tests.fixtures.processes import claim; print([p for p in {taken} if claim(p)])"
    other = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == "[]"


def test_a_port_somebody_else_listens_on_is_not_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        assert not claim(number)
