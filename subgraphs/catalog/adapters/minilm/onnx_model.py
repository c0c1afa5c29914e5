"""MiniLM's weights as an ONNX model, made in memory.

The package index has the weights as PyTorch wrote them. The graph of a BERT encoder is six layers of six nodes, so it
is written here, in the few messages of onnx.proto that it needs, instead of taking PyTorch or `onnx` along for it.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Any

IR_VERSION, OPSET = 9, 17
CONTRIB = "com.microsoft"
"""Fused operators that every build of ONNX Runtime has."""
FLOAT, INT32 = 1, 6
LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
INPUT, MASK, OUTPUT = "embedded", "mask", "encoded"


def onnx_model(weights: Mapping[str, Any], numpy: Any) -> bytes:
    """From `embedded` (float[batch, pieces, 384]: word, place and type summed up) and `mask` (int32[batch, pieces]) to
    `encoded` (float[batch, pieces, 384]). `weights`: float32 arrays by the names of BertModel."""
    graph = _Graph(weights, numpy)
    last = graph.encoder()
    inputs = [_value(INPUT, FLOAT, WIDTH), _value(MASK, INT32)]
    content = _fields(1, graph.nodes) + _text(2, "minilm") + _fields(5, graph.tensors)
    content += _fields(11, inputs) + _field(12, _value(last, FLOAT, WIDTH))
    opsets = [_text(1, domain) + _number(2, version) for domain, version in (("", OPSET), (CONTRIB, 1))]
    return _number(1, IR_VERSION) + _fields(8, opsets) + _field(7, content)


class _Graph:
    def __init__(self, weights: Mapping[str, Any], numpy: Any) -> None:
        self._weights = weights
        self._numpy = numpy
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def encoder(self) -> str:
        names = [self._tensor("embeddings.LayerNorm.weight"), self._tensor("embeddings.LayerNorm.bias")]
        state = self._node("LayerNormalization", [INPUT, *names], "", "normal", epsilon=EPSILON, axis=-1)
        for number in range(LAYERS):
            state = self._layer(f"encoder.layer.{number}.", state, OUTPUT if number == LAYERS - 1 else f"state{number}")
        return state

    def _layer(self, at: str, state: str, result: str) -> str:
        parts = [f"{at}attention.self.{part}" for part in ("query", "key", "value")]
        # The operator takes all three at once: [384, 3 × 384].
        self._add(f"{at}qkv", self._numpy.concatenate([self._weights[f"{part}.weight"] for part in parts]).T)
        self._add(f"{at}qkv.bias", self._numpy.concatenate([self._weights[f"{part}.bias"] for part in parts]))
        inputs = [state, f"{at}qkv", f"{at}qkv.bias", MASK]
        attended = self._node("Attention", inputs, CONTRIB, f"{at}attended", num_heads=HEADS)
        attended = self._dense(f"{at}attention.output", attended, state, f"{at}between")
        wide = self._node("MatMul", [attended, self._turned(f"{at}intermediate.dense.weight")], "", f"{at}wide")
        bias = self._tensor(f"{at}intermediate.dense.bias")
        active = self._node("BiasGelu", [wide, bias], CONTRIB, f"{at}active")
        return self._dense(f"{at}output", active, attended, result)

    def _dense(self, at: str, given: str, skipped: str, result: str) -> str:
        made = self._node("MatMul", [given, self._turned(f"{at}.dense.weight")], "", f"{at}.made")
        names = [self._tensor(f"{at}.{part}") for part in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
        return self._node("SkipLayerNormalization", [made, skipped, *names], CONTRIB, result, epsilon=EPSILON)

    def _node(self, operator: str, inputs: Iterable[str], domain: str, result: str, **attributes: float) -> str:
        content = b"".join(_text(1, each) for each in inputs) + _text(2, result) + _text(4, operator)
        content += _fields(5, (_attribute(name, value) for name, value in attributes.items())) + _text(7, domain)
        self.nodes.append(content)
        return result

    def _tensor(self, name: str) -> str:
        return self._add(name, self._weights[name])

    def _turned(self, name: str) -> str:
        return self._add(name, self._weights[name].T)

    def _add(self, name: str, array: Any) -> str:
        content = b"".join(_number(1, size) for size in array.shape) + _number(2, FLOAT) + _text(8, name)
        self.tensors.append(content + _field(9, self._numpy.ascontiguousarray(array).tobytes()))
        return name


def _value(name: str, kind: int, width: int | None = None) -> bytes:
    """Of any batch and any number of pieces."""
    sizes = [_text(2, "batch"), _text(2, "pieces"), *([] if width is None else [_number(1, width)])]
    return _text(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, _fields(1, sizes))))


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _fields(field: int, contents: Iterable[bytes]) -> bytes:
    return b"".join(_field(field, content) for content in contents)


def _text(field: int, value: str) -> bytes:
    return _field(field, value.encode())
