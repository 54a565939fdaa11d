"""keras/testdata/vocabulary.json: JSON as Python writes and reads it, names, symbolic tensors as text."""

import json
import math
import struct

import keras
from keras.src.utils.naming import to_snake_case

import golden

FLOATS = [
    0.0, -0.0, 1.0, -1.5, 3.14, 0.1, 1 / 3, 1e-3, 1e-4, 9.999e-5, 1e-5, 1e-7, 2.5e-7, 1e15, 123456789012345680.0, 9999999999999998.0, 1e16, 1.5e16, 1e22,
    1e100, 5e-324, 1.7976931348623157e308, 0.30000000000000004, 100.0, 4294967296.0, math.nan, math.inf, -math.inf,
]  # fmt: skip

STRINGS = ["", "plain", 'say "x"', "back\\slash", "a/b", "tab\tnewline\nreturn\r", "\b\f", "\x00\x1f\x7f", "<a & b>", "é", "层", "\u2028", "\ue000\uffff", "😀𝕏", "\U0010ffff"]

TEXTS = [
    "null", "true", " false ", "0", "-0", "7", "-12", "1.0", "-0.5", "1e5", "1E+2", "1e-7", "1e400", "-1e400", "123456789012345678901234567890", "9223372036854775807",
    "NaN", "Infinity", "-Infinity", "[NaN, Infinity, -Infinity]", '"NaN"', '{"a": NaN}', "[]", "{}", "[ ]", "{ }", '[1, 2.0, "3", null, true, [], {}]',
    '{"b": 1, "a": 2}', '{"a": 1, "b": 2, "a": 3}', '{"": 0}', '"\\u00e9\\ud83d\\ude00"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"é层😀"', "\n\t\r [1\n,\t2\r] ",
    '{"a": {"b": [{"c": []}]}}',
    "", " ", "nul", "nulll", "True", "nan", "-NaN", "+1", "01", "1.", ".5", "1e", "--1", "0x10", "1 2", "[1,]", "[,1]", "[1", "[1 2]", "[}", "{", '{"a"}', '{"a":}', '{"a": 1,}',
    '{"a": 1 "b": 2}', "{a: 1}", "{'a': 1}", "{1: 2}", '"', '"abc', '"\\', '"\\x"', '"\\u12"', '"\\u12g4"', '"a\nb"', '"a\x00b"', "]", "}", "//", "[1]]", '{"a": 1}}', "\x00", "\x01", "1\x00",
    "- 1", "Infinit", "-Infinit", "InfinityX", "1NaN",
]  # fmt: skip

CLASSES = ["Größe2D", "SlojΔConv", "Слой", "naïveBayes", "日本Layer", "A B C", "Layer\u00b2", "tab\tname", "e\u0301Dense", ""]


def parsed(text):
    try:
        return json.dumps(json.loads(text))
    except ValueError:
        return None


def tensors():
    golden.fresh()
    for name, make in [
        ("one axis", lambda: keras.Input((784,))),
        ("unknown axes, uint8", lambda: keras.Input((None, None, 1), dtype="uint8")),
        ("named", lambda: keras.Input((3,), name="mine")),
        ("no axis beside the batch", lambda: keras.Input(())),
        ("a batch shape", lambda: keras.Input(batch_shape=(16, 10, 5), dtype="int32")),
        ("a batch size", lambda: keras.Input((2,), batch_size=4, dtype="bool")),
        ("a layer's output", lambda: keras.layers.Dense(2)(keras.Input((3,)))),
    ]:
        yield {"name": name, "repr": repr(make())}


def generate():
    golden.write(
        "keras/testdata/vocabulary.json",
        floats=[{"bits": struct.pack(">d", x).hex(), "json": json.dumps(x)} for x in FLOATS],
        strings=[{"points": [ord(c) for c in s], "json": json.dumps(s)} for s in STRINGS],
        texts=[{"text": t, "json": parsed(t)} for t in TEXTS],
        snake_case=[{"class": c, "snake_case": to_snake_case(c)} for c in CLASSES],
        tensors=list(tensors()),
    )
