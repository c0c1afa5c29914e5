"""`emporium up`."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

import click
from rich.markup import escape

from infra.cli.console import ProgressReporter, out, show_failure
from infra.embedded.failures import ProcessFailed, StackError
from infra.embedded.launcher import PARTS, Launcher, Options, external_servers
from infra.embedded.reporting import Reporter
from infra.embedded.state import CHECKOUT, StateFolder, default_cache_folder, default_state_folder, read_object

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_READY, _FAILED = 200, 201  # no signal has such a number


@click.command()
@click.option("--detach", "-d", is_flag=True, help="Return when everything is ready; it runs on in the background.")
@click.option(
    "--only", multiple=True, metavar="PART", help=f"Run these parts only (also comma-separated): {', '.join(PARTS)}."
)
@click.option("--port", "port_options", multiple=True, metavar="[PART=]PORT", help="A port to insist on (gateway).")
@click.option("--demo/--no-demo", default=True, help="Put demo data into a new embedded database (default: yes).")
@click.option("--events", type=int, hidden=True, help="File descriptor on which progress is told to a parent.")
def command(detach: bool, only: tuple[str, ...], port_options: tuple[str, ...], demo: bool, events: int | None) -> None:
    """Start everything: real servers, subgraphs, gateway, GraphiQL. Ctrl-C stops it."""
    options = Options(
        state=default_state_folder(),
        cache=default_cache_folder(),
        only=frozenset(name.strip() for entry in only for name in entry.split(",") if name.strip()),
        ports=_ports(port_options),
        demo=demo,
        external=external_servers(),
    )
    options.check()
    state = StateFolder(options.state)
    state.create()
    if detach:
        sys.exit(_detached(state))
    with state.locked():
        if events is not None:
            _leave(_Run(options, EventReporter(events)).until_stopped())
        with ProgressReporter() as reporter:
            code = _Run(options, reporter).until_stopped()
        _leave(code)


def _leave(code: int) -> NoReturn:
    """End now: the interpreter would first wait for a download that nobody needs any more."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _ports(entries: tuple[str, ...]) -> dict[str, int]:
    """`8080` is the gateway's; `kafka=9092` names the part."""
    ports: dict[str, int] = {}
    for entry in entries:
        name, _, number = entry.rpartition("=")
        if not number.isdigit() or not 0 < int(number) < 65536:
            raise click.BadParameter(f"{entry!r} is not PORT or PART=PORT, 1 to 65535", param_hint="--port")
        ports[name or "gateway"] = int(number)
    return ports


class _Run:
    """One run in the foreground: the main thread waits for signals, another one starts."""

    def __init__(self, options: Options, reporter: "ProgressReporter | EventReporter") -> None:
        self._reporter = reporter
        self._launcher = Launcher(options, reporter)
        self._news_in, self._news_out = os.pipe()
        os.set_blocking(self._news_out, False)
        self._failure: StackError | None = None

    def until_stopped(self) -> int:
        """Start, serve, stop; the exit code."""
        # The number is written into the pipe at once, whichever thread the kernel gives the signal to: a handler alone
        # would run when this thread next wakes, after the whole start perhaps.
        signal.set_wakeup_fd(self._news_out)
        for number in _STOP_SIGNALS:
            signal.signal(number, lambda _number, _frame: None)
        threading.Thread(target=self._start, name="start", daemon=True).start()
        while (news := self._news()) not in _STOP_SIGNALS:
            if news == _FAILED:
                self._tell_failure()
                self._stop()
                return 1
            self._tell_started()
            self._launcher.keep_house()
        interrupted = news == signal.SIGINT
        self._finish()
        self._reporter.step("emporium", "stopping (Ctrl-C again: at once)" if interrupted else "stopping")
        self._stop()
        self._reporter.ready("emporium", "stopped")
        return 130 if interrupted else 0

    def _tell_failure(self) -> None:
        self._finish()
        if self._failure is None:
            return
        if isinstance(self._reporter, EventReporter):
            self._reporter.failed(self._failure)
        else:
            show_failure(self._failure)

    def _tell_started(self) -> None:
        self._finish()
        if isinstance(self._reporter, EventReporter):
            self._reporter.started(self._launcher)
        else:
            show_welcome(self._launcher.gateway_url, self._launcher.state, detached=False)

    def _finish(self) -> None:
        if isinstance(self._reporter, ProgressReporter):
            self._reporter.finish()

    def _start(self) -> None:
        try:
            self._launcher.start()
        except StackError as failure:
            self._failure = failure
        except OSError as error:
            self._failure = ProcessFailed("emporium", f"The start failed: {error}.")
        os.write(self._news_out, bytes([_FAILED if self._failure else _READY]))

    def _stop(self) -> None:
        """In order; a second signal makes it short."""
        stopping = threading.Thread(target=self._launcher.stop, name="stop", daemon=True)
        stopping.start()
        while stopping.is_alive():
            readable, _, _ = select.select([self._news_in], [], [], 0.05)
            if readable and self._news() in _STOP_SIGNALS:
                self._launcher.kill()
        stopping.join()

    def _news(self) -> int:
        """The number of a signal, _READY or _FAILED."""
        return os.read(self._news_in, 1)[0]


