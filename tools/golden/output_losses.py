"""keras/models/testdata/output_losses.json: the losses of single outputs in the stories of fit.json, as the JAX backend has them.

Keras means them over the samples. Compiled by TensorFlow it cannot see the size of a batch and means them over the batches, so that they no
longer add up to the loss where the last batch is short. Everything else in fit.json is the same on both backends, but for metrics in fit where
predictions have a mask, which JAX loses.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

TESTDATA = pathlib.Path(__file__).resolve().parents[2] / "keras/models/testdata"


def array(a):
    if isinstance(a, list):
        return [array(v) for v in a]
    if a is None or "dtype" not in a:
        return a and {k: array(v) for k, v in a.items()}
    return np.array(a["data"], a["dtype"]).reshape(a["shape"])


def plain(logs):
    return {k: [float(np.float32(x)) for x in v] if isinstance(v, list) else float(np.float32(v)) for k, v in logs.items()}


def run(story):
    model = keras.saving.deserialize_keras_object(story["model"])
    model.set_weights([array(w) for w in story["weights"]])
    compiled = dict(story["compile"])
    compiled["optimizer"] = keras.saving.deserialize_keras_object(compiled["optimizer"])
    model.compile(**compiled)
    weights = {} if story["sample_weight"] is None else {"sample_weight": array(story["sample_weight"])}
    x, y = array(story["x"]), array(story["y"])
    history = model.fit(x, y, shuffle=False, verbose=0, **story["fit"], **weights).history
    return {
        "name": story["name"],
        "history": plain(history),
        "evaluate": [float(np.float32(v)) for v in model.evaluate(x, y, batch_size=4, verbose=0, **weights)],
        "evaluate_dict": plain(model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True, **weights)),
    }


stories = json.loads((TESTDATA / "fit.json").read_text())["stories"]
cases = [run(s) for s in stories if any(k.endswith("_loss") and k != "val_loss" for k in s["history"])]
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
(TESTDATA / "output_losses.json").write_text(f'{{"keras":"{keras.__version__}",\n"stories":[\n{lines}\n]}}\n')
