"""keras/symbolic/testdata/operations.json: operations on symbolic tensors: JSON, summaries and results."""

from json import dumps, loads

import keras
import numpy as np
from keras import activations, layers, ops

import golden
from families.summary import text

# Each case is a function of three inputs: x and z (batch, 4, 3), float32, and i (batch, 4), int32.
CASES = [
    ("x + z", lambda x, z, i: x + z),
    ("x * 2", lambda x, z, i: x * 2),
    ("2.0 * x", lambda x, z, i: 2.0 * x),
    ("1 - x", lambda x, z, i: 1 - x),
    ("x / z", lambda x, z, i: x / z),
    ("divide", lambda x, z, i: ops.divide(x, 4)),
    ("-x", lambda x, z, i: -x),
    ("abs(x)", lambda x, z, i: abs(x)),
    ("abs(x) ** 1.5", lambda x, z, i: abs(x) ** 1.5),
    ("x % 0.75", lambda x, z, i: x % 0.75),
    ("x // 0.75", lambda x, z, i: x // 0.75),
    ("an expression", lambda x, z, i: -(z + x) * 2.0 - x / 4.0),
    ("x @ z", lambda x, z, i: x @ ops.transpose(z, (0, 2, 1))),
    ("matmul with a constant", lambda x, z, i: ops.matmul(x, np.array([[1, 2], [3, 4], [5, 6.5]], "float32"))),
    ("dot with a constant", lambda x, z, i: ops.dot(x, np.array([1, 2, 0.5], "float32"))),
    ("add a constant", lambda x, z, i: x + np.array([1, 2, 3], "float32")),
    ("add a constant of integers", lambda x, z, i: x + np.array([[1], [2], [3], [4]], "int32")),
    ("maximum", lambda x, z, i: ops.maximum(x, z)),
    ("maximum with a number", lambda x, z, i: ops.maximum(0.5, x)),
    ("minimum", lambda x, z, i: ops.minimum(x, z)),
    ("exp", lambda x, z, i: ops.exp(x)),
    ("expm1", lambda x, z, i: ops.expm1(x)),
    ("log", lambda x, z, i: ops.log(abs(x))),
    ("log1p", lambda x, z, i: ops.log1p(abs(x))),
    ("sqrt", lambda x, z, i: ops.sqrt(abs(x))),
    ("rsqrt", lambda x, z, i: ops.rsqrt(abs(x))),
    ("reciprocal", lambda x, z, i: ops.reciprocal(x)),
    ("square", lambda x, z, i: ops.square(x)),
    ("sign", lambda x, z, i: ops.sign(x)),
    ("sin", lambda x, z, i: ops.sin(x)),
    ("cos", lambda x, z, i: ops.cos(x)),
    ("erf", lambda x, z, i: ops.erf(x)),
    ("floor", lambda x, z, i: ops.floor(x)),
    ("ceil", lambda x, z, i: ops.ceil(x)),
    ("round", lambda x, z, i: ops.round(x)),
    ("round to one decimal", lambda x, z, i: ops.round(x, 1)),
    ("clip", lambda x, z, i: ops.clip(x, 0, 1)),
    ("stop_gradient", lambda x, z, i: ops.stop_gradient(x)),
    ("relu", lambda x, z, i: ops.relu(x)),
    ("activations.relu", lambda x, z, i: activations.relu(x, negative_slope=0.25, max_value=1.0, threshold=0.125)),
    ("relu6", lambda x, z, i: ops.relu6(x)),
    ("sigmoid", lambda x, z, i: ops.sigmoid(x)),
    ("tanh", lambda x, z, i: ops.tanh(x)),
    ("softplus", lambda x, z, i: ops.softplus(x)),
    ("softsign", lambda x, z, i: ops.softsign(x)),
    ("silu", lambda x, z, i: ops.silu(x)),
    ("log_sigmoid", lambda x, z, i: ops.log_sigmoid(x)),
    ("selu", lambda x, z, i: ops.selu(x)),
    ("elu", lambda x, z, i: ops.elu(x, alpha=0.5)),
    ("celu", lambda x, z, i: ops.celu(x, alpha=0.5)),
    ("leaky_relu", lambda x, z, i: ops.leaky_relu(x, negative_slope=0.3)),
    ("gelu", lambda x, z, i: ops.gelu(x)),
    ("gelu, exact", lambda x, z, i: ops.gelu(x, approximate=False)),
    ("softmax", lambda x, z, i: ops.softmax(x)),
    ("softmax over an axis", lambda x, z, i: ops.softmax(x, axis=1)),
    ("log_softmax", lambda x, z, i: ops.log_softmax(x)),
    ("x > 0", lambda x, z, i: x > 0),
    ("x >= z", lambda x, z, i: x >= z),
    ("x < z", lambda x, z, i: x < z),
    ("x <= 0.5", lambda x, z, i: x <= 0.5),
    ("equal", lambda x, z, i: ops.equal(i, 2)),
    ("not_equal", lambda x, z, i: x != z),
    ("and, or, xor, not", lambda x, z, i: ((x > 0) & (z > 0)) | ((x > 1) ^ ~(z > 1))),
    ("where", lambda x, z, i: ops.where(x > z, x, z)),
    ("where, a number", lambda x, z, i: ops.where(x > 0, 0.0, x)),
    ("x[:, 0]", lambda x, z, i: x[:, 0]),
    ("x[..., -1]", lambda x, z, i: x[..., -1]),
    ("x[:, 1:3, ::2]", lambda x, z, i: x[:, 1:3, ::2]),
    ("x[:, None]", lambda x, z, i: x[:, None]),
    ("x[:, -3:, ::-1]", lambda x, z, i: x[:, -3:, ::-1]),
    ("x[:, 2:0:-1]", lambda x, z, i: x[:, 2:0:-1]),
    ("x[0]", lambda x, z, i: x[0]),
    ("reshape", lambda x, z, i: ops.reshape(x, (-1, 2, 6))),
    ("expand_dims", lambda x, z, i: ops.expand_dims(x, -1)),
    ("squeeze", lambda x, z, i: ops.squeeze(ops.expand_dims(x, 1), 1)),
    ("transpose", lambda x, z, i: ops.transpose(x)),
    ("moveaxis", lambda x, z, i: ops.moveaxis(x, 1, 2)),
    ("swapaxes", lambda x, z, i: ops.swapaxes(x, 1, -1)),
    ("flip", lambda x, z, i: ops.flip(x, 1)),
    ("repeat", lambda x, z, i: ops.repeat(x, 2, axis=1)),
    ("tile", lambda x, z, i: ops.tile(x, (1, 2, 3))),
    ("broadcast_to", lambda x, z, i: ops.broadcast_to(ops.mean(x), (2, 4))),
    ("pad", lambda x, z, i: ops.pad(x, ((0, 0), (1, 2), (0, 1)))),
    ("split", lambda x, z, i: ops.split(x, 2, axis=1)[1]),
    ("concatenate", lambda x, z, i: ops.concatenate([x, z], axis=-1)),
    ("concatenate along the batch", lambda x, z, i: ops.concatenate([x, z])),
    ("stack", lambda x, z, i: ops.stack([x, z], axis=1)),
    ("convert_to_tensor", lambda x, z, i: ops.convert_to_tensor(x)),
    ("zeros_like, ones_like", lambda x, z, i: ops.zeros_like(x) + ops.ones_like(z)),
    ("one_hot", lambda x, z, i: ops.one_hot(i, 5)),
    ("cast", lambda x, z, i: ops.cast(x, "int32")),
    ("cast of integers", lambda x, z, i: ops.cast(i, "float32")),
    ("sum", lambda x, z, i: ops.sum(x, axis=-1)),
    ("sum of all", lambda x, z, i: x * ops.sum(x)),
    ("mean over axes, kept", lambda x, z, i: ops.mean(x, axis=(1, 2), keepdims=True)),
    ("max", lambda x, z, i: ops.max(x, axis=1)),
    ("min", lambda x, z, i: ops.min(x, axis=-2, keepdims=True)),
    ("prod", lambda x, z, i: ops.prod(x, axis=1)),
    ("var", lambda x, z, i: ops.var(x, axis=1)),
    ("std", lambda x, z, i: ops.std(x, axis=1)),
    ("logsumexp", lambda x, z, i: ops.logsumexp(x, axis=1)),
    ("any", lambda x, z, i: ops.any(x > 1.5, axis=1)),
    ("all", lambda x, z, i: ops.all(x > -1.5, axis=1)),
    ("argmax", lambda x, z, i: ops.argmax(x, axis=-1)),
    ("integers + 1", lambda x, z, i: i + 1),
    ("integers * 0.5", lambda x, z, i: i * 0.5),
    ("integers / integers", lambda x, z, i: i / (i + 1)),
    ("integers and floats", lambda x, z, i: i + x[..., 0]),
    ("sum of integers", lambda x, z, i: ops.sum(i, axis=1)),
    ("mean of integers", lambda x, z, i: ops.mean(i, axis=1)),
    ("float64", lambda x, z, i: ops.cast(x, "float64") + x * 0.1),
    ("a layer, an operation, a layer", lambda x, z, i: layers.Flatten()(layers.ReLU()(x) * z)),
    ("one operand twice", lambda x, z, i: x * x),
]  # fmt: skip


WHOLE = {"an expression", "x[:, 1:3, ::2]", "add a constant", "a layer, an operation, a layer"}


def record(name, f):
    golden.fresh()
    x, z, i = keras.Input((4, 3), name="x"), keras.Input((4, 3), name="z"), keras.Input((4,), dtype="int32", name="i")
    y = f(x, z, i)
    model = keras.Model([x, z, i], y, name="m")
    json = model.to_json()
    golden.fresh()
    assert keras.models.model_from_json(json).to_json() == json, name
    r = golden.rng(name)
    data = [golden.values(r, (2, 4, 3)), golden.values(r, (2, 4, 3)), golden.integers(r, (2, 4), 0, 5)]
    entries = [e for e in loads(json)["config"]["layers"] if e["class_name"] != "InputLayer"]
    return {
        "name": name,
        "nodes": [dumps(e) for e in entries],
        **({"json": json, "summary": text(model, 80).rstrip("\n")} if name in WHOLE else {}),
        "shape": list(y.shape),
        "dtype": y.dtype,
        "inputs": [golden.tensor(d) for d in data],
        "output": golden.tensor(model([data[0], data[1], data[2]])),
    }


def generate():
    golden.write("keras/symbolic/testdata/operations.json", cases=[record(*c) for c in CASES])
