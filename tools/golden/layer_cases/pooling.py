"""Pooling."""

import numpy as np

import golden
from golden import values
from layer_cases import case

GLOBAL = [
    case("default", {}, (2, 3, 4, 2)),
    case("batch 1, odd sizes", {}, (1, 5, 3, 3), symbolic=[(None, None, None, 3)]),
    case("one pixel", {}, (2, 1, 1, 3)),
    case("keepdims", dict(keepdims=True), (2, 3, 2, 2)),
    case("channels_first", dict(data_format="channels_first"), (2, 2, 3, 4)),
    case("channels_first keepdims", dict(data_format="channels_first", keepdims=True), (2, 2, 3, 3), symbolic=[(None, 2, None, None)]),
]


def pooling(**default):
    def args(**kwargs):
        return {**default, **kwargs}

    return [
        case("pool 2", args(), (2, 4, 6, 2)),
        case("batch 1, odd sizes", args(), (1, 5, 7, 3), symbolic=[(None, None, None, 3)]),
        case("pool (2, 3)", args(pool_size=(2, 3)), (2, 5, 6, 2)),
        case("pool 3", args(pool_size=3), (1, 7, 6, 2)),
        case("strides 1", args(pool_size=2, strides=1), (2, 4, 3, 2)),
        case("strides (1, 2)", args(pool_size=3, strides=(1, 2)), (1, 5, 6, 2)),
        case("strides wider than pool", args(pool_size=2, strides=3), (1, 7, 6, 2)),
        case("same, nothing to pad", args(padding="same"), (1, 4, 4, 2)),
        case("same, odd sizes", args(padding="same"), (2, 5, 3, 2), symbolic=[(None, None, None, 2)]),
        case("same, strides 1", args(pool_size=3, strides=1, padding="same"), (1, 4, 3, 2)),
        case("same, pads both sides", args(pool_size=3, strides=2, padding="same"), (1, 5, 7, 2)),
        case("same, pads unevenly", args(pool_size=(4, 3), strides=2, padding="same"), (1, 5, 6, 2)),
        case("same, negative numbers", args(pool_size=3, strides=1, padding="same"), -np.abs(values(golden.rng("negative"), (1, 3, 3, 1)))),
        case("pool larger than input, same", args(pool_size=5, padding="same"), (1, 3, 2, 2)),
        case("channels_first", args(data_format="channels_first"), (2, 2, 4, 5)),
        case("channels_first same", args(pool_size=3, strides=2, padding="same", data_format="channels_first"), (1, 2, 5, 4),
             symbolic=[(None, 2, None, None)]),
    ]  # fmt: skip


CASES = {
    "MaxPooling2D": [case("default", {}, (2, 4, 4, 1)), *pooling(pool_size=2)],
    "AveragePooling2D": pooling(pool_size=2),
    "GlobalMaxPooling2D": GLOBAL,
    "GlobalAveragePooling2D": GLOBAL,
}  # fmt: skip
