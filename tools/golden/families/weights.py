"""keras/models/testdata/weights.*: a model's weights in the formats of Keras, and what it gives."""

import zipfile

import numpy as np
import keras
from keras import layers

import golden

FILES = golden.ROOT / "keras/models/testdata"


def model():
    """Nested, shared, wrapped and stacked layers, and weights that are not trained."""
    golden.fresh()
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.BatchNormalization()], name="inner")
    a, b = keras.Input((5, 4), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(4)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(a)
    x = layers.TimeDistributed(layers.Dense(4))(x)
    x = layers.RNN([layers.GRUCell(3), layers.SimpleRNNCell(4)])(x)
    x = layers.concatenate([shared(x), inner(shared(b)), inner(b)])
    m = keras.Model([a, b], layers.Dense(2)(x))
    random = np.random.default_rng(0)
    m.set_weights([random.uniform(0.1, 1, w.shape).astype(w.dtype) for w in m.get_weights()])
    return m, [random.normal(size=(2,) + i.shape[1:]).astype("float32") for i in m.inputs]


def undated(path):
    """The archive without the date, so that a second run writes the same bytes."""
    with zipfile.ZipFile(path) as old:
        entries = {n: old.read(n) for n in old.namelist() if n != "metadata.json"}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in entries.items():
            new.writestr(zipfile.ZipInfo(name), content)


def generate():
    m, x = model()
    m.save_weights(FILES / "weights.weights.h5")
    m.save(FILES / "weights.keras")
    undated(FILES / "weights.keras")
    m.save(FILES / "weights.legacy.h5")
    case = {"json": m.to_json(), "x": [golden.tensor(v) for v in x], "y": golden.tensor(m.predict(x, verbose=0))}
    golden.write("keras/models/testdata/weights.json", cases=[case])
