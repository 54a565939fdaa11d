"""keras/ops/testdata/ops.json: values and gradients of keras.ops, one case a line.

axes are those of a reduction, null for all. A gradient is null where Keras (on TensorFlow) has none: integers, comparisons, targets.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from keras.src.backend import convert_to_tensor

import golden
from golden import integers, probabilities, tensor, values

R = golden.rng("ops")


def v(*shape, low=-2.0, high=2.0):
    return values(R, shape, low, high)


def i32(*shape):
    return integers(R, shape, -4, 5)


def bits(*shape):
    return integers(R, shape, 0, 2).astype(bool)


NAN = np.float32("nan")
TIES = np.array([[1, 2, 2], [3, 3, 3], [-1, 0, -1]], "float32")
IMAGE, CUBE, LINE = v(2, 5, 6, 4), v(1, 3, 4, 3, 2), v(2, 7, 3)
PROBS, LOGITS = probabilities(R, (3, 4)), v(3, 4)
ONE_HOT = np.eye(4, dtype="float32")[[2, 0, 3]]
P23, L23, H23 = probabilities(R, (2, 3, 4), axis=1), v(2, 3, 4), probabilities(R, (2, 3, 4), axis=1)
LABELS, LABELS24 = np.array([2, 0, 3], "int32"), integers(R, (2, 4), 0, 3)
BITS, BIT_PROBS = integers(R, (3, 2), 0, 2, "float32"), np.round(R.uniform(0.05, 0.95, size=(3, 2)), 3).astype("float32")

PAIRS = [((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1, 3), (4, 1)), ((2, 3, 4), (1, 3, 1)), ((2, 3), ()), ((), (3,)), ((), ()), ((1, 1), (2, 1)), ((1, 1), (1, 1))]
BINARY = {"add": ops.add, "subtract": ops.subtract, "multiply": ops.multiply, "divide": ops.divide, "maximum": ops.maximum, "minimum": ops.minimum}
COMPARISONS = {"equal": ops.equal, "not_equal": ops.not_equal, "greater": ops.greater, "greater_equal": ops.greater_equal, "less": ops.less, "less_equal": ops.less_equal}
UNARY = {
    **{f: -2 for f in ("exp", "expm1", "square", "absolute", "negative", "sign", "reciprocal", "sin", "cos", "erf", "floor", "ceil", "round")},
    **{"log": 0.1, "log1p": -0.9, "sqrt": 0.1, "rsqrt": 0.1},
}
REDUCTIONS = {"sum": ops.sum, "mean": ops.mean, "max": ops.max, "min": ops.min, "prod": ops.prod}
AXES = [
    *[((2, 3, 4), a) for a in [(0,), (1,), (-1,), (0, 1), (1, 2), (0, 2), None]],
    *[((2, 1, 3), (0, 2)), ((1, 1), (0,)), ((1, 1), None), ((2, 3, 2, 2), (0, 1, 3)), ((), None)],
]

EINSUMS = [
    ("ab,bc->ac", (2, 3), (3, 4)),  # a product of matrices
    ("ab,cb->ca", (2, 3), (4, 3)),  # transposed operands and result
    ("ba,bc->ac", (3, 2), (3, 4)),
    ("abc,cde->abde", (2, 3, 4), (4, 3, 2)),  # axes that are one
    ("abcd,cde->abe", (2, 3, 2, 4), (2, 4, 3)),
    ("aecd,abcd->acbe", (2, 4, 3, 2), (2, 5, 3, 2)),  # scores of heads
    ("acbe,aecd->abcd", (2, 3, 5, 4), (2, 4, 3, 2)),  # and what they give
    ("abc,adc->abd", (1, 3, 4), (1, 2, 4)),  # a batch of one
    ("abc,acd->bd", (2, 3, 4), (2, 4, 2)),  # a sum over products
    ("abc,cb->a", (2, 3, 4), (4, 3)),  # sums that are not one
    ("abc,bad->dca", (2, 3, 4), (3, 2, 2)),
    ("a,b->ab", (3,), (2,)),
    ("a,a->", (3,), (3,)),
    ("ab,->ba", (2, 3), ()),
    ("abc,bd->ad", (2, 3, 4), (3, 2)),  # c is in nothing else
    ("ab,ab->ab", (2, 3), (2, 3)),
]


def over(f, axes):
    def g(x):
        return f(x, axis=axes)

    g.axes = axes
    return g


def conv(strides=1, padding="valid", dilation=1, channels_first=False):
    def f(x, k, *bias):
        # TensorFlow on a CPU has no channels first: moved around, as Keras's layers do there.
        if channels_first:
            x = tf.experimental.numpy.moveaxis(x, 1, -1)
        y = ops.conv(x, k, strides=strides, padding=padding, data_format="channels_last", dilation_rate=dilation)
        for b in bias:
            y = y + b
        return tf.experimental.numpy.moveaxis(y, -1, 1) if channels_first else y

    return f


def conv_transpose(strides=1, padding="valid", output_padding=None):
    def f(x, k, *bias):
        y = ops.conv_transpose(x, k, strides, padding, output_padding)
        return y + bias[0] if bias else y

    return f


def causal(x, k):
    return ops.conv(ops.pad(x, [[0, 0], [2 * (k.shape[0] - 1), 0], [0, 0]]), k, padding="valid", dilation_rate=2)


def pool(f, size, strides=None, padding="valid", channels_first=False):
    def g(x):
        if channels_first:
            x = tf.experimental.numpy.moveaxis(x, 1, -1)
        y = f(x, size, strides, padding, "channels_last")
        return tf.experimental.numpy.moveaxis(y, -1, 1) if channels_first else y

    return g


def batch_norm(axis):
    def f(x, gamma, beta):
        others = [a for a in range(len(x.shape)) if a != axis % len(x.shape)]
        return ops.batch_normalization(x, *ops.moments(x, others), axis, beta, gamma)

    return f


def loss(f, **args):
    def g(y, p):
        return f(y, p, **args)

    g.targets = True
    return g


def cases():
    for name, f in BINARY.items():
        for a, b in PAIRS:
            y = v(*b, low=0.5) if name == "divide" else v(*b)
            yield f"{name} {a} {b}", f, v(*a), y
    for a, b in PAIRS:
        yield f"power {a} {b}", ops.power, v(*a, low=0.2), v(*b)
    yield "maximum, ties", ops.maximum, TIES, TIES[:1]
    yield "minimum, ties", ops.minimum, TIES, TIES[:1]
    yield "scale", lambda x: x * 2.5 - 0.75, v(2, 3)
    yield "scale, scalar", lambda x: x * 2.5 - 0.75, v()
    yield "clip", lambda x: ops.clip(x, -0.5, 0.75), v(4, 5)
    yield "clip, at the bounds", lambda x: ops.clip(x, -1, 2), TIES

    for name, low in UNARY.items():
        yield name, getattr(ops, name), v(3, 5, low=low)
    yield "exp, scalar", ops.exp, v()
    yield "round, ties to even", ops.round, np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], "float32")
    yield "stop_gradient", lambda x: x * tf.stop_gradient(x), v(2, 3)
    yield "cast", lambda x: ops.cast(x, "int32"), v(2, 3)

    for name, f in COMPARISONS.items():
        yield f"{name}, float", f, TIES, TIES[1:2] - 1
        yield f"{name}, NaN", f, np.array([1, NAN, NAN], "float32"), np.array([[NAN], [1]], "float32")
        yield f"{name}, int32", f, i32(3, 4), i32(4)
    yield "equal, bool", ops.equal, bits(3, 2), bits(2)
    yield "logical_and", ops.logical_and, bits(3, 4), bits(3, 1)
    yield "logical_or", ops.logical_or, bits(3, 4), bits(4)
    yield "logical_not", ops.logical_not, bits(5)
    yield "where", ops.where, bits(2, 3), v(2, 3), v(2, 3)
    yield "where, broadcast", ops.where, bits(2, 1), v(3), v(4, 1, 1)
    yield "where, scalar", ops.where, bits(2, 3), v(2, 3), v()
    yield "where, int32", ops.where, bits(2, 3), i32(3), i32(2, 1)

    for name, f in REDUCTIONS.items():
        for shape, axes in AXES:
            yield f"{name} {shape} {axes}", over(f, axes), v(*shape)
    yield "max, ties", over(ops.max, (1,)), TIES
    yield "min, ties", over(ops.min, (1,)), TIES
    yield "prod, zeros", over(ops.prod, (1,)), np.array([[0, 2, 3], [0, 0, 2], [1, 2, 3]], "float32")
    for axis in (0, 1, -1):
        yield f"argmax {axis}", lambda x, axis=axis: ops.argmax(x, axis=axis), v(2, 3, 4)
    yield "argmax, ties", lambda x: ops.argmax(x, axis=1), TIES
    yield "argmax, to a scalar", lambda x: ops.argmax(x, axis=0), v(5)

    yield "matmul (2, 3) (3, 4)", ops.matmul, v(2, 3), v(3, 4)
    yield "matmul (2, 5, 3) (3, 4)", ops.matmul, v(2, 5, 3), v(3, 4)
    yield "matmul (2, 3, 5) (2, 5, 4)", ops.matmul, v(2, 3, 5), v(2, 5, 4)
    yield "matmul (3, 5) (2, 5, 4)", ops.matmul, v(3, 5), v(2, 5, 4)
    yield "matmul (2, 1, 3, 2) (3, 2, 4)", ops.matmul, v(2, 1, 3, 2), v(3, 2, 4)
    yield "matmul (2, 1, 2, 3) (1, 3, 3, 2)", ops.matmul, v(2, 1, 2, 3), v(1, 3, 3, 2)
    yield "matmul (1, 1) (1, 1)", ops.matmul, v(1, 1), v(1, 1)
    yield "matmul (3,) (3,)", ops.matmul, v(3), v(3)
    yield "matmul (3,) (2, 3, 4)", ops.matmul, v(3), v(2, 3, 4)
    yield "matmul (2, 4, 3) (3,)", ops.matmul, v(2, 4, 3), v(3)
    yield "dense", lambda x, k, b: ops.relu(ops.matmul(x, k) + b), v(2, 3, 4), v(4, 5), v(5)
    yield "dense, no bias", ops.matmul, v(3, 1), v(1, 2)

    for kind, x in [("float", v(2, 3, 4)), ("int32", i32(2, 3, 4)), ("bool", bits(2, 3, 4))]:
        yield f"reshape, {kind}", lambda x: ops.reshape(x, (4, -1)), x
        yield f"transpose, {kind}", lambda x: ops.transpose(x, (1, 2, 0)), x
        yield f"slice, {kind}", lambda x: x[:, 1:3], x
        yield f"take, {kind}", lambda x: x[:, -1], x
        yield f"concatenate, {kind}", lambda a, b: ops.concatenate([a, b], axis=1), x, x[:, :1]
        yield f"stack, {kind}", lambda a, b: ops.stack([a, b], axis=-1), x, x[::-1]
        yield f"pad, {kind}", lambda x: ops.pad(x, [[0, 0], [1, 2], [2, 0]], constant_values=x.dtype == "bool" or 1), x
        yield f"broadcast_to, {kind}", lambda x: ops.broadcast_to(x, (5, 2, 3, 4)), x
        yield f"repeat, {kind}", lambda x: ops.repeat(x, 3, axis=1), x
    yield "reshape to a scalar", lambda x: ops.reshape(x, ()), v(1, 1)
    yield "reshape of a scalar", lambda x: ops.reshape(x, (1, 1)), v()
    yield "transpose, reversed", ops.transpose, v(2, 3, 4)
    yield "transpose (1, 1)", ops.transpose, v(1, 1)
    yield "slice, last", lambda x: x[..., -2:-1], v(2, 3, 4)
    yield "take, to a scalar", lambda x: x[2], v(4)
    yield "concatenate, one", lambda x: ops.concatenate([x], axis=0), v(2, 3)
    yield "stack of scalars", lambda a, b, c: ops.stack([a, b, c]), v(), v(), v()
    yield "broadcast_to (2, 3, 1, 2)", lambda x: ops.broadcast_to(x, (2, 3, 1, 2)), v(2, 1, 1, 2)
    yield "broadcast_to, scalar", lambda x: ops.broadcast_to(x, (2, 3)), v()
    yield "repeat, last", lambda x: ops.repeat(x, 2, axis=-1), v(2, 3)
    yield "expand_dims", lambda x: ops.expand_dims(x, (0, -1)), v(2, 3)
    yield "squeeze", ops.squeeze, v(1, 2, 1, 3)
    yield "squeeze 2", lambda x: ops.squeeze(x, 2), v(1, 2, 1, 3)

    yield "conv", conv(), IMAGE, v(3, 2, 4, 3), v(3)
    yield "conv, same", conv(2, "same"), IMAGE, v(3, 2, 4, 3)
    yield "conv, strides", conv((2, 1)), IMAGE, v(3, 2, 4, 3)
    yield "conv, dilation", conv(1, "same", (2, 3)), IMAGE, v(2, 2, 4, 3), v(3)
    yield "conv, groups", conv(1, "same"), IMAGE, v(3, 3, 2, 6), v(6)
    yield "conv, depthwise", conv(2, "valid"), IMAGE, v(3, 3, 1, 4)
    yield "conv, 1 by 1", conv(), IMAGE, v(1, 1, 4, 2), v(2)
    yield "conv, channels first", conv(2, "same", channels_first=True), np.moveaxis(IMAGE, -1, 1).copy(), v(3, 3, 4, 2), v(2)
    yield "conv, rank 1", conv(2, "same"), LINE, v(3, 3, 2), v(2)
    yield "conv, causal", causal, LINE, v(3, 3, 2)
    yield "conv, rank 3", conv(2, "same"), CUBE, v(2, 3, 2, 2, 3), v(3)

    for name, f in [("max_pool", ops.max_pool), ("average_pool", ops.average_pool)]:
        yield name, pool(f, 2), IMAGE
        yield f"{name}, same", pool(f, (3, 2), (2, 1), "same"), IMAGE
        yield f"{name}, gaps", pool(f, 2, 3), IMAGE
        yield f"{name}, channels first", pool(f, (2, 3), 2, "same", True), np.moveaxis(IMAGE, -1, 1).copy()
        yield f"{name}, rank 1", pool(f, 3, 2, "same"), LINE
        yield f"{name}, rank 3", pool(f, 2, 1), CUBE
    yield "max_pool, ties", pool(ops.max_pool, 2, 1), TIES.reshape(1, 3, 3, 1)

    losses = keras.losses
    yield "squared_error", loss(losses.mean_squared_error), v(3, 4), v(3, 4)
    yield "squared_error, integer targets", loss(losses.mean_squared_error), i32(2, 3, 2), v(2, 3, 2)
    yield "squared_error, to a scalar", loss(losses.mean_squared_error), v(3), v(3)
    yield "absolute_error", loss(losses.mean_absolute_error), v(3, 4), v(3, 4)
    yield "huber", loss(losses.huber, delta=0.7), v(3, 4), v(3, 4)
    yield "binary_crossentropy", loss(losses.binary_crossentropy), BITS, BIT_PROBS
    yield "binary_crossentropy, logits", loss(losses.binary_crossentropy, from_logits=True, label_smoothing=0.2), BITS, v(3, 2)
    yield "categorical_crossentropy", loss(losses.categorical_crossentropy), ONE_HOT, PROBS
    yield "categorical_crossentropy, logits", loss(losses.categorical_crossentropy, from_logits=True, label_smoothing=0.1), ONE_HOT, LOGITS
    yield "categorical_crossentropy, axis 1", loss(losses.categorical_crossentropy, from_logits=True, axis=1), H23, L23
    yield "sparse_categorical_crossentropy", loss(losses.sparse_categorical_crossentropy), LABELS, PROBS
    yield "sparse_categorical_crossentropy, logits", loss(losses.sparse_categorical_crossentropy, from_logits=True, ignore_class=3), LABELS, LOGITS
    yield "sparse_categorical_crossentropy, axis 1", lambda y, p: losses.sparse_categorical_crossentropy(y, ops.moveaxis(p, 1, -1)), LABELS24, P23
    yield "sparse_categorical_crossentropy, float labels", loss(losses.sparse_categorical_crossentropy, from_logits=True), LABELS.astype("float32"), LOGITS

    yield "up_sample", lambda x: ops.repeat(ops.repeat(x, 2, axis=1), 3, axis=2), v(2, 3, 2, 4)
    yield "up_sample, int32", lambda x: ops.repeat(ops.repeat(x, 2, axis=1), 3, axis=2), i32(2, 1, 3, 2)
    yield "crop", lambda x: x[:, 1:, 2:-1], v(2, 3, 5, 2)
    yield "crop, bool", lambda x: x[:, 1:, 2:-1], bits(1, 2, 4, 1)
    for name in ("bilinear", "bicubic", "lanczos3", "lanczos5"):
        yield f"resize, {name}", lambda x, name=name: ops.image.resize(x, (10, 24), name, data_format="channels_last"), IMAGE
    yield "resize, smaller", lambda x: ops.image.resize(x, (3, 9), "bilinear", data_format="channels_last"), IMAGE
    yield "normalize", lambda x: ops.normalize(x, axis=-1), v(2, 3, 4)
    yield "normalize, axes", lambda x: ops.normalize(x, axis=(0, 2)), v(2, 3, 4)
    yield "saturate_cast", lambda x: ops.saturate_cast(x, "uint8"), np.array([-300, -1, -0.5, 0.7, 254.9, 255.5, 256, 1e9], "float32")
    for shape in ((3, 4), (1, 4), (3, 1)):
        yield f"leak {shape}", lambda x, a: ops.relu(x) - a * ops.relu(-x), v(2, 3, 4), v(*shape)
    for dtype in ("int32", "int64"):
        yield f"embedding, {dtype}", lambda x, ids: ops.take(x, ids, axis=0), v(5, 3), integers(R, (4, 3), -5, 5, dtype)
    yield "any_differs", lambda x: ops.any(ops.not_equal(x, 1.5), axis=-1), np.array([[1.5, 1.5], [1.5, 0], [NAN, 1.5]], "float32")

    yield "batch_normalization", batch_norm(-1), v(4, 3), v(3), v(3)
    yield "batch_normalization, axis 1", batch_norm(1), v(2, 3, 4), v(3), v(3)
    given = tf.constant([0.5, -1.0, 0.25]), tf.constant([0.5, 2.0, 1.0])
    yield "batch_normalization, given", lambda x: ops.batch_normalization(x, *given, 1, epsilon=0.01), v(2, 3, 4)
    yield "layer_normalization", lambda x, g, b: ops.layer_normalization(x, g, b, epsilon=0.01), v(2, 3, 4), v(4), v(4)
    yield "layer_normalization, axes", lambda x, g, b: ops.layer_normalization(x, g, b, [1, 3], 0.01), v(2, 3, 2, 4), v(3, 4), v(3, 4)
    yield "layer_normalization, plain", lambda x: ops.layer_normalization(x, axis=1, epsilon=0.01), v(2, 3, 4)
    for kind, x in [("float", v(2, 3, 4)), ("int32", i32(2, 3, 4)), ("bool", bits(2, 3, 4))]:
        yield f"flip, {kind}", lambda x: ops.flip(x, axis=1), x
    yield "flip, last", lambda x: ops.flip(x, axis=-1), v(2, 3)
    yield "conv_transpose", conv_transpose(), IMAGE, v(3, 2, 3, 4), v(3)
    yield "conv_transpose, strides", conv_transpose((2, 3)), IMAGE, v(3, 2, 3, 4), v(3)
    yield "conv_transpose, same", conv_transpose(2, "same"), IMAGE, v(3, 2, 3, 4)
    yield "conv_transpose, output padding", conv_transpose(2, "same", (1, 0)), IMAGE, v(3, 3, 2, 4)
    yield "conv_transpose, rank 1", conv_transpose(3), LINE, v(2, 2, 3), v(2)
    yield "conv_transpose, rank 3", conv_transpose(2, "same"), CUBE, v(2, 3, 2, 3, 2), v(3)
    yield "depthwise_conv", lambda x, k, b: ops.depthwise_conv(x, k, 2, "same") + b, IMAGE, v(3, 2, 4, 2), v(8)
    yield "separable_conv", lambda x, d, p, b: ops.separable_conv(x, d, p, 1, "same") + b, IMAGE, v(3, 2, 4, 2), v(1, 1, 8, 3), v(3)
    for equation, a, b in EINSUMS:
        yield f"einsum {equation}", lambda x, y, e=equation: ops.einsum(e, x, y), v(*a), v(*b)


def record(name, f, *inputs):
    r = golden.rng(name)
    ts = [convert_to_tensor(x) for x in inputs]
    floats = [t for t in ts if t.dtype.is_floating]
    case = {"name": name, "axes": getattr(f, "axes", None), "inputs": [tensor(x) for x in inputs]}
    with tf.GradientTape() as tape:
        tape.watch(floats)
        y = f(*ts)
        if not y.dtype.is_floating:
            return {**case, "output": tensor(y)}
        cotangent = values(r, y.shape, -1, 1)
        total = tf.reduce_sum(y * cotangent)
    # TensorFlow has no gradient of floor, ceil and round: it is 0.
    grads = iter(tape.gradient(total, floats, unconnected_gradients="zero"))
    grads = [tensor(tf.convert_to_tensor(next(grads))) if t.dtype.is_floating else None for t in ts]
    if hasattr(f, "targets"):
        grads[0] = None
    return {**case, "output": tensor(y), "cotangent": tensor(cotangent), "grads": grads}


def errors():
    def conv_shape(*args, **kwargs):
        return lambda: keras.src.ops.operation_utils.compute_conv_output_shape(*args, **kwargs)

    def pool_shape(*args, **kwargs):
        return lambda: keras.src.ops.operation_utils.compute_pooling_output_shape(*args, **kwargs)

    yield "ConvShape", conv_shape((None, 2, 2, 1), 16, (3, 3), (1, 1), "valid", dilation_rate=(1, 1))
    yield "ConvShape, rank 1", conv_shape((None, 4, 3), 2, (3,), (2,), "valid", dilation_rate=(2,))
    yield "PoolShape", pool_shape((None, 5, 5, 1), (9, 9), (9, 9), "valid")
    yield "PoolShape, rank 1", pool_shape((None, 5, 1), (9,), (2,), "valid")


def generate():
    golden.write(
        "keras/ops/testdata/ops.json",
        cases=[record(*c) for c in cases()],
        errors=[{"name": name, "error": golden.error(f)} for name, f in errors()],
    )
