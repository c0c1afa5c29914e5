"""Logs and traces: one processor chain, trace ids in every line, personal data masked."""

import contextlib
import json
import logging
import re
import sys
import traceback
from collections.abc import Generator, Iterator, MutableMapping
from typing import Any, TextIO

import orjson
import structlog
from opentelemetry import context, trace
from opentelemetry.context import Context
from structlog.typing import ExcInfo

from chassis.settings import LogFormat, ServiceSettings

MASKED_KEYS = frozenset({
    "email", "phone", "password", "token", "access_token", "refresh_token", "authorization", "full_name", "first_name",
    "last_name", "line1", "line2", "postal_code", "payment_token", "secret", "api_key", "cookie",
    "cart_token", "ip_address", "shipping_address", "postal",
})  # fmt: skip
"""Event keys whose values never reach a log."""

EventDict = MutableMapping[str, Any]

_EMAIL = re.compile(r"\b([\w+])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")


def configure(settings: ServiceSettings, service: str) -> None:
    """Sets up structured logs on standard error and, where an OTLP endpoint is given, traces."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace_ids,
        mask_personal_data,
    ]
    renderer: list[Any] = [
        structlog.processors.ExceptionRenderer(plain_traceback),
        structlog.processors.JSONRenderer(_json),
    ]
    if settings.log_format is LogFormat.CONSOLE:
        renderer = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # The pretty one shows local variables, and with them what must not be in a log.
                exception_formatter=_write_traceback,
            )
        ]
    structlog.configure(
        processors=[*shared, *renderer],
        # Not through the standard library's loggers, whose records cost as much as everything else of a line.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for noisy in ("elastic_transport", "httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)
    if settings.otel_exporter_otlp_endpoint:
        _trace(settings.otel_exporter_otlp_endpoint, service)


def _json(event: EventDict, **options: Any) -> str:
    try:
        return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS, **options).decode()
    except TypeError:  # half a character, a number beyond 64 bits
        return json.dumps(event, **options)


def tracing() -> bool:
    """Whether spans are recorded; without an endpoint nothing of tracing is even imported."""
    return _provider is not None


def current_trace() -> Context | None:
    """The trace that the present work belongs to: for `in_trace`."""
    return context.get_current() if tracing() else None


@contextlib.contextmanager
def in_trace(trace_context: Context | None) -> Generator[None]:
    """What runs inside belongs to that trace, whoever started it."""
    if trace_context is None:
        yield
        return
    token = context.attach(trace_context)
    try:
        yield
    finally:
        context.detach(token)


def shut_down() -> None:
    """Sends what is buffered."""
    if _provider is not None:
        _provider.shutdown()


_provider: Any = None


def _trace(endpoint: str, service: str) -> None:
    global _provider  # noqa: PLW0603
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor
    from opentelemetry.instrumentation.elasticsearch import ElasticsearchInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.instrumentation.redis import RedisInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"emporium-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=True)))
    trace.set_tracer_provider(provider)
    for instrumentor in (PsycopgInstrumentor, RedisInstrumentor, ElasticsearchInstrumentor, ConfluentKafkaInstrumentor):
        instrumentor().instrument()
    _provider = provider


def _add_trace_ids(_: Any, __: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def mask_personal_data(_: Any, __: str, event: EventDict) -> EventDict:
    """Replaces what MASKED_KEYS name, one level of nesting deep."""
    for key, value in event.items():
        if key in MASKED_KEYS:
            event[key] = _masked(key, value)
        elif isinstance(value, dict):
            event[key] = {k: _masked(k, v) if k in MASKED_KEYS else v for k, v in value.items()}
    return event


def plain_traceback(exc_info: ExcInfo) -> str:
    """The traceback without local variables, without the rows that a database quotes, e-mail addresses masked."""
    text = "".join(traceback.format_exception(*exc_info)).rstrip("\n")
    for error in _chain(exc_info[1]):
        told = str(error)
        # `DETAIL: Failing row contains (…)`: the first line says what, the rest whose.
        if "\nDETAIL:" in told or "\nCONTEXT:" in told:
            text = text.replace(told, told.splitlines()[0])
    return _EMAIL.sub(r"\1***@\2", text)


def _write_traceback(stream: TextIO, exc_info: ExcInfo) -> None:
    stream.write("\n" + plain_traceback(exc_info))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            yield from _chain(part)
        error = error.__cause__ or error.__context__


def _masked(key: str, value: Any) -> str:
    if key == "email" and isinstance(value, str) and "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    return "***"
