"""Writes a made-up catalogue."""

import gzip
import sys
from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

import orjson

from infra.catalog_data.generator import generate
from infra.cli.console import STANDARD_INPUT
from infra.cli.progress import bar
from infra.embedded.failures import StackError

CHUNK = 1_000


class NotWritable(StackError):
    """The catalogue cannot be written there."""


def write_catalog(products: int, seed: int, out: Path, *, start: int = 0, category_size: int | None = None) -> None:
    """JSON lines to a file (packed when it ends in .gz) or to standard output. Raises NotWritable."""
    try:
        with _target(out) as file, bar() as shown:
            task = shown.add_task("generating", total=products - start, shown="", done=0)
            records = generate(products, seed, start=start, category_size=category_size)
            for number in range(start, products, CHUNK):
                file.writelines(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in islice(records, CHUNK))
                done = min(number + CHUNK, products) - start
                shown.update(task, completed=done, shown=f"{done:,} products", done=done)
            file.flush()
    except BrokenPipeError:
        # Whoever read has seen enough; nothing more is to be flushed at exit.
        sys.stdout = None  # pyright: ignore[reportAttributeAccessIssue]
    except OSError as error:
        raise NotWritable(f"{out} cannot be written: {error.strerror}.", "Choose another place with --out.") from error


@contextmanager
def _target(out: Path) -> Generator[IO[bytes] | gzip.GzipFile]:
    if out == STANDARD_INPUT:
        yield sys.stdout.buffer
        return
    with out.open("wb") as raw:
        if out.suffix == ".gz":
            # Without a time stamp the same catalogue is the same file.
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=5, mtime=0) as packed:
                yield packed
        else:
            yield raw
