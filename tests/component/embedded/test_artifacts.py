"""The cache of pinned artifacts: only verified files are in it, and it heals itself."""

import errno
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.embedded.artifacts import Artifact, ArtifactCache, pinned
from infra.embedded.failures import DownloadFailed, NoDiskSpace
from infra.embedded.state import default_cache_folder

COMPILER = pinned("compiler")[0]


class Registry:
    """Serves the files of this machine's real cache; may be told to misbehave."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self.asked = 0
        self.truncate_first = False
        self.error: OSError | None = None

    def resolve(self, artifact: Artifact, folder: Path, received: Callable[[int], None]) -> Path:
        self.asked += 1
        if self.error is not None:
            raise self.error
        folder.mkdir(parents=True)
        file = folder / artifact.file_name
        shutil.copyfile(self._source / artifact.file_name, file)
        if self.truncate_first and self.asked == 1:
            file.write_bytes(file.read_bytes()[:1000])
        received(file.stat().st_size)
        return file


@pytest.fixture(scope="module")
def source() -> Path:
    cache = ArtifactCache(default_cache_folder())
    cache.fetch("compiler", lambda done, total: None)
    return cache.files


@pytest.fixture
def registry(source: Path) -> Registry:
    return Registry(source)


@pytest.fixture
def cache(tmp_path: Path, registry: Registry) -> ArtifactCache:
    return ArtifactCache(tmp_path / "cache", registry.resolve)


def fetch(cache: ArtifactCache) -> Path:
    return cache.fetch("compiler", lambda done, total: None)[0]


def test_what_is_there_is_not_fetched_again(cache: ArtifactCache, registry: Registry) -> None:
    fetch(cache)
    fetch(cache)
    assert registry.asked == 1


def test_a_truncated_download_is_repeated(cache: ArtifactCache, registry: Registry) -> None:
    registry.truncate_first = True
    assert fetch(cache).stat().st_size == COMPILER.size
    assert registry.asked == 2


def test_a_truncated_file_in_the_cache_is_replaced(cache: ArtifactCache) -> None:
    file = fetch(cache)
    file.write_bytes(b"half")
    assert fetch(cache).stat().st_size == COMPILER.size


def test_a_file_with_another_content_never_reaches_the_cache(
    cache: ArtifactCache, source: Path, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    forged.mkdir()
    content = bytearray((source / COMPILER.file_name).read_bytes())
    content[-1] ^= 1
    (forged / COMPILER.file_name).write_bytes(content)
    with pytest.raises(DownloadFailed, match="not what was pinned"):
        fetch(ArtifactCache(cache.root, Registry(forged).resolve))
    assert not cache.path(COMPILER).exists()


def test_bit_rot_is_found_by_the_doctor(cache: ArtifactCache) -> None:
    file = fetch(cache)
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    file.write_bytes(content)
    assert cache.damaged(pinned("compiler")) == [COMPILER]


def test_without_a_network_the_failure_says_what_to_do(cache: ArtifactCache, registry: Registry) -> None:
    registry.error = ConnectionError("no route to host")
    with pytest.raises(DownloadFailed, match="could not be reached") as failed:
        fetch(cache)
    assert "network" in failed.value.remedy


def test_a_full_disk_is_named(cache: ArtifactCache, registry: Registry) -> None:
    registry.error = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(NoDiskSpace):
        fetch(cache)


def test_two_that_ask_at_once_fetch_once(cache: ArtifactCache, registry: Registry) -> None:
    threads = [threading.Thread(target=fetch, args=(cache,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.asked == 1


def test_what_a_killed_download_left_is_removed(cache: ArtifactCache) -> None:
    left_over = cache.root / "incoming-compiler-x"
    left_over.mkdir(parents=True)
    fetch(cache)
    assert not left_over.exists()