def _detached(state: StateFolder) -> int:
    """Start this very command again in the background and show its progress until it is ready."""
    with state.locked():
        state.rotate_log("launcher")  # and refuse a second start here, where somebody reads it
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--detach", "-d")]
    reading, writing = os.pipe()
    with state.log("launcher").open("a", encoding="utf-8") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "infra.cli.main", *arguments, "--events", str(writing)],
            cwd=CHECKOUT,
            env={**os.environ, "EMPORIUM_STATE": str(state.path)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[writing],
        )
    os.close(writing)
    try:
        return _follow(child, reading, state)
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)
        child.wait()
        return 130


def _follow(child: subprocess.Popen[bytes], reading: int, state: StateFolder) -> int:
    """Show what the launcher tells until it is ready or has failed."""
    with os.fdopen(reading, encoding="utf-8") as events, ProgressReporter() as reporter:
        for line in events:
            event: Mapping[str, str] = json.loads(line)
            part, text = event.get("part", ""), event.get("text", "")
            match event["event"]:
                case "step":
                    reporter.step(part, text)
                case "progress":
                    reporter.progress(part, int(event["done"]), int(event["total"]))
                case "ready":
                    reporter.ready(part, text)
                case "trouble":
                    reporter.trouble(part, text)
                case "failed":
                    reporter.finish()
                    show_failure(ProcessFailed(part, text, event["remedy"], event["log_tail"]))
                    child.wait()
                    return 1
                case _:
                    reporter.finish()
                    show_welcome(event.get("gateway") or None, state, detached=True)
                    return 0
    child.wait()
    message = f"The launcher ended with exit code {child.returncode}."
    show_failure(StackError(message, f"Its log: {state.log('launcher')}."))
    return 1


class EventReporter(Reporter):
    """Tells a parent process, one JSON object a line; nobody listening is fine."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def step(self, part: str, text: str) -> None:
        """A part does something new."""
        self._send(event="step", part=part, text=text)

    def progress(self, part: str, done: int, total: int) -> None:
        """A download goes on."""
        self._send(event="progress", part=part, done=done, total=total)

    def ready(self, part: str, text: str) -> None:
        """A part can be used."""
        self._send(event="ready", part=part, text=text)

    def trouble(self, part: str, text: str) -> None:
        """A part has a problem; it is in the launcher's log as well."""
        sys.stderr.write(f"{part}: {text}\n")
        self._send(event="trouble", part=part, text=text)

    def failed(self, failure: StackError) -> None:
        """The start has failed."""
        part = failure.part if isinstance(failure, ProcessFailed) else ""
        tail = failure.log_tail if isinstance(failure, ProcessFailed) else ""
        self._send(event="failed", part=part, text=failure.message, remedy=failure.remedy, log_tail=tail)

    def started(self, launcher: Launcher) -> None:
        """Everything is ready."""
        self._send(event="started", gateway=launcher.gateway_url or "")
        with self._lock, suppress(OSError):
            os.close(self._descriptor)
            self._descriptor = -1

    def _send(self, **event: str | int) -> None:
        with self._lock, suppress(OSError):
            if self._descriptor >= 0:
                os.write(self._descriptor, (json.dumps(event) + "\n").encode())


def show_welcome(gateway: str | None, state: StateFolder, *, detached: bool) -> None:
    """Where everything is, who can log in, and what to try."""
    out.print()
    if gateway is None:
        out.print("[bold green]Ready.[/] `emporium status` shows what runs.")
        return
    out.print("[bold green]Emporium is ready.[/]")
    out.print(f"  Shop API   {gateway}/graphql")
    out.print(f"  GraphiQL   {gateway}/graphiql")
    out.print(f"  Admin      {gateway}/admin/graphiql")
    for name, login in read_object(state.path / "demo.json").items():
        if isinstance(login, dict) and {"email", "password"} <= login.keys():
            out.print(f"  Demo {name:<8} {escape(str(login['email']))}  password {escape(str(login['password']))}")
    out.print("Try next:")
    out.print(f"  1. open {gateway}/graphiql and run the first saved operation")
    out.print("  2. make demo        a whole purchase, step by step")
    out.print("  3. emporium status  what runs and what it takes" + ("; emporium down stops it" if detached else ""))
