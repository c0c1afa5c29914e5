"""Settings: a frozen dataclass a process, read once from the environment, all faults in one message."""

import dataclasses
import enum
import math
import os
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

T = TypeVar("T")

SHORTEST_SECRET = 32
"""Characters."""


class SettingsError(Exception):
    """One or more settings are missing or invalid; the message lists them all."""


class Secret:
    """A value that must not be shown. `reveal()` is the only way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('********')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Mode(enum.StrEnum):
    """Production is the default; only `emporium up` and tests ask for development."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class LogFormat(enum.StrEnum):
    JSON = "json"
    CONSOLE = "console"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every process takes."""

    mode: Mode = Mode.PRODUCTION
    log_format: LogFormat = LogFormat.JSON
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otel_exporter_otlp_endpoint: str = ""
    """Where traces go (OTLP over gRPC); empty: no tracing at all."""
    internal_token_secret: Secret
    """Signs the tokens between processes; at least 32 characters, the same everywhere."""
    drain_seconds: float = 10.0
    """How long requests in flight may finish after SIGTERM."""
    wait_for_servers: bool = False
    """Whether calls wait, within their deadline, for a process that is away: for live reload, where it is soon back."""
    share_port: bool = False
    """Whether another process may listen on the same address: for live reload, where it takes over from this one."""
    notify_socket: str = ""
    """Where to say that it serves now (systemd's NOTIFY_SOCKET); empty: nowhere."""

    def __post_init__(self) -> None:
        if found := list(self.faults()):
            raise ValueError("; ".join(found))

    def faults(self) -> Iterator[str]:
        """What no value alone tells; a subclass adds its rules to these. No secret is told."""
        if len(self.internal_token_secret.reveal()) < SHORTEST_SECRET:
            yield f"INTERNAL_TOKEN_SECRET must have at least {SHORTEST_SECRET} characters"
        yield from too_small(self, drain_seconds=0)
        traces = self.otel_exporter_otlp_endpoint
        if traces and not _is_address(traces):
            yield from not_a_url("OTEL_EXPORTER_OTLP_ENDPOINT", traces, "http://collector:4317")

    @property
    def development(self) -> bool:
        return self.mode is Mode.DEVELOPMENT


def not_addresses(settings: object, *names: str, sockets: bool = False) -> Iterator[str]:
    """A fault for each of these fields that is neither empty nor `host:port`, several of them after commas, nor with
    `sockets` the `unix:` address of one."""
    for name in names:
        text: str = getattr(settings, name)
        if text and not (sockets and text.startswith("unix:")) and not all(map(_is_address, text.split(","))):
            yield f"{name.upper()}={text!r}: expected host:port"


def _is_address(text: str) -> bool:
    host, _, port = text.strip().rpartition(":")
    return bool(host) and " " not in host and port.isdecimal() and int(port) < 65_536


def not_a_url(variable: str, text: str, example: str) -> Iterator[str]:
    """A fault when `text` is no address with a host and the scheme of `example`, or its variant with TLS. The text
    itself may hold a password and is not told."""
    scheme = example.partition(":")[0]
    try:
        parts = urlsplit(text)
        works = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        works = False
    else:
        works = works and parts.scheme in (scheme, f"{scheme}s")
    if not works:
        yield f"{variable} must be like {example}"


def not_redis(text: str) -> Iterator[str]:
    """A fault when REDIS_URL is neither empty nor what a client can connect to."""
    if text and not text.startswith("unix://"):
        yield from not_a_url("REDIS_URL", text, "redis://:password@host:6379/0")


def too_small(settings: object, **least: float) -> Iterator[str]:
    """A fault for each of these fields whose number is below what is given."""
    for name, bound in least.items():
        if getattr(settings, name) < bound:
            yield f"{name.upper()} must be at least {bound:g}"


def load(cls: type[T], environ: Mapping[str, str] = os.environ) -> T:  # noqa: TID251
    """Reads `cls` from the environment: field `database_url` from DATABASE_URL.

    Raises:
        SettingsError: with every missing or invalid variable.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    missing = False
    hints = get_type_hints(cls)
    for field in dataclasses.fields(cls):  # pyright: ignore[reportArgumentType]
        name = field.name.upper()
        text = environ.get(name)
        if text is None or (text == "" and hints[field.name] is not str):
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                faults.append(f"{name} is missing")
                missing = True
            continue
        try:
            values[field.name] = _read(hints[field.name], text)
        except ValueError as error:
            shown = "" if hints[field.name] is Secret else f"={text!r}"
            faults.append(f"{name}{shown}: {error}")
            missing = missing or (field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING)
    if not missing:
        # With other faults too: its rules are judged by the defaults of what could not be read.
        try:
            settings = cls(**values)
        except ValueError as error:
            faults.append(str(error))
        else:
            if not faults:
                return settings
    raise SettingsError("; ".join(faults) + ". Set them in the environment.")


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError("expected true or false") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("expected a whole number") from None


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("expected a number")
    return number


_READERS: dict[Any, Callable[[str], Any]] = {str: str, int: _whole, float: _number, bool: _boolean, Secret: Secret}


def _read(hint: Any, text: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read(next(part for part in get_args(hint) if part is not type(None)), text)
    if origin is Literal:
        if text not in get_args(hint):
            raise ValueError(f"expected one of {', '.join(map(str, get_args(hint)))}")
        return text
    if origin is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        try:
            return hint(text)
        except ValueError:
            raise ValueError(f"expected one of {', '.join(str(item.value) for item in hint)}") from None
    if hint in _READERS:
        return _READERS[hint](text)
    return hint(text)
