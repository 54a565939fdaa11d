"""keras/constraints/testdata/constraints.json: what is left of a weight, names."""

import tensorflow as tf
from keras import constraints as K
from keras.src.constraints import ALL_OBJECTS_DICT
from keras.src.utils.naming import to_snake_case

import golden
from golden import serialized, tensor, values

ANY = [K.MaxNorm(), K.MaxNorm(1.0), K.MaxNorm(1.0, axis=1), K.UnitNorm(), K.UnitNorm(axis=1), K.NonNeg(),
       K.MinMaxNorm(), K.MinMaxNorm(0.5, 1.0, 0.5), K.MinMaxNorm(min_value=2.5, max_value=3.0, rate=1.0, axis=1),
       K.UnitNorm(axis=(0, 1)), K.MaxNorm(1.0, axis=-1)]  # fmt: skip
KERNEL = [K.MaxNorm(1.0, axis=(0, 1, 2)), K.UnitNorm(axis=[0, 1, 2]), K.MinMaxNorm(0.5, 1.5, 0.8, axis=[0, 1]), K.NonNeg(), K.MaxNorm(1.0)]
VECTOR = [K.MaxNorm(1.0), K.UnitNorm(), K.MinMaxNorm(), K.NonNeg()]


def record(constraint, w):
    return {"constraint": serialized(constraint), "weight": tensor(w), "value": tensor(constraint(tf.constant(w)))}


def lookups():
    names = {n for n in ALL_OBJECTS_DICT if n.lower() not in ("regularizer", "constraint")}
    for name in sorted(names | {to_snake_case(n) for n in names} | {"nonneg", "maxnorm", ""}):
        try:
            yield {"identifier": name, "class": type(K.get(name)).__name__, "config": K.get(name).get_config()}
        except Exception:
            yield {"identifier": name, "error": golden.error(lambda: K.get(name))}


def generate():
    matrix = values(golden.rng("constraints"), (3, 4))
    kernel = values(golden.rng("constraints, rank 4"), (2, 2, 2, 3))
    vector = values(golden.rng("constraints, rank 1"), (5,))
    zero = matrix.copy()
    zero[:, 1] = 0  # a column without a norm
    pairs = [(ANY, matrix), (KERNEL, kernel), (VECTOR, vector), ([K.UnitNorm(), K.MinMaxNorm(0.5, 1.0)], zero)]
    golden.write(
        "keras/constraints/testdata/constraints.json",
        cases=[record(c, w) for cs, w in pairs for c in cs],
        lookups=list(lookups()),
    )
