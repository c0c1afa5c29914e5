"""What is kept is never older than its readers are entitled to, whatever happens to the events."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chassis.graph.shared import Change
from gateway.sharing.store import BLIND_SECONDS, JITTER, Entry, Store

KEPT = 60.0
PRODUCTS = "12"
IDS = st.sampled_from(PRODUCTS)
PATIENCE = 30.0
ALL = "Product"


def name_of(product: str) -> str:
    return f"{ALL}:{product}"


@dataclass
class Fetch:
    """A read of the database that is on its way to the store."""

    key: Hashable
    names: tuple[str, ...]
    seen: dict[str, int]
    """Versions of the database it read."""
    since: float
    moment: int


@dataclass
class Known:
    """When a version was written."""

    at: float
    applied: bool = False
    """Its event, or a newer one of its product, has been handled."""


@dataclass
class Database:
    """The truth: versions of products and when each came to be."""

    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PRODUCTS, 1))
    history: dict[tuple[str, int], Known] = field(default_factory=dict)

    def write(self, product: str, now: float) -> int:
        self.versions[product] += 1
        self.history[product, self.versions[product]] = Known(now)
        return self.versions[product]

    def after(self, product: str, version: int) -> list[Known]:
        """The versions a reader of this one misses."""
        return [known for (of, number), known in self.history.items() if of == product and number > version]

    def apply(self, product: str, version: int) -> None:
        for (of, number), known in self.history.items():
            known.applied |= of == product and number <= version


class KeptRows(RuleBasedStateMachine):
    """Reads that take time, writes, events that come late, twice, in any order or never, and time that passes.

    A reader is entitled to every version whose event has been handled; to everything older than KEPT seconds; and, when
    events do not arrive, to everything older than BLIND_SECONDS.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        self.trusted_until = float("-inf")
        self.database = Database()
        self.store = Store(64_000, clock=lambda: self.now, jitter=lambda: 0.5, most_names=2)
        self.events: list[Change] = []
        self.fetches: list[Fetch] = []

    @rule(product=IDS)
    def write(self, product: str) -> None:
        version = self.database.write(product, self.now)
        self.events.append(Change(name=name_of(product), version=version))

    @precondition(lambda self: self.events)
    @rule(at=st.integers(0, 5), fate=st.sampled_from(["arrives", "arrives", "comes again later", "is lost"]))
    def deliver(self, at: int, fate: str) -> None:
        at %= len(self.events)
        change = self.events[at] if fate == "comes again later" else self.events.pop(at)
        if fate != "is lost":
            self.store.change([change])
            self.database.apply(change.name.partition(":")[2], change.version)

    @rule(product=IDS)
    def begin_fetch_of_one(self, product: str) -> None:
        seen = {product: self.database.versions[product]}
        self.fetches.append(Fetch(("one", product), (name_of(product),), seen, self.now, self.store.moment))

    @rule()
    def begin_fetch_of_a_listing(self) -> None:
        seen = dict(self.database.versions)
        self.fetches.append(Fetch("listing", (ALL,), seen, self.now, self.store.moment))

    @precondition(lambda self: self.fetches)
    @rule(at=st.integers(0, 3))
    def finish_fetch(self, at: int) -> None:
        fetch = self.fetches.pop(at % len(self.fetches))
        ends = self.store.ends(fetch.since, KEPT)
        entry = Entry(fetch.seen, names=fetch.names, since=fetch.since, ends=ends, bytes=1_000)
        self.store.put(fetch.key, entry, fetch.moment)

    @rule(seconds=st.sampled_from([0.1, 0.5, 3.0, 50.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def hear_that_all_events_have_come(self) -> None:
        self.trusted_until = self.now + PATIENCE
        self.store.trust(self.trusted_until)

    @rule()
    def forget_all(self) -> None:
        self.store.clear()
        assert len(self.store) == 0

    @invariant()
    def nothing_shown_is_older_than_its_readers_are_entitled_to(self) -> None:
        blind = self.now >= self.trusted_until
        for key in ("listing", *(("one", product) for product in PRODUCTS)):
            entry = self.store.get(key)
            if entry is None:
                continue
            for product, version in entry.row.items():
                missed = self.database.after(product, version)
                assert not any(known.applied for known in missed), f"{key} is older than an event that was handled"
                assert all(known.at > self.now - KEPT for known in missed), f"{key} is kept too long"
                if blind:
                    assert all(known.at > self.now - BLIND_SECONDS for known in missed), f"{key}: blind for too long"

    @invariant()
    def memory_is_bounded(self) -> None:
        assert 0 <= self.store.bytes <= self.store.most_bytes


KeptRows.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None, derandomize=True)
TestKeptRows = KeptRows.TestCase


def row(store: Store, product: str, *, kept: float = KEPT, size: int = 100) -> Entry:
    now = store.clock()
    return Entry(product, names=(name_of(product),), since=now, ends=store.ends(now, kept), bytes=size)


def test_rows_stored_together_do_not_end_together() -> None:
    store = Store(1_000_000)
    ends = {store.ends(0.0, KEPT) for _ in range(50)}
    assert len(ends) > 40
    assert min(ends) >= KEPT * (1 - JITTER)
    assert max(ends) <= KEPT


def test_the_least_recently_shown_go_first() -> None:
    store = Store(20_000)
    for product in "1234567":
        assert store.put(product, row(store, product, size=1_800), store.moment)
    assert store.get("1") is not None
    assert store.put("8", row(store, "8", size=1_800), store.moment)
    assert store.put("9", row(store, "9", size=1_800), store.moment)
    assert [key for key in "123456789" if store.get(key) is None] == ["2"]


def test_what_would_fill_the_store_alone_is_not_kept() -> None:
    store = Store(80_000)
    assert not store.put("huge", row(store, "1", size=20_000), store.moment)


def test_an_event_ends_listings_and_the_product_but_no_other() -> None:
    store = Store(1_000_000)
    listing = Entry("listing", names=(ALL,), since=store.clock(), ends=store.clock() + KEPT)
    store.put("listing", listing, store.moment)
    for product in ("1", "2"):
        store.put(product, row(store, product), store.moment)
    told: list[tuple[str, int]] = []
    store.on_ended = lambda why, count: told.append((why, count))
    assert store.change([Change(name=name_of("1"), version=7)])
    assert [store.get(key) is not None for key in ("listing", "1", "2")] == [False, False, True]
    assert told == [("event", 2)]


def test_an_event_that_comes_again_or_late_ends_nothing() -> None:
    store = Store(1_000_000)
    store.change([Change(name=name_of("1"), version=7)])
    store.put("1", row(store, "1"), store.moment)
    assert store.change([Change(name=name_of("1"), version=7), Change(name=name_of("1"), version=6)]) == []
    assert store.get("1") is not None


def test_a_slower_older_fetch_does_not_replace_a_newer_one() -> None:
    now = 0.0
    store = Store(1_000_000, clock=lambda: now)
    older = row(store, "1")
    now = 1.0
    newer = row(store, "1")
    assert store.put("1", newer, 0)
    assert not store.put("1", older, 0)
    assert store.get("1") is newer


def test_time_ends_what_no_event_ended() -> None:
    now = 0.0
    store = Store(1_000_000, clock=lambda: now, jitter=lambda: 0.0)
    store.put("1", row(store, "1"), store.moment)
    store.trust(1_000.0)
    now = KEPT - 1
    assert store.get("1") is not None
    now = KEPT
    assert store.get("1") is None


def test_a_fetch_that_began_before_a_forgotten_change_is_not_kept() -> None:
    store = Store(1_000_000, most_names=2)
    began = store.moment
    store.change([Change(name=name_of(product), version=1) for product in "1234"])
    assert not store.put("1", row(store, "1"), began)
    assert store.put("1", row(store, "1"), store.moment)
