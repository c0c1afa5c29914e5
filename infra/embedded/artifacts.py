"""The pinned artifacts that no wheel carries (Kafka, Elasticsearch, a Java compiler): fetched once, then used offline.

The resolver writes straight to its final file and takes a wrong checksum for a remark, so it only ever writes into a
private folder here; a file reaches the cache by a rename after its SHA-256 was compared. What is in the cache has
been verified.
"""

import errno
import fcntl
import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

from infra.embedded.failures import DownloadFailed, NoDiskSpace, StateUnusable

_ATTEMPTS = 3
_DOWNLOADS_AT_ONCE = 4
_TIMEOUT_SECONDS = 20
_HEADROOM_BYTES = 200 * 1024 * 1024


class _Pin(TypedDict):
    coordinate: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One file of a registry, pinned by coordinate, size and SHA-256."""

    group: str
    name: str
    packaging: str
    version: str
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        """The name of the file, unique among the pinned ones."""
        return f"{self.name}-{self.version}.{self.packaging}"


Resolve = Callable[[Artifact, Path, Callable[[int], None]], Path]
"""Brings an artifact into an empty folder, tells of bytes as they come, and returns the file."""


def pinned(collection: str) -> tuple[Artifact, ...]:
    """The artifacts of one server, from artifacts.json."""
    text = Path(__file__).with_name("artifacts.json").read_text(encoding="utf-8")
    pins = cast("dict[str, list[_Pin]]", json.loads(text))[collection]
    return tuple(_artifact(pin) for pin in pins)


def _artifact(pin: _Pin) -> Artifact:
    group, name, packaging, version = pin["coordinate"].split(":")
    return Artifact(
        group=group, name=name, packaging=packaging, version=version, size=pin["size"], sha256=pin["sha256"]
    )


def collections() -> tuple[str, ...]:
    """The names of all collections."""
    return "elasticsearch", "compiler", "kafka"


class ArtifactCache:
    """A folder shared by all checkouts of a user."""

    def __init__(self, root: Path, resolve: Resolve | None = None) -> None:
        self.root = root
        self.files = root / "artifacts"
        self._resolve = resolve or _resolve

    def path(self, artifact: Artifact) -> Path:
        """Where the artifact is, or will be."""
        return self.files / artifact.file_name

    def missing(self, wanted: Sequence[Artifact]) -> list[Artifact]:
        """Those that are not there in full length."""
        return [artifact for artifact in wanted if not _has_size(self.path(artifact), artifact.size)]

    def damaged(self, wanted: Sequence[Artifact]) -> list[Artifact]:
        """Those whose content is not what was pinned. Reads every byte."""
        return [artifact for artifact in wanted if not _matches(self.path(artifact), artifact)]

    def fetch(self, collection: str, progress: Callable[[int, int], None]) -> list[Path]:
        """All files of a collection, downloading what is missing. `progress` gets bytes done and in all."""
        wanted = pinned(collection)
        if self.missing(wanted):
            with self.exclusive(collection):
                missing = self.missing(wanted)  # another process may have fetched them while this one waited
                if missing:
                    self._download(collection, missing, progress)
        return [self.path(artifact) for artifact in wanted]

    @contextmanager
    def exclusive(self, name: str) -> Generator[None]:
        """Keep other processes from preparing the same thing. Raises StateUnusable when the cache cannot be written."""
        try:
            self.files.mkdir(parents=True, exist_ok=True)
            lock = (self.root / f"{name}.lock").open("a", encoding="ascii")
        except OSError as error:
            raise StateUnusable(
                f"The cache folder {self.root} cannot be written: {error.strerror}.",
                "Give yourself write access to it, or choose another with EMPORIUM_CACHE.",
            ) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _download(self, collection: str, missing: list[Artifact], progress: Callable[[int, int], None]) -> None:
        for left_over in self.root.glob(f"incoming-{collection}-*"):  # of a download that was killed
            shutil.rmtree(left_over, ignore_errors=True)
        total = sum(artifact.size for artifact in missing)
        if shutil.disk_usage(self.root).free < total + _HEADROOM_BYTES:
            raise NoDiskSpace(
                f"{self.root} needs {(total + _HEADROOM_BYTES) >> 20} MiB of free disk space.",
                "Free some space, or choose another cache folder with EMPORIUM_CACHE.",
            )
        counter = _Counter(total, progress)
        with (
            tempfile.TemporaryDirectory(
                dir=self.root, prefix=f"incoming-{collection}-", ignore_cleanup_errors=True
            ) as incoming,
            ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool,
        ):
            jobs = [pool.submit(self._download_one, artifact, Path(incoming), counter) for artifact in missing]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _download_one(self, artifact: Artifact, incoming: Path, counter: "_Counter") -> None:
        reason = ""
        for attempt in range(_ATTEMPTS):
            folder = incoming / f"{artifact.file_name}.{attempt}"
            received = _Received(counter)
            try:
                file = self._resolve(artifact, folder, received.add)
            except OSError as error:  # requests' exceptions are OSErrors, too
                _raise_if_disk_full(error, self.root)
                reason = "the registry could not be reached"
            except (RuntimeError, AssertionError, ValueError):
                reason = "the registry does not have it"
            else:
                if _matches(file, artifact):
                    file.replace(self.path(artifact))
                    return
                reason = "its content is not what was pinned"
            received.take_back()
            shutil.rmtree(folder, ignore_errors=True)
        raise DownloadFailed(
            f"{artifact.file_name} could not be downloaded: {reason}.",
            "The first start needs a network (later ones do not). Check the connection and the proxy (HTTPS_PROXY), "
            "then start again: what has been downloaded is kept.",
        )


def _resolve(artifact: Artifact, folder: Path, received: Callable[[int], None]) -> Path:
    """Let the resolver download one file into `folder`. It knows the registry; no POM is read."""
    # Imported here: it costs 0.4 s, and only a first start needs it.
    from jgo.maven import MavenContext, PythonResolver

    @contextmanager
    def observe(_name: str, _size: int) -> Generator[Callable[[int], None]]:
        yield received

    context = MavenContext(
        resolver=PythonResolver(progress_callback=observe), repo_cache=folder, timeout=_TIMEOUT_SECONDS
    )
    component = context.project(artifact.group, artifact.name).at_version(artifact.version)
    return component.artifact(packaging=artifact.packaging).resolve()


class _Counter:
    """Bytes of several downloads together."""

    def __init__(self, total: int, progress: Callable[[int, int], None]) -> None:
        self._total = total
        self._done = 0
        self._progress = progress
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._progress(self._done, self._total)


class _Received:
    """Bytes of one attempt; a failed attempt takes them back."""

    def __init__(self, counter: _Counter) -> None:
        self._counter = counter
        self._count = 0
        self._unreported = 0

    def add(self, count: int) -> None:
        self._count += count
        self._unreported += count
        if self._unreported > 256 * 1024:
            self._counter.add(self._unreported)
            self._unreported = 0

    def take_back(self) -> None:
        self._counter.add(self._unreported - self._count)
        self._count = self._unreported = 0


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _matches(path: Path, artifact: Artifact) -> bool:
    if not _has_size(path, artifact.size):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == artifact.sha256


def _raise_if_disk_full(error: OSError, folder: Path) -> None:
    if error.errno == errno.ENOSPC:
        raise NoDiskSpace(f"The disk of {folder} is full.", "Free some space, then start again.") from error
