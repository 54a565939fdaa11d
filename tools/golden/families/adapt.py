"""keras/layers/testdata/adapt.json: what Normalization.adapt finds in data."""

import keras
import numpy as np
import tensorflow as tf

import golden

CASES = [
    ("default", dict(), (5, 3), "float32"),
    ("no axis", dict(axis=None), (5, 3), "float32"),
    ("axis 1", dict(axis=1), (2, 3, 4), "float32"),
    ("axes", dict(axis=(3, 1)), (4, 3, 1, 2), "float32"),
    ("axis of the batch", dict(axis=0), (3, 4), "float32"),
    ("every axis", dict(axis=(0, 1)), (2, 3), "float32"),
    ("one row", dict(), (1, 2), "float32"),
    ("bytes", dict(), (4, 2, 3), "uint8"),
    ("float64", dict(dtype="float64"), (5, 2), "float64"),
]
# How many rows each batch of a list or a Dataset has; in a Dataset all but the last have as many.
BATCHES = [
    ("batches", dict(), (5, 3), 2),
    ("batches, no axis", dict(axis=None), (5, 3), 2),
    ("rows, batched by adapt", dict(), (5, 3), None),
]


def found(layer):
    return {"mean": golden.tensor(layer.adapt_mean), "variance": golden.tensor(layer.adapt_variance)}


def data(name, shape, dtype):
    r = golden.rng("adapt/" + name)
    return golden.integers(r, shape, 0, 256, dtype) if dtype == "uint8" else golden.values(r, shape, dtype=dtype)


def cases():
    for name, args, shape, dtype in CASES:
        x = data(name, shape, dtype)
        layer = keras.layers.Normalization(**args)
        layer.adapt(x)
        yield {"name": name, "config": golden.config(layer), "data": golden.tensor(x), "build_shape": layer.get_build_config()["input_shape"], **found(layer)}
    for name, args, shape, rows in BATCHES:
        x = data(name, shape, "float32")
        layer = keras.layers.Normalization(**args)
        ds = tf.data.Dataset.from_tensor_slices(x)
        layer.adapt(ds.batch(rows) if rows else ds)
        yield {
            "name": name, "config": golden.config(layer), "data": golden.tensor(x), "rows": rows or 0,
            "build_shape": layer.get_build_config()["input_shape"], **found(layer),
        }  # fmt: skip


def generate():
    golden.write("keras/layers/testdata/adapt.json", cases=list(cases()))
