"""internal/kerasfile/testdata: a small model in the formats of Keras, and what Keras makes of them with models that fit less or more."""

import json
import re
import shutil
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import keras
from keras import layers

import golden

FILES = golden.ROOT / "internal/kerasfile/testdata"
SAVED = [["a", 3, 2, True], ["b", 2, 1, True]]

# name: layers as [name, inputs, units, has a bias], for each way to load
MODELS = {
    "as saved": SAVED,
    "other names": [["x", 3, 2, True], ["y", 2, 1, True]],
    "one name of two": [["x", 3, 2, True], ["b", 2, 1, True]],
    "other shapes": [["a", 3, 4, True], ["b", 4, 1, True]],
    "fewer weights": [["a", 3, 2, False], ["b", 2, 1, True]],
    "more layers": SAVED + [["c", 1, 1, True]],
}
WAYS = {"saved.weights.h5": ["", "skip_mismatch"], "saved.h5": ["", "skip_mismatch", "by_name", "by_name skip_mismatch"]}


def model(spec):
    """Dense layers one after the other, all weights zero."""
    golden.fresh()
    x = i = keras.Input((spec[0][1],), name="in")
    for name, _, units, bias in spec:
        x = layers.Dense(units, use_bias=bias, name=name)(x)
    m = keras.Model(i, x, name="model")
    m.set_weights([np.zeros_like(w) for w in m.get_weights()])
    return m


def plain(text):
    """A text without values of variables, and with the spaces that Keras forgets."""
    return re.sub(r", value=[^>]*>", ">", str(text)).replace(")for weight", ") for weight").replace(")due to", ") due to")


def load(file, spec, way):
    m = model(spec)
    error = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            m.load_weights(FILES / file, **{k: True for k in way.split()})
        except ValueError as e:
            error = plain(e)
    return {
        "file": file, "way": way, "layers": spec, "error": error,
        "warnings": [plain(w.message) for w in caught if str(w.message).startswith(("A total", "Skipping load"))],
        "weights": [golden.tensor(w) for w in m.get_weights()],
    }


def steady(path):
    """The archive with a date that no clock gave, and without addresses."""
    with zipfile.ZipFile(path) as old:
        entries = {n: old.read(n) for n in old.namelist()}
    entries["metadata.json"] = json.dumps({"keras_version": keras.__version__, "date_saved": "2026-01-02@03:04:05"})
    entries["config.json"] = re.sub(rb'"shared_object_id": \d+', b'"shared_object_id": 1', entries["config.json"])
    with zipfile.ZipFile(path, "w") as new:
        for name, content in entries.items():
            new.writestr(zipfile.ZipInfo(name), content)


def generate():
    FILES.mkdir(parents=True, exist_ok=True)
    m = model(SAVED)
    random = np.random.default_rng(0)
    m.set_weights([random.uniform(0.1, 1, w.shape).astype(w.dtype) for w in m.get_weights()])
    m.compile("adam", "mse", metrics=["mae"])
    for _ in range(2):
        m.train_on_batch(random.normal(size=(4, 3)), random.normal(size=(4, 1)))
    config = keras.saving.serialize_keras_object(m)  # saving a .h5 takes the optimizer out of it
    m.save(FILES / "saved.keras")
    steady(FILES / "saved.keras")
    m.save(FILES / "saved.h5")
    m.save_weights(FILES / "saved.weights.h5")
    with tempfile.TemporaryDirectory() as folder:
        m.save_weights(Path(folder) / "shards.weights.json", max_shard_size=8e-8)
        for file in Path(folder).iterdir():
            shutil.copy(file, FILES)
    state = {
        "config": config,
        "weights": [golden.tensor(w) for w in m.get_weights()],
        "optimizer": [golden.tensor(v) | {"name": v.name, "path": v.path} for v in m.optimizer.variables],
    }
    cases = [load(file, spec, way) | {"name": f"{file}, {name}, {way}"} for file, ways in WAYS.items() for way in ways for name, spec in MODELS.items()]
    golden.write("internal/kerasfile/testdata/saved.json", state, cases=cases)
