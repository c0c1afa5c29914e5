"""What stock must do, said a second time and in memory: the reference of the property test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

AVAILABLE, RESERVED, SECURED, SOLD = range(4)
STEPS = {
    "secure": ({"RESERVED": RESERVED}, "SECURED", SECURED),
    "commit": ({"SECURED": SECURED}, "SOLD", SOLD),
    "release": ({"RESERVED": RESERVED, "SECURED": SECURED}, "RELEASED", AVAILABLE),
    "restock": ({"SOLD": SOLD}, "RESTOCKED", AVAILABLE),
    "expire": ({"RESERVED": RESERVED}, "EXPIRED", AVAILABLE),
}


@dataclass
class Model:
    """Locations as (priority, active) by id, levels by (sku, location), reservations with their lines."""

    locations: dict[str, tuple[int, bool]]
    levels: dict[tuple[str, str], list[int]]
    default_threshold: int
    thresholds: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    news: list[tuple[str, str, int]] = field(default_factory=list)
    """(event, SKU, sequence), in the order they are told within a SKU."""

    def free(self, sku: str) -> int:
        return sum(units[AVAILABLE] for (of, at), units in self.levels.items() if of == sku and self.locations[at][1])

    def reserve(self, asked: Sequence[tuple[str, Mapping[str, int]]]) -> list[str]:
        with_news = self._watching({sku for _, wanted in asked for sku in wanted})
        for name, wanted in asked:
            if name in self.states:
                continue
            if any(self.free(sku) < units for sku, units in wanted.items()):
                self.states[name] = "REFUSED_SHORT"
                continue
            self.states[name] = "RESERVED"
            self.lines[name] = [line for sku, units in wanted.items() for line in self._take(sku, units)]
        self._tell(with_news)
        return [self.states[name] for name, _ in asked]

    def _take(self, sku: str, units: int) -> Iterable[tuple[str, str, int]]:
        for location in sorted(self.locations, key=lambda at: (-self.locations[at][0], at)):
            level = self.levels.get((sku, location))
            if level is None or not self.locations[location][1] or not level[AVAILABLE] or not units:
                continue
            taken = min(units, level[AVAILABLE])
            level[AVAILABLE] -= taken
            level[RESERVED] += taken
            units -= taken
            yield sku, location, taken

    def move(self, step: str, names: Sequence[str]) -> list[str]:
        origins, target, place = STEPS[step]
        moving = [name for name in dict.fromkeys(names) if self.states.get(name) in origins]
        with_news = self._watching({sku for name in moving for sku, _, _ in self.lines[name]})
        for name in moving:
            for sku, location, units in self.lines[name]:
                self.levels[sku, location][origins[self.states[name]]] -= units
                self.levels[sku, location][place] += units
            self.states[name] = target
        if step == "release":
            for name in names:
                self.states.setdefault(name, "RELEASED")
        self._tell(with_news)
        return [self.states.get(name, "UNKNOWN_RESERVATION") for name in names]

    def adjust(self, asked: Sequence[tuple[str, str, str, int]]) -> list[bool]:
        """(sku, location, "delta" or "quantity", units): whether each was made."""
        with_news = self._watching({sku for sku, _, _, _ in asked})
        made: list[bool] = []
        for sku, location, how, units in asked:
            level = self.levels.setdefault((sku, location), [0, 0, 0, 0])
            delta = units if how == "delta" else units - level[AVAILABLE] - level[RESERVED] - level[SECURED]
            fits = level[AVAILABLE] + delta >= 0 and (how == "quantity" or delta != 0)
            level[AVAILABLE] += delta if fits else 0
            made.append(fits)
        self._tell(with_news)
        return made

    def open(self, location: str, *, active: bool) -> None:
        with_news = self._watching({sku for sku, at in self.levels if at == location})
        self.locations[location] = (self.locations[location][0], active)
        self._tell(with_news)

    def set_threshold(self, sku: str, units: int) -> None:
        before = self.thresholds.get(sku, self.default_threshold)
        self.thresholds[sku] = units
        if before < self.free(sku) <= units:
            self._event("LowStock", sku)

    def _watching(self, skus: set[str]) -> dict[str, int]:
        return {sku: self.free(sku) for sku in skus}

    def _tell(self, before: Mapping[str, int]) -> None:
        for sku, had in before.items():
            has, threshold = self.free(sku), self.thresholds.get(sku, self.default_threshold)
            if threshold and had > threshold >= has:
                self._event("LowStock", sku)
            if had and not has:
                self._event("OutOfStock", sku)
            if has and not had:
                self._event("BackInStock", sku)

    def _event(self, name: str, sku: str) -> None:
        self.news.append((name, sku, Counter(of for _, of, _ in self.news)[sku] + 1))
