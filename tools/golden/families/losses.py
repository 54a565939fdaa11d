"""keras/losses/testdata/losses.json: values and gradients of every loss, reduction, weight and mask."""

import keras
import numpy as np
import tensorflow as tf
from keras import losses
from keras.src import backend

import golden
from golden import config, integers, probabilities, tensor, values


def case(name, args, y_true, y_pred, **options):
    """A case: the constructor's arguments, targets, predictions, and

    weight      sample_weight
    mask        the mask that y_pred carries
    activation  y_pred is what goes into it; the gradient is the one before it
    foreign     the activation is not the one of the loss: probabilities are taken as they are
    exact       the gradient of the formula, where TensorFlow takes another one
    """
    return name, args, y_true, y_pred, options


R = golden.rng("losses")
LABELS = np.array([2, 0, 1, 3], "int32")
ONE_HOT = np.eye(5, dtype="float32")[LABELS]
PROBS = probabilities(R, (4, 5))
LOGITS = values(R, (4, 5), -3, 3)
RAW = np.round(R.uniform(0.05, 0.9, size=(4, 5)), 3).astype("float32")  # rows that do not sum to one
HARD = np.array([[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [1e-9, 1, 0, 0, 0], [0, 1, 0, 0, 0]], "float32")
CUBE_LABELS = integers(R, (2, 3), 0, 4)
CUBE_ONE_HOT = np.eye(4, dtype="float32")[CUBE_LABELS]
CUBE_PROBS = probabilities(R, (2, 3, 4))
CUBE_LOGITS = values(R, (2, 3, 4), -3, 3)
CHANNELS = np.moveaxis(CUBE_PROBS, -1, 1).copy()
CHANNEL_LOGITS = np.moveaxis(CUBE_LOGITS, -1, 1).copy()
W4 = np.array([1, 0.5, 0, 2], "float32")
W23 = np.array([[1, 0.5, 0], [2, 1, 0.25]], "float32")
M4 = np.array([True, False, True, True])
M23 = np.array([[1, 1, 0], [1, 0, 0]], bool)
IGNORED = np.array([2, 255, 1, 255], "int32")

BITS = integers(R, (4, 3), 0, 2, "float32")
BIT_PROBS = np.round(R.uniform(0.05, 0.95, size=(4, 3)), 3).astype("float32")
BIT_LOGITS = values(R, (4, 3), -3, 3)
BIT_HARD = np.array([[0, 1, 0], [1, 0, 1], [0, 0, 1], [1, 1, 1]], "float32")

Y = values(R, (4, 3))
P = values(R, (4, 3))
Y3, P3 = values(R, (2, 3, 2)), values(R, (2, 3, 2))

REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"]


def reductions(y, p, weight, mask, **args):
    """Every reduction plain, weighted, masked and both."""
    for r in REDUCTIONS:
        a = {**args, "reduction": r}
        yield case(f"{r}", a, y, p)
        yield case(f"{r}, weights", a, y, p, weight=weight)
        yield case(f"{r}, mask", a, y, p, mask=mask)
        yield case(f"{r}, weights and mask", a, y, p, weight=weight, mask=mask)
    yield case("reduction None", {**args, "reduction": None}, y, p, weight=weight)


def regression():
    return [
        *reductions(Y, P, W4, M4),
        case("rank 1 targets, one column", {}, Y[:, 0], P[:, :1]),
        case("one column targets, rank 1", {}, Y[:, :1], P[:, 0]),
        case("rank 1 both", {}, Y[:, 0], P[:, 0]),
        case("rank 1 both, weights", {}, Y[:, 0], P[:, 0], weight=W4),
        case("one column, weights of rank 2", {}, Y[:, :1], P[:, :1], weight=W4[:, None]),
        case("rank 1 targets, one column, none", dict(reduction="none"), Y[:, 0], P[:, :1], weight=W4),
        case("rank 3", {}, Y3, P3),
        case("rank 3, weights of a sample", {}, Y3, P3, weight=W4[:2, None]),
        case("rank 3, weights of an element", {}, Y3, P3, weight=W23),
        case("rank 3, mask", {}, Y3, P3, mask=M23),
        case("rank 3, weights and mask, mean_with_sample_weight", dict(reduction="mean_with_sample_weight"), Y3, P3, weight=W23, mask=M23),
        case("integer targets", {}, np.round(Y).astype("int64"), P),
        case("all weights zero", dict(reduction="mean_with_sample_weight"), Y, P, weight=0 * W4),
        case("all masked", {}, Y, P, mask=M4 & False),
        case("two columns of targets, one of predictions broadcast", {}, Y[:, :2], P[:, :1]),
        case("scalar weight", {}, Y, P, weight=np.float32(2)),
    ]


def through_activation(y, z, activation, **args):
    yield case(f"through {activation}", args, y, z, activation=activation)
    yield case(f"through {activation}, far apart", args, y, 40 * z, activation=activation)
    yield case(f"through {activation}, weights", args, y, z, activation=activation, weight=W4)


CASES = {
    "MeanSquaredError": regression(),
    "MeanAbsoluteError": regression(),
    "Huber": [*regression(), case("delta", dict(delta=0.5), Y, P), case("delta, weights", dict(delta=2.0, reduction="sum"), Y, P, weight=W4)],
    "BinaryCrossentropy": [
        *reductions(BITS, BIT_PROBS, W4, M4),
        case("logits", dict(from_logits=True), BITS, BIT_LOGITS),
        case("logits, far apart", dict(from_logits=True), BITS, 40 * BIT_LOGITS),
        case("logits, weights", dict(from_logits=True), BITS, BIT_LOGITS, weight=W4),
        case("label_smoothing", dict(label_smoothing=0.2), BITS, BIT_PROBS),
        case("label_smoothing, logits", dict(label_smoothing=0.2, from_logits=True), BITS, BIT_LOGITS),
        case("axis 0", dict(axis=0), BITS, BIT_PROBS),
        case("axis 1 of 3, none", dict(axis=1, reduction="none"), np.tile(BITS[:2, :, None], (1, 1, 2)), np.tile(BIT_PROBS[:2, :, None], (1, 1, 2))),
        case("certain", {}, BITS, BIT_HARD),
        case("one unit, rank 1 targets", {}, BITS[:, 0], BIT_PROBS[:, :1]),
        case("one unit, rank 1 targets, logits, weights", dict(from_logits=True), BITS[:, 0], BIT_LOGITS[:, :1], weight=W4),
        case("integer targets", {}, BITS.astype("uint8"), BIT_PROBS),
        case("soft targets", {}, BIT_PROBS[::-1].copy(), BIT_PROBS),
        *through_activation(BITS, BIT_LOGITS, "sigmoid"),
        case("through sigmoid, label_smoothing", dict(label_smoothing=0.1), BITS, BIT_LOGITS, activation="sigmoid"),
        case("through softmax", {}, BITS, BIT_LOGITS, activation="softmax", foreign=True),
        case("shapes", {}, BITS, BIT_PROBS[:, :2]),
    ],
    "CategoricalCrossentropy": [
        *reductions(ONE_HOT, PROBS, W4, M4),
        case("logits", dict(from_logits=True), ONE_HOT, LOGITS),
        case("logits, far apart", dict(from_logits=True), ONE_HOT, 40 * LOGITS),
        case("logits, weights", dict(from_logits=True), ONE_HOT, LOGITS, weight=W4),
        case("label_smoothing", dict(label_smoothing=0.1), ONE_HOT, PROBS),
        case("label_smoothing, logits", dict(label_smoothing=0.1, from_logits=True), ONE_HOT, LOGITS),
        case("rows that do not sum to one", {}, ONE_HOT, RAW),
        case("certain", {}, ONE_HOT, HARD),
        case("soft targets", {}, PROBS[::-1].copy(), PROBS),
        case("targets that do not sum to one", {}, BIT_HARD, BIT_PROBS),
        case("targets that do not sum to one, logits", dict(from_logits=True), BIT_HARD, BIT_LOGITS,
             exact=lambda z: -tf.reduce_mean(tf.reduce_sum(BIT_HARD * tf.nn.log_softmax(z), -1))),
        case("targets all zero, logits", dict(from_logits=True), 0 * BIT_HARD, BIT_LOGITS,
             exact=lambda z: 0 * tf.reduce_sum(z)),
        case("rank 3", {}, CUBE_ONE_HOT, CUBE_PROBS),
        case("rank 3, logits, weights", dict(from_logits=True), CUBE_ONE_HOT, CUBE_LOGITS, weight=W23),
        case("rank 3, mask", {}, CUBE_ONE_HOT, CUBE_PROBS, mask=M23),
        case("axis 1", dict(axis=1), np.moveaxis(CUBE_ONE_HOT, -1, 1).copy(), CHANNELS),
        case("axis 1, logits", dict(axis=1, from_logits=True), np.moveaxis(CUBE_ONE_HOT, -1, 1).copy(), CHANNEL_LOGITS),
        case("axis 1, none", dict(axis=1, reduction="none"), np.moveaxis(CUBE_ONE_HOT, -1, 1).copy(), CHANNELS),
        case("integer targets", {}, ONE_HOT.astype("uint8"), PROBS),
        *through_activation(ONE_HOT, LOGITS, "softmax"),
        case("through softmax, label_smoothing", dict(label_smoothing=0.1), ONE_HOT, LOGITS, activation="softmax"),
        case("through sigmoid", {}, ONE_HOT, LOGITS, activation="sigmoid", foreign=True),
        case("shapes", {}, ONE_HOT, PROBS[:, :3]),
        case("ranks", {}, LABELS, PROBS),
    ],
    "SparseCategoricalCrossentropy": [
        *reductions(LABELS, PROBS, W4, M4),
        case("logits", dict(from_logits=True), LABELS, LOGITS),
        case("logits, far apart", dict(from_logits=True), LABELS, 40 * LOGITS),
        case("logits, weights", dict(from_logits=True), LABELS, LOGITS, weight=W4),
        case("labels of one column", {}, LABELS[:, None], PROBS),
        case("labels of one column, logits, weights", dict(from_logits=True), LABELS[:, None], LOGITS, weight=W4[:, None]),
        case("uint8 labels", {}, LABELS.astype("uint8"), PROBS),
        case("int64 labels", {}, LABELS.astype("int64"), PROBS),
        case("float labels", {}, LABELS.astype("float32"), PROBS),
        case("rows that do not sum to one", {}, LABELS, RAW),
        case("certain", {}, LABELS, HARD),
        case("ignore_class", dict(ignore_class=255), IGNORED, PROBS),
        case("ignore_class, logits", dict(ignore_class=255, from_logits=True), IGNORED, LOGITS),
        case("ignore_class 0", dict(ignore_class=0), LABELS, PROBS),
        case("ignore_class -1, weights", dict(ignore_class=-1), np.array([2, -1, 1, 0], "int32"), PROBS, weight=W4),
        case("ignore_class, none", dict(ignore_class=255, reduction="none"), IGNORED, PROBS),
        case("ignore_class, sum", dict(ignore_class=255, reduction="sum"), IGNORED, PROBS),
        case("ignore_class, mask", dict(ignore_class=255), IGNORED, PROBS, mask=M4),
        case("ignore_class, rank 3", dict(ignore_class=1), CUBE_LABELS, CUBE_PROBS),
        case("ignore_class, all", dict(ignore_class=3), LABELS * 0 + 3, PROBS),
        case("rank 3", {}, CUBE_LABELS, CUBE_PROBS),
        case("rank 3, weights", {}, CUBE_LABELS, CUBE_PROBS, weight=W23),
        case("rank 3, weights of a sample", {}, CUBE_LABELS, CUBE_PROBS, weight=W4[:2, None]),
        case("rank 3, mask", {}, CUBE_LABELS, CUBE_PROBS, mask=M23),
        case("rank 3, logits, labels of one column", dict(from_logits=True), CUBE_LABELS[..., None], CUBE_LOGITS),
        case("axis 1", dict(axis=1), CUBE_LABELS, CHANNELS),
        case("axis 1, logits", dict(axis=1, from_logits=True), CUBE_LABELS, CHANNEL_LOGITS),
        *through_activation(LABELS, LOGITS, "softmax"),
        case("through softmax, ignore_class", dict(ignore_class=255), IGNORED, LOGITS, activation="softmax"),
        case("through softmax, rank 3", {}, CUBE_LABELS, CUBE_LOGITS, activation="softmax"),
        case("through sigmoid", {}, LABELS, LOGITS, activation="sigmoid", foreign=True),
        case("one-hot labels", {}, ONE_HOT, PROBS),
        case("labels of another batch", {}, LABELS[:3], PROBS),
        case("label too large", {}, LABELS + 2, PROBS),
    ],
}  # fmt: skip


def record(cls, name, args, y_true, y_pred, options):
    golden.fresh()
    loss = getattr(losses, cls)(**args)
    result = {
        "name": f"{cls}, {name}", "class": cls, "args": args, "config": config(loss), "y_true": tensor(y_true), "y_pred": tensor(y_pred),
        "activation": options.get("activation"), "sample_weight": tensor(options.get("weight")), "mask": tensor(options.get("mask")),
    }  # fmt: skip
    x = tf.constant(y_pred)

    def value():
        y = x
        if options.get("activation"):
            y = getattr(keras.activations, options["activation"])(x)
            if options.get("foreign"):
                y = tf.identity(y)  # does not remember its logits
        elif options.get("mask") is not None:
            backend.set_keras_mask(y, tf.constant(options["mask"]))
        return loss(tf.constant(y_true), y, sample_weight=options.get("weight"))

    try:
        with tf.GradientTape() as tape:
            tape.watch(x)
            v = value()
            total = tf.reduce_sum(v)
        gradient = tape.gradient(total, x)
        if "exact" in options:
            with tf.GradientTape() as tape:
                tape.watch(x)
                e = options["exact"](x)
            golden.close(e, v, 1e-5)
            gradient = tape.gradient(e, x)
    except (ValueError, tf.errors.InvalidArgumentError) as e:
        return {**result, "error": {"type": type(e).__name__, "text": str(e)}}
    return {**result, "value": tensor(v), "gradient": tensor(gradient)}


def lookup_cases():
    known = ["MeanSquaredError", "mean_squared_error", "mse", "MSE", "MeanAbsoluteError", "mean_absolute_error", "mae", "MAE", "Huber", "huber",
             "BinaryCrossentropy", "binary_crossentropy", "bce", "BCE", "CategoricalCrossentropy", "categorical_crossentropy",
             "SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", "huber_loss", "cce", "sparse_crossentropy", "", "Mse", "ce"]  # fmt: skip
    for name in known:
        try:
            got = losses.get(name)
        except Exception:
            yield {"identifier": name, "error": golden.error(lambda: losses.get(name))}
            continue
        function = not isinstance(got, losses.Loss)
        yield {"identifier": name, "function": got.__name__} if function else {"identifier": name, "class": type(got).__name__, "config": config(got)}


def generate():
    unknown = golden.error(lambda: losses.MeanSquaredError(reduction="average"))
    golden.write(
        "keras/losses/testdata/losses.json",
        cases=[record(cls, *c) for cls, cases in CASES.items() for c in cases],
        lookups=list(lookup_cases()),
        errors=[{"name": "unknown reduction", "error": unknown}],
    )
