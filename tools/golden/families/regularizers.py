"""keras/regularizers/testdata/regularizers.json: penalties, their gradients, names."""

import tensorflow as tf
from keras import regularizers as R
from keras.src.regularizers import ALL_OBJECTS_DICT
from keras.src.utils.naming import to_snake_case

import golden
from golden import serialized, tensor, values

CASES = [
    R.L1(), R.L1(0.1), R.L2(), R.L2(0.1), R.L1L2(), R.L1L2(l1=0.1), R.L1L2(l2=0.1), R.L1L2(0.1, 0.2),
]  # fmt: skip
ORTHOGONAL = [R.OrthogonalRegularizer(), R.OrthogonalRegularizer(0.5, "columns"), R.OrthogonalRegularizer(factor=0.5, mode="rows")]


def record(reg, w):
    x = tf.constant(w)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = reg(x)
    grad = tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return {"regularizer": serialized(reg), "weight": tensor(w), "value": y.numpy(), "gradient": tensor(grad)}


def lookups():
    names = {n for n in ALL_OBJECTS_DICT if n.lower() not in ("regularizer", "constraint")}
    for name in sorted(names | {to_snake_case(n) for n in names} | {"l1_l2", "l3", ""}):
        try:
            yield {"identifier": name, "class": type(R.get(name)).__name__, "config": R.get(name).get_config()}
        except Exception:
            yield {"identifier": name, "error": golden.error(lambda: R.get(name))}


def errors():
    for name, f in [
        ("negative factor", lambda: R.L2(-0.1)),
        ("infinite factor", lambda: R.L1(float("inf"))),
        ("unknown mode", lambda: R.OrthogonalRegularizer(mode="diagonal")),
        ("orthogonal of rank 4", lambda: R.OrthogonalRegularizer()(tf.ones((2, 2, 2, 2)))),
    ]:
        yield {"name": name, "error": golden.error(f)}


def generate():
    matrix = values(golden.rng("regularizers"), (3, 4))
    kernel = values(golden.rng("regularizers, rank 4"), (2, 2, 1, 3))
    golden.write(
        "keras/regularizers/testdata/regularizers.json",
        cases=[record(r, w) for r in CASES for w in (matrix, kernel)] + [record(r, matrix) for r in ORTHOGONAL],
        lookups=list(lookups()),
        errors=list(errors()),
    )
