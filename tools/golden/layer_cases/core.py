"""Layers that have no family."""

import numpy as np
from keras import initializers

from layer_cases import L1L2, C, K, R, case, ramp, yes

INITIALIZERS = [
    "zeros", "ones", initializers.Constant(0.25), "random_normal", "random_uniform", initializers.TruncatedNormal(0.1, 0.2, seed=3),
    initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal"), "glorot_uniform", "glorot_normal",
    "lecun_uniform", "lecun_normal", "he_uniform", "he_normal", initializers.Orthogonal(gain=0.5), initializers.Identity(gain=2.0),
]  # fmt: skip

CASES = {
    "Dense": [
        case("default", dict(units=3), (2, 4), step=0.1),
        case("batch 1, one unit", dict(units=1), (1, 5)),
        case("rank 3", dict(units=3), (2, 3, 4), symbolic=[(None, None, 4)]),
        case("rank 4", dict(units=2, activation="tanh"), (1, 2, 3, 4)),
        case("relu", dict(units=5, activation="relu"), (3, 4)),
        case("sigmoid", dict(units=3, activation="sigmoid"), (2, 4)),
        case("tanh", dict(units=3, activation="tanh"), (2, 4)),
        case("softmax", dict(units=4, activation="softmax"), (3, 5)),
        case("softmax rank 3", dict(units=4, activation="softmax"), (2, 2, 3)),
        case("gelu", dict(units=3, activation="gelu"), (2, 4)),
        case("without bias", dict(units=3, use_bias=False), (2, 4)),
        case("without bias, relu", dict(units=3, use_bias=False, activation="relu"), (2, 4)),
        case("initializers", dict(units=3, kernel_initializer="ones", bias_initializer=C(0.5)), (2, 4), initial=True),
        case("identity initializer", dict(units=3, kernel_initializer=initializers.Identity(2.0), bias_initializer="ones"), (2, 4), initial=True),
        case("default bias", dict(units=3, kernel_initializer=C(-0.25)), (2, 4), initial=True),
        case("kernel_regularizer", dict(units=3, kernel_regularizer=R.L2(0.1)), (2, 4)),
        case("kernel_regularizer by name", dict(units=3, kernel_regularizer="l1"), (2, 4)),
        case("bias_regularizer", dict(units=3, bias_regularizer=R.L1(0.05)), (2, 4)),
        case("activity_regularizer", dict(units=3, activity_regularizer=L1L2), (2, 4)),
        case("all regularizers", dict(units=3, activation="relu", kernel_regularizer=L1L2, bias_regularizer="l2", activity_regularizer="l2"), (3, 4)),
        case("orthogonal regularizer", dict(units=3, kernel_regularizer=R.OrthogonalRegularizer(0.1, "columns")), (2, 4)),
        case("kernel_constraint max_norm", dict(units=3, kernel_constraint=K.MaxNorm(1.5)), (2, 4), step=0.1),
        case("kernel_constraint max_norm axis 1", dict(units=3, kernel_constraint=K.MaxNorm(1.5, axis=1)), (2, 4), step=0.1),
        case("kernel_constraint unit_norm, bias_constraint non_neg", dict(units=3, kernel_constraint="unit_norm", bias_constraint="non_neg"), (2, 4), step=0.1),
        case("bias_constraint min_max_norm", dict(units=3, bias_constraint=K.MinMaxNorm(0.5, 1.0, 0.5)), (2, 4), step=0.1),
        case("not trainable", dict(units=3, trainable=False, kernel_regularizer="l2"), (2, 4)),
        case("float64", dict(units=3, dtype="float64", activation="tanh"), (2, 4)),
        case("named", dict(units=2, name="classification_head"), (2, 3)),
        case("uint8 input", dict(units=2), ramp(2, 3, dtype="uint8")),
        case("mask passes", dict(units=2), (2, 3, 4), mask=yes([1, 1, 0], [1, 0, 0])),
        *[case(f"kernel_initializer {i if isinstance(i, str) else type(i).__name__}", dict(units=3, kernel_initializer=i), (2, 4), only=True) for i in INITIALIZERS],
    ],
    "Activation": [
        *[case(a, dict(activation=a), (2, 3, 4)) for a in ["linear", "relu", "sigmoid", "softmax", "tanh", "gelu", "hard_sigmoid", "log_softmax"]],
        case("alias", dict(activation="swish"), (1, 5)),
        case("batch 1, unknown axes", dict(activation="elu"), (1, 3, 5, 1), symbolic=[(None, None, None, 1)]),
        case("activity_regularizer", dict(activation="relu", activity_regularizer=L1L2), (2, 3)),
        case("mask passes", dict(activation="tanh"), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
    "ReLU": [
        case("default", {}, (2, 5)),
        case("batch 1, rank 4", {}, (1, 3, 5, 2), symbolic=[(None, None, None, 2)]),
        case("max_value", dict(max_value=1.0), (3, 5)),
        case("negative_slope", dict(negative_slope=0.1), (2, 5)),
        case("threshold", dict(threshold=0.5), (3, 5)),
        case("all", dict(max_value=1.5, negative_slope=0.2, threshold=0.4), (4, 5)),
        case("mask passes", {}, (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
    "Softmax": [
        case("default", {}, (2, 4)),
        case("batch 1, rank 4", {}, (1, 2, 3, 3), symbolic=[(None, None, None, 3)]),
        case("axis 1", dict(axis=1), (2, 3, 2)),
        case("axes", dict(axis=(1, 2)), (2, 2, 3)),
        case("mask", {}, (2, 4), mask=yes([1, 1, 0, 1], [1, 0, 0, 0])),
        case("mask of all", {}, (2, 3), mask=yes([1, 1, 0], [0, 0, 0])),
        case("mask that broadcasts", {}, (2, 3, 4), mask=yes([[1, 1, 0, 1]], [[1, 0, 1, 0]])),
        case("axes, mask", dict(axis=(1, 2)), (2, 2, 3), mask=yes([[1, 1, 0], [1, 0, 1]], [[0, 0, 1], [1, 1, 1]])),
    ],
    "Rescaling": [
        case("scale", dict(scale=1 / 255), (2, 3)),
        case("scale and offset", dict(scale=1 / 127.5, offset=-1), (1, 2, 3, 1), symbolic=[(None, None, None, 1)]),
        case("uint8", dict(scale=1 / 255), ramp(2, 4, 4, 1, dtype="uint8")),
        case("int8", dict(scale=1 / 255), ramp(1, 5, 4, 1, dtype="int8")),
        case("int32", dict(scale=2, offset=0.5), np.arange(-3, 3, dtype="int32").reshape(2, 3)),
        case("a scale and an offset for each channel", dict(scale=[0.5, 2.0, -1.0], offset=[0.25, 0.0, 1.0]), (2, 2, 2, 3)),
        case("an offset for each channel", dict(scale=0.5, offset=[0.25, -1.0]), (2, 3, 2)),
    ],
    "Dropout": [
        case("inference", dict(rate=0.4), (2, 5)),
        case("rate 0, training", dict(rate=0.0), (2, 5), training=True),
        case("rate 1, training", dict(rate=1.0), (2, 5), training=True),
        case("rate 1, inference", dict(rate=1.0), (2, 5)),
        case("noise_shape", dict(rate=0.5, noise_shape=(None, 1, 3)), (2, 4, 3), symbolic=[(None, None, 3)]),
        case("seed", dict(rate=0.25, seed=7), (1, 3)),
        case("mask passes", dict(rate=0.5), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
}  # fmt: skip
