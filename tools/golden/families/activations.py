"""keras/activations/testdata/activations.json: values and gradients of all thirty."""

import numpy as np
import tensorflow as tf
from keras import activations

import golden
from golden import tensor, values

# Beside the kinks (±0.5, ±1, ±3, ±6), not on them, where a derivative is a convention. 0 is there for its value.
POINTS = [8, 6.01, 5.99, 3.01, 2.99, 1.75, 1.01, 0.99, 0.75, 0.51, 0.49, 0.25, 0.001]
POINTS = np.array([-x for x in POINTS] + [0] + POINTS[::-1], "float32")
MATRIX = values(golden.rng("activations"), (3, 4), -3, 3)
CUBE = values(golden.rng("activations, rank 3"), (2, 3, 4), -3, 3)

CASES = [
    *[(f, {}, POINTS) for f in (
        "linear", "relu", "sigmoid", "tanh", "exponential", "softplus", "softsign", "elu", "selu", "gelu", "silu", "leaky_relu", "relu6",
        "hard_sigmoid", "hard_silu", "mish", "log_sigmoid", "celu", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink",
        "squareplus", "sparse_plus", "sparse_sigmoid")],
    *[(f, {}, MATRIX) for f in ("softmax", "log_softmax", "sparsemax", "glu")],
    ("relu", {"negative_slope": 0.1}, POINTS),
    ("relu", {"max_value": 3.0}, POINTS),
    ("relu", {"threshold": 0.5}, POINTS),
    ("relu", {"negative_slope": 0.1, "max_value": 3.0, "threshold": 0.5}, POINTS),
    ("relu", {"threshold": -1.0}, POINTS),
    ("relu", {"threshold": -1.0, "max_value": 3.0}, POINTS),
    ("leaky_relu", {"negative_slope": 0.3}, POINTS),
    ("elu", {"alpha": 0.5}, POINTS),
    ("celu", {"alpha": 0.5}, POINTS),
    ("gelu", {"approximate": True}, POINTS),
    ("hard_shrink", {"threshold": 1.0}, POINTS),
    ("soft_shrink", {"threshold": 1.0}, POINTS),
    ("threshold", {"threshold": 0.5, "default_value": -2.0}, POINTS),
    ("squareplus", {"b": 1.0}, POINTS),
    *[(f, {"axis": 0}, MATRIX) for f in ("softmax", "log_softmax", "sparsemax")],
    ("glu", {"axis": 1}, values(golden.rng("glu"), (2, 4, 3), -3, 3)),
    *[(f, {}, CUBE) for f in ("softmax", "log_softmax", "sparsemax", "glu")],
    *[(f, {"axis": 1}, CUBE) for f in ("softmax", "log_softmax", "sparsemax")],
    ("softmax", {"axis": (1, 2)}, CUBE),
    ("softmax", {}, POINTS),
    ("softmax", {}, np.array([[100, 200, -300], [-1000, -1000, -1000]], "float32")),
    ("log_softmax", {}, np.array([[100, 200, -300], [-1000, -1000, -1000]], "float32")),
    *[(f, {}, np.array([-100, -30, 30, 88, 100], "float32")) for f in (
        "sigmoid", "tanh", "softplus", "elu", "selu", "gelu", "silu", "mish", "log_sigmoid", "squareplus")],
]  # fmt: skip


def record(function, params, x):
    r = golden.rng(f"{function}{params}{x.shape}")
    f = getattr(activations, function)
    t = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(t)
        y = f(t, **params)
        cotangent = values(r, y.shape, -1, 1)
        if x is POINTS:
            cotangent[x == 0] = 0  # backends disagree about the derivative there
        total = tf.reduce_sum(y * cotangent)
    arguments = ", ".join(f"{k}={v}" for k, v in params.items())
    large = ", large" if np.abs(x).max() > 10 else ""
    return {
        "name": f"{function}({arguments}) on {x.shape}{large}".replace("(),", ""),
        "function": function,
        "params": params,
        "input": tensor(x),
        "output": tensor(y),
        "cotangent": tensor(cotangent),
        "input_grad": tensor(tape.gradient(total, t)),
    }


def names():
    """What activations.get knows, and how that is written in a config."""
    from keras.src import activations as source

    known = sorted(set(source.ALL_OBJECTS_DICT) | {"swish", "hard_swish"})
    for name in known:
        yield {"identifier": name, "serialized": activations.serialize(activations.get(name))}
    yield {"identifier": None, "serialized": activations.serialize(activations.get(None))}
    for name in ["rlu", "ReLU", "Relu", "", "leakyrelu"]:
        yield {"identifier": name, "error": golden.error(lambda: activations.get(name))}


def generate():
    golden.write("keras/activations/testdata/activations.json", cases=[record(*c) for c in CASES], lookups=list(names()))
