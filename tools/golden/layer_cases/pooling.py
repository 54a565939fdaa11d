"""Pooling."""

import numpy as np

import golden
from golden import values
from layer_cases import case, yes

GLOBAL = [
    case("default", {}, (2, 3, 4, 2)),
    case("batch 1, odd sizes", {}, (1, 5, 3, 3), symbolic=[(None, None, None, 3)]),
    case("one pixel", {}, (2, 1, 1, 3)),
    case("keepdims", dict(keepdims=True), (2, 3, 2, 2)),
    case("channels_first", dict(data_format="channels_first"), (2, 2, 3, 4)),
    case("channels_first keepdims", dict(data_format="channels_first", keepdims=True), (2, 2, 3, 3), symbolic=[(None, 2, None, None)]),
]
GLOBAL1 = [
    case("default", {}, (2, 4, 3)),
    case("batch 1, unknown steps", {}, (1, 5, 2), symbolic=[(None, None, 2)]),
    case("one step", {}, (2, 1, 3)),
    case("keepdims", dict(keepdims=True), (2, 3, 2)),
    case("channels_first", dict(data_format="channels_first"), (2, 3, 4)),
    case("channels_first keepdims", dict(data_format="channels_first", keepdims=True), (1, 2, 5), symbolic=[(None, 2, None)]),
]
MASKED = [
    case("mask", {}, (3, 4, 2), mask=yes([1, 1, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1])),
    case("mask keepdims", dict(keepdims=True), (2, 3, 2), mask=yes([1, 1, 0], [0, 0, 1])),
    case("mask channels_first", dict(data_format="channels_first"), (2, 2, 3), mask=yes([1, 0, 1], [0, 1, 0])),
    case("mask channels_first keepdims", dict(data_format="channels_first", keepdims=True), (1, 2, 3), mask=yes([1, 1, 0])),
]
GLOBAL3 = [
    case("default", {}, (2, 2, 3, 2, 2)),
    case("batch 1, odd sizes", {}, (1, 3, 1, 5, 2), symbolic=[(None, None, None, None, 2)]),
    case("keepdims", dict(keepdims=True), (2, 2, 2, 2, 1)),
    case("channels_first", dict(data_format="channels_first"), (1, 2, 2, 3, 2)),
    case("channels_first keepdims", dict(data_format="channels_first", keepdims=True), (2, 2, 2, 1, 3), symbolic=[(None, 2, None, None, None)]),
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


def pooling1(**default):
    def args(**kwargs):
        return {**default, **kwargs}

    return [
        case("pool 2", args(), (2, 6, 3)),
        case("batch 1, odd size", args(), (1, 7, 2), symbolic=[(None, None, 2)]),
        case("pool 3", args(pool_size=3), (2, 7, 2)),
        case("strides 1", args(strides=1), (2, 4, 2)),
        case("strides wider than pool", args(strides=3), (1, 7, 2)),
        case("same, odd size", args(padding="same"), (2, 5, 2), symbolic=[(None, None, 2)]),
        case("same, strides 1", args(pool_size=3, strides=1, padding="same"), (1, 4, 2)),
        case("same, pads unevenly", args(pool_size=4, strides=2, padding="same"), (1, 5, 2)),
        case("same, negative numbers", args(pool_size=3, strides=1, padding="same"), -np.abs(values(golden.rng("negative"), (1, 5, 1)))),
        case("channels_first", args(data_format="channels_first"), (2, 3, 6)),
        case("channels_first same", args(pool_size=3, strides=2, padding="same", data_format="channels_first"), (1, 2, 6), symbolic=[(None, 2, None)]),
        case("mask ends", args(), (2, 4, 2), mask=yes([1, 1, 1, 0], [1, 0, 0, 0])),
    ]  # fmt: skip


def pooling3(**default):
    def args(**kwargs):
        return {**default, **kwargs}

    return [
        case("pool 2", args(), (2, 4, 2, 4, 2)),
        case("batch 1, odd sizes", args(), (1, 3, 5, 4, 2), symbolic=[(None, None, None, None, 2)]),
        case("pool (1, 2, 3)", args(pool_size=(1, 2, 3)), (1, 2, 5, 6, 2)),
        case("strides 1", args(strides=1), (1, 3, 2, 3, 2)),
        case("strides (1, 2, 3)", args(strides=(1, 2, 3)), (1, 3, 5, 5, 1)),
        case("same, odd sizes", args(padding="same"), (1, 3, 5, 2, 2), symbolic=[(None, None, None, None, 2)]),
        case("same, pads unevenly", args(pool_size=(2, 3, 4), strides=2, padding="same"), (1, 3, 4, 5, 1)),
        case("same, negative numbers", args(pool_size=3, strides=1, padding="same"), -np.abs(values(golden.rng("negative"), (1, 2, 3, 2, 1)))),
        case("channels_first", args(data_format="channels_first"), (1, 2, 4, 3, 4)),
        case("channels_first same", args(pool_size=2, strides=(2, 1, 2), padding="same", data_format="channels_first"), (1, 2, 3, 2, 3),
             symbolic=[(None, 2, None, None, None)]),
    ]  # fmt: skip


CASES = {
    "MaxPooling1D": [case("default", {}, (2, 4, 2)), *pooling1(pool_size=2)],
    "MaxPooling2D": [case("default", {}, (2, 4, 4, 1)), *pooling(pool_size=2)],
    "MaxPooling3D": [case("default", {}, (1, 4, 4, 2, 1)), *pooling3(pool_size=2)],
    "AveragePooling1D": pooling1(pool_size=2),
    "AveragePooling2D": pooling(pool_size=2),
    "AveragePooling3D": pooling3(pool_size=2),
    "GlobalMaxPooling1D": [*GLOBAL1, case("mask ends", {}, (2, 3, 2), mask=yes([1, 1, 0], [0, 0, 1]))],
    "GlobalMaxPooling2D": GLOBAL,
    "GlobalMaxPooling3D": GLOBAL3,
    "GlobalAveragePooling1D": [*GLOBAL1, *MASKED],
    "GlobalAveragePooling2D": GLOBAL,
    "GlobalAveragePooling3D": GLOBAL3,
}  # fmt: skip
