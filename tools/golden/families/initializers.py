"""keras/initializers/testdata/initializers.json: configs, fixed values, fans and spreads."""

import math

import numpy as np
from keras import initializers as I
from keras.src.initializers import ALL_OBJECTS_DICT
from keras.src.initializers.random_initializers import compute_fans

import golden
from golden import serialized, tensor

CONFIGS = [
    I.Zeros(), I.Ones(), I.Constant(), I.Constant(0.25), I.Constant(3), I.Identity(), I.Identity(0.5),
    I.RandomNormal(), I.RandomNormal(0.5, 0.1, seed=7), I.RandomUniform(), I.RandomUniform(-1.0, 2.0, seed=7),
    I.TruncatedNormal(), I.TruncatedNormal(0.5, 0.1, seed=7), I.VarianceScaling(),
    I.VarianceScaling(2.0, "fan_out", "uniform", seed=7), I.VarianceScaling(0.5, "fan_avg", "untruncated_normal"),
    I.VarianceScaling(1.0, "fan_in", "normal"), I.VarianceScaling(input_axes=[0], output_axes=[1, 2]),
    I.GlorotUniform(), I.GlorotUniform(seed=7), I.GlorotNormal(), I.GlorotNormal(seed=7), I.LecunUniform(), I.LecunUniform(seed=7),
    I.LecunNormal(), I.LecunNormal(seed=7), I.HeUniform(), I.HeUniform(seed=7), I.HeNormal(), I.HeNormal(seed=7),
    I.Orthogonal(), I.Orthogonal(gain=2.0, seed=7),
]  # fmt: skip

VALUES = [
    (I.Zeros(), [(2, 3), (), (2, 1, 2)]),
    (I.Ones(), [(2, 3), (4,)]),
    (I.Constant(0.1), [(2, 3), (3,)]),
    (I.Identity(), [(3, 3), (1, 1)]),
    (I.Identity(0.5), [(2, 4), (4, 2)]),
]

SHAPES = [
    (), (1,), (7,), (3, 4), (784, 64), (1, 1), (5, 2, 6), (1, 3, 4), (3, 3, 2, 5), (6, 6, 16, 32), (1, 1, 8, 8), (2, 3, 4, 5, 6), (3, 3, 1, 1),
]  # fmt: skip
AXES = [((3, 4, 5), [0], [1, 2]), ((3, 4, 5), [0, 1], [2]), ((2, 3, 4, 5), [0, 3], [1]), ((3, 4), [1], [0]), ((4, 5, 6), [-1], [0])]

SPREADS = [
    *[I.VarianceScaling(scale, mode, distribution)
      for scale in (1.0, 2.0, 0.3) for mode in ("fan_in", "fan_out", "fan_avg")
      for distribution in ("truncated_normal", "untruncated_normal", "uniform")],
    I.GlorotUniform(), I.GlorotNormal(), I.LecunUniform(), I.LecunNormal(), I.HeUniform(), I.HeNormal(),
]  # fmt: skip


def value_cases():
    for init, shapes in VALUES:
        for shape in shapes:
            yield {"initializer": serialized(init), "value": tensor(init(shape))}


def fan_cases():
    for shape in SHAPES:
        fan_in, fan_out = compute_fans(shape)
        yield {"shape": shape, "fan_in": fan_in, "fan_out": fan_out}
    for shape, inputs, outputs in AXES:
        fan_in, fan_out = compute_fans(shape, input_axes=inputs, output_axes=outputs)
        yield {"shape": shape, "input_axes": inputs, "output_axes": outputs, "fan_in": fan_in, "fan_out": fan_out}


def spread(init, shape):
    """Limit and standard deviation of what init draws: the formula, which a large draw of Keras has to meet."""
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[init.mode]
    variance = init.scale / max(1, n)
    if init.distribution == "uniform":
        limit = math.sqrt(3 * variance)
    elif init.distribution == "truncated_normal":
        limit = 2 * math.sqrt(variance) / 0.87962566103423978
    else:
        limit = None
    return limit, math.sqrt(variance)


def spread_cases():
    for init in SPREADS:
        init.seed = 1
        large = (100, 300)
        limit, stddev = spread(init, large)
        drawn = np.asarray(init(large))
        assert abs(drawn.std() / stddev - 1) < 0.02, (init.get_config(), drawn.std(), stddev)
        if limit is not None:
            assert 0.98 * limit < np.abs(drawn).max() <= limit * (1 + 1e-6), (init.get_config(), np.abs(drawn).max(), limit)
        for shape in [(4, 6), (3, 3, 2, 5)]:
            limit, stddev = spread(init, shape)
            config = serialized(init)
            config["config"]["seed"] = None
            yield {"initializer": config, "shape": shape, "limit": limit, "stddev": stddev}


def lookup_cases():
    from keras.src.utils.naming import to_snake_case

    names = set(ALL_OBJECTS_DICT) | {to_snake_case(n) for n in ALL_OBJECTS_DICT}
    for name in sorted(names - {"Initializer", "initializer", "constant"}):
        try:
            got = I.get(name)
        except Exception:
            yield {"identifier": name, "error": golden.error(lambda: I.get(name))}
            continue
        yield {"identifier": name, "class": type(got).__name__}
    for name in ["glorot", "GLOROT_UNIFORM", "", "constant"]:
        yield {"identifier": name, "error": golden.error(lambda: I.get(name))}


def error_cases():
    for name, f in [
        ("scale 0", lambda: I.VarianceScaling(scale=0.0)),
        ("unknown mode", lambda: I.VarianceScaling(mode="fan")),
        ("unknown distribution", lambda: I.VarianceScaling(distribution="gamma")),
        ("Identity of rank 1", lambda: I.Identity()((3,))),
        ("Identity of rank 3", lambda: I.Identity()((3, 3, 3))),
        ("Orthogonal of rank 1", lambda: I.Orthogonal()((3,))),
    ]:
        yield {"name": name, "error": golden.error(f)}


def generate():
    golden.write(
        "keras/initializers/testdata/initializers.json",
        configs=[serialized(i) for i in CONFIGS],
        values=list(value_cases()),
        fans=list(fan_cases()),
        spreads=list(spread_cases()),
        lookups=list(lookup_cases()),
        errors=list(error_cases()),
    )
