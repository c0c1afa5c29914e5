"""Circuit breakers and bulkheads, on a clock of their own."""

import pytest

from chassis.errors import RemoteError
from chassis.resilience import BulkheadFull, CircuitOpen, Guards, Tolerance

RPC = "/catalog/Get"
TOLERANCE = Tolerance(failures=3, pause=1, longest_pause=4, at_once=2)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def failed(status: str = "UNAVAILABLE") -> RemoteError:
    return RemoteError(status=status, reason=status, message="", facts={}, method=RPC)


class Peer:
    """Guards, and what they told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.guards = Guards(TOLERANCE, self.clock)
        self.told: list[str] = []
        self.guards.watch = lambda _, event: self.told.append(event)

    def call(self, error: BaseException | None = None) -> None:
        guard = self.guards.enter(RPC)
        self.guards.leave(RPC, guard, error)


def test_a_peer_that_does_not_answer_is_left_alone_then_tried_once() -> None:
    peer = Peer()
    for _ in range(3):
        peer.call(failed())
    with pytest.raises(CircuitOpen):
        peer.call()
    peer.clock.now += 1
    trial = peer.guards.enter(RPC)
    with pytest.raises(CircuitOpen):
        peer.call()
    peer.guards.leave(RPC, trial, None)
    peer.call()
    assert peer.told == ["opened", "refused_open", "refused_open", "closed"]


def test_the_pause_grows_to_its_bound_while_trials_fail() -> None:
    peer = Peer()
    for _ in range(3):
        peer.call(failed())
    pauses: list[int] = []
    for _ in range(5):
        waited = 0
        while True:
            peer.clock.now += 1
            waited += 1
            try:
                peer.call(failed("DEADLINE_EXCEEDED"))
                break
            except CircuitOpen:
                continue
        pauses.append(waited)
    assert pauses == [1, 1, 2, 4, 4]


@pytest.mark.parametrize("error", [None, failed("NOT_FOUND"), failed("INTERNAL")])
def test_an_answer_of_any_kind_starts_the_count_anew(error: BaseException | None) -> None:
    peer = Peer()
    for _ in range(5):
        peer.call(failed())
        peer.call(failed())
        peer.call(error)
    assert not peer.told


def test_a_trial_that_is_cancelled_lets_the_next_call_try() -> None:
    peer = Peer()
    for _ in range(3):
        peer.call(failed())
    peer.clock.now += 1
    peer.call(KeyboardInterrupt())
    peer.call()
    assert peer.told == ["opened", "closed"]


def test_one_rpc_takes_so_many_calls_at_once_and_others_are_not_touched() -> None:
    guards = Guards(TOLERANCE)
    first = guards.enter(RPC)
    guards.enter(RPC)
    with pytest.raises(BulkheadFull):
        guards.enter(RPC)
    guards.enter("/catalog/Other")
    guards.leave(RPC, first, None)
    guards.enter(RPC)
