"""keras/layers/testdata/<snake_class>.json: every layer, every option that changes a number."""

import keras
import numpy as np
import tensorflow as tf
from keras import constraints, initializers, regularizers
from keras.src import backend
from keras.src.backend.tensorflow import nn as tf_nn
from keras.src.utils.naming import to_snake_case

import golden
from golden import config, tensor, values


def case(name, args, *inputs, **options):
    """A case: the constructor's arguments, the inputs as shapes or arrays, and

    training   the call's argument
    mask       the mask of the single input
    masks      the masks of several inputs
    symbolic   the shapes of the inputs that output_shapes belong to; default: batch None
    initial    keep the weights that the initializers made
    step       also record the weights after a step of SGD with this rate
    only       only the config
    """
    return name, args, inputs, options


def yes(*rows):
    return np.array(rows, dtype=bool)


def ramp(*shape, dtype):
    """All bytes there are: 7·i modulo 256."""
    return (np.arange(np.prod(shape)) * 7 % 256).astype("uint8").view(dtype).reshape(shape)


C, R, K = initializers.Constant, regularizers, constraints
L1L2 = R.L1L2(l1=0.02, l2=0.03)
INITIALIZERS = [
    "zeros", "ones", initializers.Constant(0.25), "random_normal", "random_uniform", initializers.TruncatedNormal(0.1, 0.2, seed=3),
    initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal"), "glorot_uniform", "glorot_normal",
    "lecun_uniform", "lecun_normal", "he_uniform", "he_normal", initializers.Orthogonal(gain=0.5), initializers.Identity(gain=2.0),
]  # fmt: skip

MERGE = [
    case("two", {}, (2, 3), (2, 3)),
    case("rank 4, odd sizes", {}, (1, 3, 5, 2), (1, 3, 5, 2)),
    case("broadcast", {}, (2, 3, 1), (2, 1, 4)),
    case("lower rank gets axis 1", {}, (2, 3), (2, 4, 3)),
    case("higher rank first", {}, (2, 2, 3), (2, 3)),
    case("unknown axes", {}, (2, 3, 2), (2, 3, 2), symbolic=[(None, None, 2), (None, None, 2)]),
    case("masks", {}, (2, 3, 2), (2, 3, 2), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0])]),
    case("one mask of two", {}, (2, 3, 2), (2, 3, 2), masks=[yes([1, 1, 0], [1, 0, 0]), None]),
]
MERGE_MANY = MERGE + [
    case("three", {}, (2, 3), (2, 3), (2, 3)),
    case("one", {}, (2, 3)),
    case("three ranks", {}, (2, 3), (2, 1, 3), (2, 4, 2, 3)),
    case("three masks", {}, *[(2, 3, 2)] * 3, masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0]), yes([1, 0, 0], [0, 0, 0])]),
]
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


