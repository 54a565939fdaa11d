"""Layers that apply another layer."""

import numpy as np
from keras import layers

from layer_cases import L1L2, K, case, yes

STEPS = (2, 3, 4)


def on(make, **args):
    """The arguments of a wrapper of the layer that make makes."""
    return dict(layer=make, **args)


def dense(**args):
    return lambda: layers.Dense(2, **args)


CASES = {
    "TimeDistributed": [
        case("default", on(dense()), STEPS, step=0.1),
        case("batch 1, one step, unknown time", on(dense()), (1, 1, 3), symbolic=[(None, None, 3)]),
        case("options of the layer", on(dense(activation="tanh", kernel_regularizer="l2", kernel_constraint=K.MaxNorm(0.5), bias_initializer="ones", name="inner")), STEPS, step=0.1),
        case("the layer's activity_regularizer", on(dense(activity_regularizer=L1L2)), STEPS),
        case("activity_regularizer", on(dense(), activity_regularizer=L1L2), STEPS),
        case("images", on(lambda: layers.Conv2D(2, 2, padding="same", activation="relu")), (2, 2, 3, 4, 1), symbolic=[(None, None, 3, 4, 1)]),
        case("other rank", on(lambda: layers.Flatten()), (2, 3, 2, 2)),
        case("in a wrapper", on(lambda: layers.TimeDistributed(layers.Dense(2))), (2, 2, 3, 2)),
        case("int32", on(lambda: layers.Embedding(5, 2)), np.array([[[1, 4], [0, 1], [3, 3]]], "int32")),
        case("sequences", on(lambda: layers.LSTM(2, return_sequences=True)), (2, 3, 4, 2)),
        case("normalization, inference", on(lambda: layers.BatchNormalization()), STEPS),
        case("normalization, training", on(lambda: layers.BatchNormalization()), (4, 3, 2), training=True),
        case("normalization, frozen, training", on(lambda: layers.BatchNormalization(trainable=False)), STEPS, training=True),
        case("mask passes", on(dense()), STEPS, mask=yes([1, 1, 0], [1, 0, 0])),
        case("the layer sees masks of its steps", on(lambda: layers.Softmax()), STEPS, mask=yes([[1, 1, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]], [[0, 1, 0, 1], [1, 1, 1, 0], [1, 0, 0, 0]])),
        case("normalization, mask, training", on(lambda: layers.BatchNormalization()), (3, 2, 2), mask=yes([1, 1], [1, 0], [1, 1]), training=True),
        case("not trainable", on(dense(kernel_regularizer="l2", trainable=False), trainable=False), STEPS),
        case("float64", on(lambda: layers.Dense(2, dtype="float64"), dtype="float64"), STEPS),
    ],
    "SpectralNormalization": [
        case("inference", on(dense()), (3, 4), training=False),
        case("training", on(dense()), (3, 4), training=True, detached=True, step=0.1),
        case("batch 1, unknown axis", on(dense()), (1, 2, 3), training=True, detached=True, symbolic=[(None, None, 3)]),
        case("power_iterations", on(dense(), power_iterations=3), (3, 4), training=True, detached=True),
        case("options of the layer", on(dense(activation="tanh", kernel_regularizer="l2", kernel_constraint=K.MaxNorm(0.5), use_bias=False, name="inner")), (3, 4), training=True, detached=True, step=0.1),
        case("the layer's activity_regularizer", on(dense(activity_regularizer=L1L2)), (3, 4), training=True, detached=True),
        case("activity_regularizer", on(dense(), activity_regularizer=L1L2), (3, 4), training=True, detached=True),
        case("images", on(lambda: layers.Conv2D(2, 2, padding="same", activation="relu")), (2, 3, 4, 3), training=True, detached=True),
        case("transposed", on(lambda: layers.Conv1DTranspose(3, 2)), (2, 3, 2), training=True, detached=True),
        case("each channel for itself", on(lambda: layers.DepthwiseConv1D(2, depth_multiplier=3)), (2, 4, 2), training=True, detached=True),
        case("equation", on(lambda: layers.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de")), (2, 3, 4), training=True, detached=True),
        case("ids that are floats", on(lambda: layers.Embedding(5, 2, mask_zero=True)), np.array([[1, 4, 0], [3, 3, 0]], "float32"), training=True, detached=True, blocked=True),
        case("ids, and output, that are int32", on(lambda: layers.Embedding(5, 2)), np.array([[1, 4], [0, 1], [3, 3]], "int32"), training=True, symbolic=[(None, None)]),
        case("in a wrapper", on(lambda: layers.SpectralNormalization(layers.Dense(2))), (3, 4), training=True, detached=True),
        case("mask passes, with a warning", on(dense()), STEPS, mask=yes([1, 1, 0], [1, 0, 0]), training=True, detached=True),
        case("mask ends", on(lambda: layers.Conv1D(2, 2)), STEPS, mask=yes([1, 1, 0], [1, 0, 0]), training=False),
        case("not trainable", on(dense(trainable=False), trainable=False), (3, 4), training=True),
        case("float64", on(lambda: layers.Dense(2, dtype="float64"), dtype="float64"), (3, 4), training=True, detached=True),
    ],
}  # fmt: skip
