"""keras/models/testdata/keras2.*: a model of Keras 2 with what has changed since, and what it computes.

    python3.11 -m venv keras2 && keras2/bin/pip install tensorflow-cpu==2.15.1
    keras2/bin/python tools/golden/keras2.py

keras2.h5 is the model after two steps of training. keras2.json has its config as a .keras of Keras 2
has it, an input and the outputs for it, and the outputs after two steps more.
"""

import json
import os
import pathlib
import zipfile

os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
from keras import layers

OUT = pathlib.Path(__file__).resolve().parents[2] / "keras/models/testdata"


def model():
    steps, row = keras.Input((5, 4), name="steps"), keras.Input((3,), name="row")

    gates = dict(recurrent_activation="hard_sigmoid", return_sequences=True)
    y, state = layers.GRU(3, reset_after=False, return_state=True, name="gru", **gates)(steps)
    y = layers.LSTM(3, name="lstm", **gates)(y, initial_state=[state, layers.Activation("hard_sigmoid", name="activation")(row)])
    y = layers.Bidirectional(layers.SimpleRNN(2, activation="hard_sigmoid", go_backwards=True, name="rnn"), name="both")(y)

    stack = keras.Sequential([layers.Dense(4, activation="hard_sigmoid", name="a"), layers.LeakyReLU(0.25, name="b")], name="stack")
    known = keras.Sequential([keras.Input((4,), name="known_input"), layers.BatchNormalization(name="c"), layers.ThresholdedReLU(0.1, name="d")], name="known")
    x = keras.Input((4,), name="inner_input")
    inner = keras.Model(x, [layers.Dense(4, name="e")(x), x], name="inner")

    z = known(stack(stack(known(y))))
    once, _ = inner(z)
    twice, same = inner(once)
    z = layers.Reshape((2, 6), name="fold")(layers.Concatenate(name="join")([twice, same, y]))
    z = layers.Flatten(name="flat")(layers.SeparableConv1D(2, 2, name="conv")(z))
    return keras.Model([steps, row], [layers.Dense(2, name="head")(z), once], name="relics")


def numbers(shape, seed):
    return np.round(np.random.default_rng(seed).normal(size=shape), 3).astype("float32")


def main():
    m = model()
    m.set_weights([np.abs(numbers(w.shape, i)) + 0.5 if "variance" in v.name else 0.5 * numbers(w.shape, i) for i, (w, v) in enumerate(zip(m.get_weights(), m.weights))])
    m.compile(keras.optimizers.legacy.SGD(0.05, decay=0.5, momentum=0.9), loss={"head": "mse", "inner": keras.losses.Huber(2.0)}, metrics={"head": ["mae"]})
    x = [numbers((6, 5, 4), 100), numbers((6, 3), 101)]
    targets = [numbers((6, 2), 102), numbers((6, 4), 103)]
    train = lambda: [m.train_on_batch(x, targets) for _ in range(2)]
    outputs = lambda: [tensor(y) for y in m.predict(x, verbose=0)]
    train()
    m.save(OUT / "keras2.h5")
    path = OUT / "keras2.keras"
    m.save(path)
    config = zipfile.ZipFile(path).read("config.json").decode()
    path.unlink()
    found = {"keras": keras.__version__, "config": json.loads(config), "inputs": [tensor(v) for v in x], "targets": [tensor(v) for v in targets], "outputs": outputs()}
    train()
    (OUT / "keras2.json").write_text(json.dumps(found | {"trained": outputs()}) + "\n")


def tensor(v):
    return {"shape": list(v.shape), "dtype": str(v.dtype), "data": [float(str(n)) for n in v.ravel()]}


main()