LAYERS = {
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
    "Conv2D": [
        case("kernel 3", dict(filters=2, kernel_size=3), (2, 5, 6, 2), step=0.1),
        case("batch 1, odd sizes", dict(filters=3, kernel_size=(2, 3)), (1, 5, 7, 1), symbolic=[(None, None, None, 1)]),
        case("kernel 1", dict(filters=3, kernel_size=1), (2, 3, 3, 2)),
        case("strides 2", dict(filters=2, kernel_size=3, strides=2), (2, 7, 6, 2)),
        case("strides (2, 1)", dict(filters=2, kernel_size=2, strides=(2, 1)), (1, 5, 4, 2)),
        case("strides wider than kernel", dict(filters=2, kernel_size=2, strides=3), (1, 7, 6, 2)),
        case("same", dict(filters=2, kernel_size=3, padding="same"), (1, 4, 5, 2), symbolic=[(None, None, None, 2)]),
        case("same, even kernel", dict(filters=2, kernel_size=(2, 4), padding="same"), (1, 4, 5, 1)),
        case("same, strides 2, even size", dict(filters=2, kernel_size=6, strides=2, padding="same"), (1, 8, 6, 1)),
        case("same, strides 2, odd size", dict(filters=2, kernel_size=6, strides=2, padding="same"), (1, 7, 5, 1), symbolic=[(None, None, None, 1)]),
        case("same, strides 2, nothing to pad", dict(filters=2, kernel_size=2, strides=2, padding="same"), (1, 4, 4, 2)),
        case("same, one pixel", dict(filters=2, kernel_size=6, strides=2, padding="same"), (1, 1, 1, 2)),
        case("dilation 2", dict(filters=2, kernel_size=3, dilation_rate=2), (1, 7, 6, 2)),
        case("dilation (1, 3)", dict(filters=2, kernel_size=2, dilation_rate=(1, 3)), (1, 4, 6, 2), symbolic=[(None, None, None, 2)]),
        case("same, dilation 2", dict(filters=2, kernel_size=3, padding="same", dilation_rate=2), (1, 5, 4, 2)),
        case("groups 2", dict(filters=4, kernel_size=3, groups=2), (2, 4, 5, 4)),
        case("groups of one channel", dict(filters=6, kernel_size=2, groups=3, use_bias=False), (1, 3, 4, 3)),
        case("groups 2, same, strides 2", dict(filters=2, kernel_size=3, groups=2, strides=2, padding="same", activation="relu"), (1, 5, 4, 4)),
        case("groups 2, dilation 2", dict(filters=2, kernel_size=2, groups=2, dilation_rate=2), (1, 5, 4, 4)),
        case("relu", dict(filters=3, kernel_size=3, activation="relu"), (2, 5, 5, 1)),
        case("softmax", dict(filters=3, kernel_size=2, activation="softmax"), (1, 3, 4, 2)),
        case("without bias", dict(filters=2, kernel_size=3, use_bias=False), (1, 4, 5, 2)),
        case("without bias, tanh", dict(filters=2, kernel_size=2, use_bias=False, activation="tanh"), (1, 3, 4, 1)),
        case("channels_first", dict(filters=2, kernel_size=3, data_format="channels_first"), (2, 2, 5, 6), symbolic=[(None, 2, None, None)]),
        case("channels_first same, strides 2", dict(filters=4, kernel_size=(3, 4), strides=2, padding="same", data_format="channels_first", activation="relu"), (1, 2, 5, 6)),
        case("channels_first dilation 2", dict(filters=2, kernel_size=2, dilation_rate=2, data_format="channels_first"), (1, 2, 5, 5)),
        case("channels_first softmax", dict(filters=3, kernel_size=2, data_format="channels_first", activation="softmax"), (1, 1, 3, 5)),
        case("channels_first groups 2", dict(filters=4, kernel_size=2, groups=2, data_format="channels_first"), (1, 4, 3, 4)),
        case("initializers", dict(filters=2, kernel_size=2, kernel_initializer=C(0.5), bias_initializer="ones"), (1, 3, 3, 2), initial=True),
        case("kernel_regularizer", dict(filters=2, kernel_size=2, kernel_regularizer=R.L2(0.1)), (1, 3, 3, 2)),
        case("bias_regularizer", dict(filters=2, kernel_size=2, bias_regularizer=L1L2), (1, 3, 3, 2)),
        case("activity_regularizer", dict(filters=2, kernel_size=2, activity_regularizer=R.L1(0.01)), (2, 3, 3, 1)),
        case("kernel_constraint", dict(filters=2, kernel_size=2, kernel_constraint=K.MaxNorm(1.5, axis=[0, 1, 2])), (1, 3, 3, 2), step=0.1),
        case("bias_constraint", dict(filters=3, kernel_size=2, bias_constraint="non_neg"), (1, 3, 3, 1), step=0.1),
    ],
    "MaxPooling2D": [case("default", {}, (2, 4, 4, 1)), *pooling(pool_size=2)],
    "AveragePooling2D": pooling(pool_size=2),
    "GlobalMaxPooling2D": GLOBAL,
    "GlobalAveragePooling2D": GLOBAL,
    "Flatten": [
        case("rank 4", {}, (2, 2, 3, 2)),
        case("rank 3", {}, (1, 3, 5)),
        case("rank 2", {}, (2, 3)),
        case("rank 1", {}, (3,)),
        case("unknown axes", {}, (2, 2, 2, 3), symbolic=[(None, None, None, 3)]),
        case("uint8", {}, ramp(2, 2, 3, dtype="uint8")),
        case("channels_first rank 4", dict(data_format="channels_first"), (2, 2, 3, 2)),
        case("channels_first rank 3", dict(data_format="channels_first"), (2, 3, 2)),
        case("channels_first rank 2", dict(data_format="channels_first"), (2, 3)),
    ],
    "Reshape": [
        case("split", dict(target_shape=(2, 3)), (2, 6)),
        case("to rank 4", dict(target_shape=(2, 3, 1)), (1, 6)),
        case("flatten", dict(target_shape=(12,)), (2, 3, 4)),
        case("inferred axis", dict(target_shape=(-1, 2)), (2, 3, 4)),
        case("inferred axis, unknown size", dict(target_shape=(-1, 2)), (2, 3, 4), symbolic=[(None, None, 4)]),
        case("int32", dict(target_shape=(3, 2)), np.arange(12, dtype="int32").reshape(2, 2, 3)),
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
    "Add": MERGE_MANY,
    "Subtract": MERGE,
    "Multiply": MERGE_MANY,
    "Average": MERGE_MANY,
    "Maximum": MERGE_MANY,
    "Minimum": MERGE_MANY,
    "Concatenate": [
        case("two", {}, (2, 3), (2, 2)),
        case("three", {}, (1, 2, 3), (1, 2, 1), (1, 2, 2)),
        case("axis 1", dict(axis=1), (2, 3, 2), (2, 1, 2), symbolic=[(None, None, 2), (None, 1, 2)]),
        case("axis 2 of 4", dict(axis=2), (2, 3, 1, 2), (2, 3, 2, 2)),
        case("axis -2", dict(axis=-2), (2, 1, 3), (2, 2, 3)),
        case("axis 0", dict(axis=0), (2, 3), (1, 3), symbolic=[(2, 3), (1, 3)]),
        case("unknown axes", {}, (1, 3, 5, 1), (1, 3, 5, 2), symbolic=[(None, None, None, 1), (None, None, 5, 2)]),
        case("masks along another axis", {}, (2, 3, 2), (2, 3, 1), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0])]),
        case("masks along the masked axis", dict(axis=1), (2, 3, 2), (2, 2, 2), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0], [1, 1])]),
        case("one mask of two", dict(axis=1), (2, 3, 2), (2, 2, 2), masks=[yes([1, 1, 0], [1, 0, 0]), None]),
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
    "ReLU": [
        case("default", {}, (2, 5)),
        case("batch 1, rank 4", {}, (1, 3, 5, 2), symbolic=[(None, None, None, 2)]),
        case("max_value", dict(max_value=1.0), (3, 5)),
        case("negative_slope", dict(negative_slope=0.1), (2, 5)),
        case("threshold", dict(threshold=0.5), (3, 5)),
        case("all", dict(max_value=1.5, negative_slope=0.2, threshold=0.4), (4, 5)),
        case("mask passes", {}, (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
}  # fmt: skip

INPUT_LAYER = [
    ("shape", dict(shape=(784,))),
    ("unknown axes, uint8", dict(shape=(None, None, 1), dtype="uint8", name="image")),
    ("batch_size", dict(shape=(3,), batch_size=16)),
    ("batch_shape", dict(batch_shape=(16, 10, 5))),
    ("no axes", dict(shape=())),
    ("int32", dict(shape=(None,), dtype="int32")),
    ("optional", dict(shape=(2,), optional=True)),
]


def channels_last_conv(conv):
    """TensorFlow convolves on a CPU only with channels last: go there and back."""

    def wrapped(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        if data_format != "channels_first":
            return conv(inputs, kernel, strides, padding, data_format, dilation_rate)
        y = conv(tf.transpose(inputs, (0, 2, 3, 1)), kernel, strides, padding, "channels_last", dilation_rate)
        return tf.transpose(y, (0, 3, 1, 2))

    return wrapped


def record(cls, name, args, inputs, options):
    golden.fresh()
    r = golden.rng(f"{cls}/{name}")
    layer = getattr(keras.layers, cls)(**args)
    head = {"name": name, "class": cls, "config": config(layer)}
    arrays = [x if isinstance(x, np.ndarray) else values(r, x, dtype=layer.compute_dtype) for x in inputs]
    symbolic = options.get("symbolic") or [(None, *x.shape[1:]) for x in arrays]

    if not options.get("only"):
        ins = [keras.KerasTensor(s, dtype=str(x.dtype)) for s, x in zip(symbolic, arrays)]
        outs = keras.tree.flatten(layer(ins if many(cls) else ins[0]))
        output_shapes = [list(o.shape) for o in outs]
        golden.fresh()
        layer = getattr(keras.layers, cls)(**args)

    # Once to build: the weights come before the pass that is recorded.
    xs = [tf.constant(x) for x in arrays]
    layer(xs if many(cls) else xs[0])
    if not options.get("initial"):
        for w in layer.weights:
            w.assign(values(r, w.shape, -1, 1, w.dtype))
    weights = [
        {"name": w.name, "path": w.path, "shape": list(w.shape), "dtype": w.dtype, "trainable": w.trainable, "data": list(w.numpy().ravel())}
        for w in layer.weights
    ]
    if options.get("only"):
        return {**head, "config_only": True, "weights": [{k: v for k, v in w.items() if k != "data"} for w in weights]}

    masks = options.get("masks") or [options.get("mask")]
    training = options.get("training", False)
    kwargs = {}
    for x, m in zip(xs, masks):
        if m is not None:
            backend.set_keras_mask(x, tf.constant(m))
    if cls == "Softmax" and masks[0] is not None:
        kwargs["mask"] = tf.constant(masks[0])
    if "training" in options:
        kwargs["training"] = training
    floats = [x for x in xs if x.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(floats)
        y = layer(xs if many(cls) else xs[0], **kwargs)
        outs = keras.tree.flatten(y)
        if outs[0].dtype.is_floating:
            cotangents = [tf.constant(values(r, o.shape, -1, 1, o.dtype.name)) for o in outs]
            total = sum(tf.reduce_sum(o * c) for o, c in zip(outs, cotangents))
        else:
            cotangents, total = [None for _ in outs], tf.constant(0.0)
    out_masks = [backend.get_keras_mask(o) for o in outs]
    for shape, o in zip(output_shapes, outs):
        # There ops.add takes the bias for one of the last axis: a fault of the TensorFlow backend.
        assert config(layer).get("data_format") != "channels_first" or o.shape[-1] != args.get("filters"), name
        assert len(shape) == len(o.shape) and all(a in (None, b) for a, b in zip(shape, o.shape)), (cls, name, shape, o.shape)
    losses = [np.float32(l) for l in layer.losses]
    sources = floats + [w.value for w in layer.trainable_weights]
    zeros = tf.UnconnectedGradients.ZERO if cls == "Dropout" else tf.UnconnectedGradients.NONE
    grads = tape.gradient(total, sources, unconnected_gradients=zeros)
    assert all(g is not None for g in grads) or not outs[0].dtype.is_floating, (cls, name)
    found = dict(zip(map(id, floats), grads))
    weight_grads = grads[len(floats) :]

    result = {
        **head,
        "inputs": [tensor(x) for x in arrays],
        "mask": tensor(masks[0]) if "mask" in options else None,
        "training": training,
        "symbolic_inputs": symbolic,
        "output_shapes": output_shapes,
        "weights": weights,
        "outputs": [tensor(o) for o in outs],
        "cotangents": [tensor(c) for c in cotangents],
        "input_grads": [tensor(found.get(id(x))) for x in xs],
        "weight_grads": [tensor(g) for g in weight_grads],
        "losses": losses,
    }
    if options.get("initial"):
        result["initialized"] = True
    if "masks" in options:
        result["masks"] = [tensor(m) for m in masks]
    if "masks" in options or "mask" in options:
        result["output_mask"] = tensor(out_masks[0])
    if options.get("step"):
        keras.optimizers.SGD(options["step"]).apply(weight_grads, layer.trainable_weights)
        result["sgd"] = {"learning_rate": options["step"], "weights": [tensor(w) for w in layer.trainable_weights]}
    return result


def many(cls):
    return cls in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")


def input_layers():
    for name, args in INPUT_LAYER:
        golden.fresh()
        layer = keras.layers.InputLayer(**args)
        out = layer.output
        yield {
            "name": name, "class": "InputLayer", "config": config(layer), "config_only": True,
            "output_shapes": [list(out.shape)], "output_dtype": out.dtype, "output_name": out.name, "weights": [],
        }  # fmt: skip


def generate():
    tf_nn.conv = channels_last_conv(tf_nn.conv)
    write = lambda cls, cases: golden.write(f"keras/layers/testdata/{to_snake_case(cls)}.json", {"class": cls}, cases=cases)
    write("InputLayer", list(input_layers()))
    for cls, cases in LAYERS.items():
        write(cls, [record(cls, *c) for c in cases])
