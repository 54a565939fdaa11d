"""keras/models/testdata/reuse.json: models made of models and of parts of models: JSON, paths of weights, results."""

import keras
import numpy as np
from keras import layers

import golden
import models


def nested_twice():
    """A model called twice in one that is called twice."""
    x = keras.Input((3,), name="x")
    inner = keras.Model(x, layers.Dense(3, activation="tanh", name="d")(x), name="inner")
    y = keras.Input((3,), name="y")
    middle = keras.Model(y, layers.Dense(3, name="e")(inner(inner(y))), name="middle")
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    return keras.Model([a, b], layers.Add(name="sum")([middle(a), middle(middle(b))]), name="outer")


def features():
    """The outputs of all layers of a model."""
    base = models.residual()
    return keras.Model(base.input, [l.output for l in base.layers], name="features")


def features_inside():
    """The output of a layer of a model inside."""
    base = nested_twice()
    inner = base.get_layer("middle").get_layer("inner")
    x = keras.Input((3,), name="z")
    deep = keras.Model(inner.input, inner.get_layer("d").output, name="deep")
    return keras.Model(x, deep(x) * 2.0, name="inside")


def dicts_inside():
    """Dicts in and out of a model inside."""
    ins = {"b": keras.Input((2,), name="b"), "a": keras.Input((3,), name="a")}
    y = layers.Concatenate(name="cat")([ins["b"], ins["a"]])
    inner = keras.Model(ins, {"z": layers.Dense(1, name="first")(y), "y": layers.Dense(2, name="second")(y)}, name="dicts")
    p, q = keras.Input((3,), name="p"), keras.Input((2,), name="q")
    out = inner({"a": p, "b": q})
    return keras.Model([p, q], {"sum": layers.Add(name="add1")([out["z"], out["y"]]), "y": out["y"]}, name="around")


def list_inside():
    """Lists in and out of a model inside, called twice."""
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    inner = keras.Model([a, b], [layers.Dense(2, name="d")(a), layers.Subtract(name="s")([a, b])], name="pair")
    x = keras.Input((2,), name="x")
    left, right = inner([x, x])
    left, right = inner([right, left])
    return keras.Model(x, [right, left], name="lists")


def training_argument():
    """Batch statistics while predicting, and a model whose own are moving ones while training."""
    x = keras.Input((3,), name="x")
    inner = keras.Model(x, layers.BatchNormalization(name="off")(x), name="inner")
    y = keras.Input((3,), name="y")
    return keras.Model(y, inner(layers.BatchNormalization(name="on")(y, training=True), training=False), name="modes")


def mask_argument():
    x, m = keras.Input((4, 2), name="x"), keras.Input((4,), dtype="bool", name="m")
    return keras.Model([x, m], layers.GlobalAveragePooling1D(name="mean")(x, mask=m), name="masked")


def attentions():
    """Inputs in a list and not, masks that come along and masks that are given."""
    ids, x, m = keras.Input((3,), dtype="int32", name="ids"), keras.Input((4, 6), name="x"), keras.Input((4,), dtype="bool", name="m")
    e = layers.Embedding(4, 6, mask_zero=True, name="e")(ids)
    y = layers.MultiHeadAttention(2, 3, name="self")(e, e, use_causal_mask=True)
    y = layers.MultiHeadAttention(2, 3, name="cross")(y, x, value_mask=m)
    y = layers.Attention(name="given")([y, x], mask=[None, m])
    y, scores = layers.AdditiveAttention(name="scores")([y, x, x], mask=[None, m], return_attention_scores=True)
    return keras.Model([ids, x, m], [y, scores], name="attentions")


def batch_shape():
    x = keras.Input(batch_shape=(2, 4, 3), name="x")
    return keras.Model(x, layers.Dense(2, name="d")(layers.Flatten(name="f")(x)), name="fixed")


def middle():
    """From a tensor in the middle of a model, and from an input, to one at the end."""
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    h = layers.Dense(3, name="h")(a)
    y = layers.Add(name="sum")([layers.Dense(3, name="k")(h), b])
    z = layers.Dense(2, name="z")(y)
    keras.Model([a, b], z)
    return keras.Model([y, b], layers.Concatenate(name="cat")([z, b]), name="end")


def sequential_cut():
    """A functional model of a Sequential's layers."""
    model = models.sequential()
    return keras.Model(model.inputs, model.layers[1].output, name="cut")


MODELS = [
    ("nested twice", nested_twice), ("features of every layer", features), ("a layer of a model inside", features_inside),
    ("dicts inside", dicts_inside), ("lists inside", list_inside), ("training argument", training_argument), ("mask argument", mask_argument), ("attentions", attentions),
    ("batch_shape", batch_shape), ("from the middle", middle), ("layers of a Sequential", sequential_cut),
]  # fmt: skip


def values(r, t):
    shape = [2 if d is None else d for d in t.shape]
    if t.dtype == "int32":
        return r.randint(0, 4, size=shape).astype("int32")
    if t.dtype == "bool":
        return r.randint(0, 2, size=shape).astype(bool) | (np.arange(shape[-1]) == 0)
    return golden.values(r, shape)


def record(name, make):
    golden.fresh()
    model = make()
    golden.set_sine(model)
    data = [values(golden.rng(name), t) for t in model.inputs]
    outs = model(data if isinstance(model.input, (list, dict)) else data[0])
    return {
        "name": name,
        "json": model.to_json(),
        "paths": [w.path for w in model.weights] or None,
        "inputs": [golden.tensor(d) for d in data],
        "outputs": [golden.tensor(o) for o in keras.tree.flatten(outs)],
    }


def generate():
    golden.write("keras/models/testdata/reuse.json", cases=[record(*m) for m in MODELS])
