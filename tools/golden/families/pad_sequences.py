"""keras/data/testdata/pad_sequences.json: keras.utils.pad_sequences."""

import numpy as np
from keras.utils import pad_sequences

import golden

INTEGERS = [[1, 2, 3, 4, 5], [], [6], [7, 8, 9]]
FLOATS = [[1.5, -2.5], [300.7, -1.0, 0.25]]
VECTORS = [np.arange(6).reshape(3, 2), np.arange(10, 12).reshape(1, 2)]

CASES = [
    ("to the longest", INTEGERS, {}),
    ("maxlen cuts and pads in front", INTEGERS, {"maxlen": 2}),
    ("maxlen beyond the longest", INTEGERS, {"maxlen": 7}),
    ("padding post", INTEGERS, {"padding": "post"}),
    ("truncating post", INTEGERS, {"maxlen": 2, "truncating": "post"}),
    ("both post", INTEGERS, {"maxlen": 4, "padding": "post", "truncating": "post"}),
    ("value", INTEGERS, {"value": -1, "padding": "post"}),
    ("a fraction as value of integers", INTEGERS, {"value": 2.7}),
    ("dtype", INTEGERS, {"dtype": "float32", "value": 0.5}),
    ("dtype int64", INTEGERS, {"dtype": "int64", "maxlen": 3}),
    ("floats lose their fractions", FLOATS, {}),
    ("floats", FLOATS, {"dtype": "float64", "value": 0.1}),
    ("vectors", VECTORS, {}),
    ("vectors, post", VECTORS, {"maxlen": 2, "padding": "post", "truncating": "post", "value": 9}),
    ("one empty list with maxlen", [[]], {"maxlen": 2, "value": 3}),
    ("one sequence of one", [[4]], {}),
    ("vectors of other lengths", [np.ones((2, 2)), np.ones((1, 3))], {}),
    ("no such padding", INTEGERS, {"padding": "both"}),
    ("no such truncating", INTEGERS, {"truncating": "both"}),
    ("no sequences", [], {}),
]


def case(name, sequences, args):
    c = {"name": name, "sequences": [golden.tensor(s) if isinstance(s, np.ndarray) else s for s in sequences], "args": args}
    c["error"] = golden.error(lambda: pad_sequences(sequences, **args))
    if c["error"] is None:
        c["padded"] = golden.tensor(pad_sequences(sequences, **args))
    return c


def generate():
    golden.write("keras/data/testdata/pad_sequences.json", cases=[case(*c) for c in CASES])
