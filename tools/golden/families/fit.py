"""keras/models/testdata/fit.json: whole training runs on tiny models.

Weights are those of rule A (element i of a variable is sin(i)·0.1) unless the story lists its own.
"""

import math
import warnings

import keras
import numpy as np
import tensorflow as tf
from keras import callbacks, layers, losses, metrics, optimizers, regularizers

import golden
import models
from golden import cosine, serialized, set_sine, tensor


# --- models ------------------------------------------------------------------


def chain(units, activation=None, size=3, hidden=4, **head):
    inputs = keras.Input((size,), name="x")
    h = layers.Dense(hidden, activation="tanh", name="hidden")(inputs)
    return keras.Model(inputs, layers.Dense(units, activation=activation, name="out", **head)(h), name="chain")


def line():
    """One weight: what comes out is what the story says, with a learning rate of 0."""
    inputs = keras.Input((1,), name="x")
    return keras.Model(inputs, layers.Dense(1, name="out", use_bias=False, kernel_initializer="zeros")(inputs), name="line")


def regularized():
    inputs = keras.Input((3,), name="x")
    h = layers.Dense(4, activation="relu", kernel_regularizer=regularizers.L2(0.1), activity_regularizer=regularizers.L1(0.05), name="hidden")(inputs)
    return keras.Model(inputs, layers.Dense(2, bias_regularizer="l1", kernel_constraint="unit_norm", name="out")(h), name="regularized")


def steps_model():
    """Steps that are all 0 are masked; the mask arrives at the output."""
    inputs = keras.Input((None, 2), name="x")
    h = layers.LSTM(3, return_sequences=True, name="lstm")(layers.Masking(name="masking")(inputs))
    return keras.Model(inputs, layers.Dense(1, name="out")(h), name="steps")


def tagger():
    """Three outputs of one text: with its mask, with that of the whole text's ids, and without one."""
    words, marks = keras.Input((4,), dtype="int32", name="words"), keras.Input((4,), name="marks")
    h = layers.Embedding(7, 3, mask_zero=True, name="word")(words)
    m = layers.Embedding(3, 3, mask_zero=True, name="mark")(marks)
    tags = layers.Dense(3, activation="softmax", name="tags")(h)
    both = layers.Dense(2, name="both")(layers.Add(name="sum")([h, m]))
    return keras.Model([words, marks], [tags, both, layers.Dense(1, name="rank")(layers.LSTM(2, name="lstm")(h))], name="tagger")


def characters():
    """The next character after each one."""
    text = keras.Input((None,), dtype="int32", name="text")
    h = layers.GRU(5, return_sequences=True, name="gru")(layers.Embedding(7, 3, name="character")(text))
    return keras.Model(text, layers.Dense(7, activation="softmax", name="next")(h), name="characters")


def translator():
    """An encoder hands its states to a decoder."""
    source, target = keras.Input((4,), dtype="int32", name="source"), keras.Input((None,), dtype="int32", name="target")
    _, *states = layers.LSTM(3, return_state=True, name="encoder")(layers.Embedding(7, 3, mask_zero=True, name="word")(source))
    h = layers.LSTM(3, return_sequences=True, name="decoder")(layers.Embedding(7, 2, name="mark")(target), initial_state=states)
    return keras.Model([source, target], layers.Dense(3, activation="softmax", name="next")(h), name="translator")


def both_ways():
    """Steps that are all 0 are masked, in both directions and in a stack of cells."""
    inputs = keras.Input((None, 2), name="x")
    h = layers.Bidirectional(layers.GRU(3, return_sequences=True, name="gru"), name="both")(layers.Masking(name="masking")(inputs))
    h = layers.RNN([layers.LSTMCell(3, name="first"), layers.SimpleRNNCell(2, name="second")], return_sequences=True, name="stack")(h)
    return keras.Model(inputs, layers.Dense(1, name="out")(h), name="both_ways")


def film():
    inputs = keras.Input((None, 4, 3, 1), name="film")
    h = layers.ConvLSTM2D(2, 2, padding="same", return_sequences=True, name="film_lstm")(inputs)
    return keras.Model(inputs, layers.Dense(1, name="out")(layers.GlobalAveragePooling3D(name="mean")(h)), name="film")


# --- data --------------------------------------------------------------------

N = 10
X = 2 * cosine((N, 3))
Y = (np.sin(3 * np.arange(N)) * 0.7).astype("float32")[:, None]
Y2 = np.concatenate([Y, Y[::-1]], 1)
LABELS = (np.arange(N) * 7 % 3).astype("int32")
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
BITS = (np.arange(N) * 5 % 7 % 2).astype("int32")
WEIGHTS = ((np.arange(N) % 4) / 2).astype("float32")

# Batches of four whose mean squared errors are 0, 1, 2, 3 and 4 while the model says 0.
STAIRS_X = np.ones((18, 1), "float32")
STAIRS_Y = np.sqrt(np.arange(18) // 4).astype("float32")[:, None]


# Sequences of which some steps are 0, also the last ones and all.
STEPS = cosine((N, 4, 2)) * ((np.arange(4 * N) * 3 % 8 > 1).reshape(N, 4, 1) & (np.arange(N) != 5)[:, None, None])
STEP_Y = (np.sin(2 * np.arange(4 * N)) * 0.7).astype("float32").reshape(N, 4, 1)
STEP_WEIGHTS = (np.arange(4 * N) % 3 / 2).astype("float32").reshape(N, 4)
WORDS, MARKS = ((np.arange(4 * N) * k % n).reshape(N, 4) for k, n in ((5, 7), (2, 3)))
TAGS = (np.arange(4 * N) * 7 % 3).astype("int32").reshape(N, 4)
BOTH = np.concatenate([STEP_Y, -STEP_Y], -1)


class Events(callbacks.Callback):
    """Writes down every hook with its number and the keys of its logs."""

    def __init__(self):
        super().__init__()
        self.events = []


def _hook(name, indexed):
    def hook(self, *args, logs=None):
        if indexed and len(args) == 2 or not indexed and len(args) == 1:
            *args, logs = args
        self.events.append([name, args[0] if args else None, None if logs is None else list(logs)])

    return hook


for _what in ("train", "test", "predict"):
    for _when in ("begin", "end"):
        setattr(Events, f"on_{_what}_{_when}", _hook(f"on_{_what}_{_when}", False))
        setattr(Events, f"on_{_what}_batch_{_when}", _hook(f"on_{_what}_batch_{_when}", True))
for _when in ("begin", "end"):
    setattr(Events, f"on_epoch_{_when}", _hook(f"on_epoch_{_when}", True))


def structure(data):
    if isinstance(data, dict):
        return {k: structure(v) for k, v in data.items()}
    if isinstance(data, list):
        return [structure(v) for v in data]
    return tensor(data)


def plain(x):
    """Arguments as they are written down: objects as Keras's files have them."""
    if isinstance(x, dict):
        return {str(k): plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, (losses.Loss, metrics.Metric, optimizers.Optimizer)):
        return serialized(x)
    return x


def logs32(logs):
    if isinstance(logs, dict):
        return {k: np.float32(v) for k, v in logs.items()}
    return [np.float32(v) for v in logs] if isinstance(logs, list) else np.float32(logs)


def story(name, make, compiled, x, y, fit, **more):
    """Compiles make(), fits it and writes down all that came out. More:

    weights   initial weights instead of rule A
    dataset   {"batch": n, "repeat": bool}: x, y and sample_weight go in as a dataset
    validation (x, y[, sample_weight])
    callbacks descriptions, turned into objects by CALLBACKS
    sample_weight
    """
    golden.fresh()
    model = make()
    set_sine(model)
    if "weights" in more:
        model.set_weights(more["weights"])
    written = serialized(model)
    result = {"name": name, "model": written, "weights": [tensor(w) for w in model.get_weights()], "compile": plain(compiled)}
    model.compile(**compiled, jit_compile=False)
    weight = more.get("sample_weight")
    result.update(x=structure(x), y=structure(y), sample_weight=structure(weight) if weight is not None else None)
    result.update(fit=plain(fit), dataset=more.get("dataset"), callbacks=more.get("callbacks", []))
    args = dict(fit, verbose=0)
    if "shuffle" not in args:
        args["shuffle"] = False
    if "validation" in more:
        args["validation_data"] = more["validation"]
        result["validation"] = [structure(v) for v in more["validation"]]
    events, noted = Events(), []
    args["callbacks"] = [CALLBACKS[c["class"]](noted, **c["args"]) for c in more.get("callbacks", [])] + [events]
    if "dataset" in more:
        ds = tf.data.Dataset.from_tensor_slices((x, y) if weight is None else (x, y, weight)).batch(more["dataset"]["batch"])
        data = (ds.repeat() if more["dataset"]["repeat"] else ds,)
    else:
        data = (x, y)
        if weight is not None:
            args["sample_weight"] = weight
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = model.fit(*data, **args)
    result["history"] = {k: [np.float32(v) for v in vs] for k, vs in history.history.items()}
    result["epoch"] = history.epoch
    result["steps"] = history.params["steps"]
    result["warnings"] = sorted({str(w.message) for w in caught if "out of data" in str(w.message)})
    result["noted"] = noted
    if more.get("events"):
        result["events"] = events.events
    result["trained"] = [tensor(w) for w in model.get_weights()]
    result["iterations"] = int(model.optimizer.iterations)
    result["metrics_names"] = model.metrics_names
    if "dataset" not in more:
        weights = {} if weight is None else {"sample_weight": weight}
        result["evaluate"] = logs32(model.evaluate(x, y, batch_size=4, verbose=0, **weights))
        result["evaluate_dict"] = logs32(model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True, **weights))
        result["predict"] = structure(model.predict(x, batch_size=4, verbose=0))
    return result


def early_stopping(noted, **args):
    return callbacks.EarlyStopping(**args)


def scheduler(noted, factor):
    """The rate of an epoch is factor^epoch times the one before."""

    def schedule(epoch, lr):
        noted.append(["schedule", epoch, np.float32(lr)])
        return float(lr * factor**epoch)

    return callbacks.LearningRateScheduler(schedule)


def stopper(noted, epoch, batch):
    """Ends training after a batch."""

    class Stop(callbacks.Callback):
        def on_epoch_begin(self, at, logs=None):
            self.now = at == epoch

        def on_train_batch_end(self, at, logs=None):
            if self.now and at == batch:
                self.model.stop_training = True

    return Stop()


CALLBACKS = {"EarlyStopping": early_stopping, "LearningRateScheduler": scheduler, "Stop": stopper}


def sgd(rate=0.1, **args):
    return optimizers.SGD(rate, **args)


STAIRS = dict(make=line, x=STAIRS_X, y=STAIRS_Y, weights=[np.zeros((1, 1), "float32")])


def stairs(name, fit, **more):
    return story(name, compiled=dict(optimizer=sgd(0.0), loss="mse"), fit=fit, **STAIRS, **more)


def early(name, patience, restore, epochs=8, **args):
    """A rate so large that the validation loss falls and then grows."""
    callback = {"class": "EarlyStopping", "args": dict(patience=patience, restore_best_weights=restore, **args)}
    return story(name, lambda: chain(1), dict(optimizer=sgd(0.9, momentum=0.9), loss="mse"), X, Y,
                 dict(epochs=epochs, batch_size=4, validation_split=0.3), callbacks=[callback])  # fmt: skip


def stories():
    yield story("validation_split, short last batches", lambda: chain(1), dict(optimizer=sgd(), loss="mse", metrics=["mae"]), X, Y,
                dict(epochs=3, batch_size=4, validation_split=0.3), events=True)
    yield story("default batch size, Adam", lambda: chain(1), dict(optimizer=optimizers.Adam(0.01), loss="mse", metrics=["mse", "mae"]), X, Y, dict(epochs=3))
    yield story("accuracy of sparse labels", lambda: chain(3, "softmax"), dict(optimizer=optimizers.RMSprop(0.05), loss="sparse_categorical_crossentropy", metrics=["accuracy"]), X, LABELS, dict(epochs=4, batch_size=4))
    yield story("acc of sparse labels of one column, logits", lambda: chain(3), dict(optimizer=sgd(), loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["acc"]), X, LABELS[:, None], dict(epochs=2, batch_size=3))
    yield story("accuracy of one-hot labels", lambda: chain(3, "softmax"), dict(optimizer=sgd(1.0), loss="categorical_crossentropy", metrics=["accuracy"]), X, ONE_HOT, dict(epochs=4, batch_size=4))
    yield story("accuracy of bits", lambda: chain(1, "sigmoid"), dict(optimizer=sgd(1.0), loss="binary_crossentropy", metrics=["accuracy", "binary_accuracy"]), X, BITS, dict(epochs=4, batch_size=4))
    yield story("a loss found by shapes", lambda: chain(3, "softmax"), dict(optimizer=sgd(), loss="crossentropy"), X, LABELS, dict(epochs=2, batch_size=5))
    yield story("regularizers and a constraint", regularized, dict(optimizer=sgd(), loss="mse", metrics=["mae"]), X, Y2, dict(epochs=2, batch_size=4, validation_split=0.2))
    yield story("Huber, momentum, clipping", lambda: chain(1), dict(optimizer=sgd(0.1, momentum=0.9, nesterov=True, clipnorm=0.1), loss="huber"), X, Y, dict(epochs=3, batch_size=4))
    yield story("moving average of weights", lambda: chain(1), dict(optimizer=optimizers.Adam(0.05, use_ema=True, ema_momentum=0.5), loss="mae"), X, Y, dict(epochs=2, batch_size=4))
    yield story("gradients accumulated over epochs", lambda: chain(1), dict(optimizer=sgd(gradient_accumulation_steps=2), loss="mse"), X, Y, dict(epochs=3, batch_size=4))

    both = dict(loss="mse", metrics=["mse", "mae"], weighted_metrics=["mse", "mae"])
    yield story("sample_weight", lambda: chain(1), dict(optimizer=sgd(), **both), X, Y, dict(epochs=2, batch_size=4), sample_weight=WEIGHTS)
    yield story("sample_weight, validation_split", lambda: chain(1), dict(optimizer=sgd(), **both), X, Y, dict(epochs=2, batch_size=4, validation_split=0.3), sample_weight=WEIGHTS)
    yield story("sample_weight of validation data", lambda: chain(1), dict(optimizer=sgd(), **both), X[:6], Y[:6], dict(epochs=2, batch_size=4), validation=(X[6:], Y[6:], WEIGHTS[6:]))
    sparse = dict(loss="sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
    yield story("class_weight", lambda: chain(3, "softmax"), dict(optimizer=sgd(), **sparse), X, LABELS, dict(epochs=2, batch_size=4, class_weight={0: 0.5, 2: 3.0}))
    yield story("class_weight of one-hot labels", lambda: chain(3, "softmax"), dict(optimizer=sgd(), loss="categorical_crossentropy", weighted_metrics=["accuracy"]), X, ONE_HOT, dict(epochs=2, batch_size=4, class_weight={0: 0.5, 1: 1.0, 2: 3.0}))
    yield story("class_weight of bits", lambda: chain(1, "sigmoid"), dict(optimizer=sgd(), loss="binary_crossentropy", weighted_metrics=["accuracy"]), X, BITS[:, None], dict(epochs=2, batch_size=4, class_weight={0: 0.5, 1: 2.0}))

    yield stairs("stairs: epochs", dict(epochs=2, batch_size=4))
    yield stairs("stairs: repeated dataset, 3 steps", dict(epochs=4, steps_per_epoch=3), dataset=dict(batch=4, repeat=True))
    yield stairs("stairs: dataset that ends, 2 steps", dict(epochs=4, steps_per_epoch=2), dataset=dict(batch=4, repeat=False), events=True)
    yield stairs("stairs: dataset of unknown steps", dict(epochs=2), dataset=dict(batch=4, repeat=False))
    yield stairs("stairs: arrays, 3 steps of 5", dict(epochs=4, batch_size=4, steps_per_epoch=3))
    yield stairs("stairs: batch size from steps", dict(epochs=1, steps_per_epoch=2))
    yield stairs("stairs: validation_steps", dict(epochs=2, batch_size=4, validation_steps=2, validation_batch_size=4), validation=(STAIRS_X, STAIRS_Y))
    yield stairs("stairs: validation_batch_size", dict(epochs=1, batch_size=4, validation_batch_size=5), validation=(STAIRS_X, STAIRS_Y))
    yield stairs("stairs: validation_split", dict(epochs=2, batch_size=4, validation_split=0.2))

    x, targets = X, [Y, LABELS]
    two = lambda **args: dict(optimizer=sgd(), **args)
    names = dict(priority="mse", department="sparse_categorical_crossentropy")
    yield story("two outputs: lists", models.two_outputs, two(loss=["mse", "sparse_categorical_crossentropy"], loss_weights=[1.0, 0.2], metrics=[["mae"], ["accuracy"]]), x, targets, dict(epochs=2, batch_size=4, validation_split=0.3))
    yield story("two outputs: losses by name", models.two_outputs, two(loss=names, loss_weights=dict(priority=0.5, department=2.0), metrics=dict(department=["accuracy", "sparse_categorical_crossentropy"])), x, dict(department=LABELS, priority=Y), dict(epochs=2, batch_size=4))
    yield story("two outputs: one loss for both", models.two_outputs, two(loss="mse"), x, [Y, ONE_HOT], dict(epochs=2, batch_size=4))
    yield story("two outputs in a dict: one loss of two", lambda: models.two_outputs(dict), two(loss=dict(prio="mse")), x, dict(prio=Y), dict(epochs=1, batch_size=4))
    yield story("two outputs: a sample_weight for both", models.two_outputs, two(loss=names, weighted_metrics=[["mae"], ["accuracy"]]), x, targets, dict(epochs=2, batch_size=4), sample_weight=WEIGHTS)
    yield story("two outputs: a sample_weight for each", models.two_outputs, two(loss=names, weighted_metrics=[["mae"], ["accuracy"]]), x, targets, dict(epochs=1, batch_size=4), sample_weight=[WEIGHTS, WEIGHTS[::-1].copy()])
    by_key = dict(dept="sparse_categorical_crossentropy", prio="mse")
    yield story("two outputs in a dict", lambda: models.two_outputs(dict), two(loss=by_key, loss_weights=dict(prio=1.0, dept=0.2), metrics=dict(prio=["mae"], dept=["accuracy"])), x, dict(prio=Y, dept=LABELS), dict(epochs=2, batch_size=4, validation_split=0.3))
    yield story("two inputs by name", models.dict_inputs, two(loss="mse", metrics=["mae"]), dict(title=X, body=2 * cosine((N, 4))), Y, dict(epochs=2, batch_size=4))
    yield story("a loss in a list", lambda: chain(1), two(loss=["mse"], metrics=[["mae", "mse"]]), X, Y, dict(epochs=1, batch_size=4))
    yield story("metrics of one name", lambda: chain(1), two(loss="mse", metrics=["mae", "mae"], weighted_metrics=["mae"]), X, Y, dict(epochs=1, batch_size=4))

    yield story("TimeDistributed of models", models.distributed, dict(optimizer=sgd(), loss="mse"), cosine((N, 4, 3)), STEP_Y, dict(epochs=2, batch_size=4))
    # SGD, as TensorFlow hands Adam the occurrences of an id one by one.
    yield story("characters", characters, dict(optimizer=sgd(0.5), loss="sparse_categorical_crossentropy", metrics=["accuracy"]), WORDS[:, :3], WORDS[:, 1:], dict(epochs=3, batch_size=4))
    yield story("states of an encoder", translator, dict(optimizer=sgd(0.5), loss="sparse_categorical_crossentropy", metrics=["accuracy"]), [WORDS, MARKS], TAGS, dict(epochs=3, batch_size=4))
    yield story("both directions, a stack of cells", both_ways, dict(optimizer=sgd(), loss="mse"), STEPS, STEP_Y, dict(epochs=2, batch_size=4))
    yield story("films", film, dict(optimizer=sgd(), loss="mse"), cosine((N, 3, 4, 3, 1)), Y, dict(epochs=2, batch_size=4))
    masked = dict(loss="mse", metrics=["mse", "mae"], weighted_metrics=["mae"])
    yield story("mask", steps_model, dict(optimizer=sgd(), **masked), STEPS, STEP_Y, dict(epochs=2, batch_size=4, validation_split=0.3))
    yield story("mask, a sample_weight for each sequence", steps_model, dict(optimizer=sgd(), **masked), STEPS, STEP_Y, dict(epochs=2, batch_size=4), sample_weight=WEIGHTS[:, None])
    yield story("mask, a sample_weight for each step", steps_model, dict(optimizer=optimizers.Adam(0.01), **masked), STEPS, STEP_Y, dict(epochs=2, batch_size=4), sample_weight=STEP_WEIGHTS)
    for reduction in ("sum", "mean_with_sample_weight"):
        yield story(f"mask, {reduction}", steps_model, dict(optimizer=sgd(0.01), loss=losses.MeanAbsoluteError(reduction=reduction), metrics=["mae"]), STEPS, STEP_Y, dict(epochs=2, batch_size=4), sample_weight=STEP_WEIGHTS)
    three = lambda: dict(optimizer=sgd(), loss=["sparse_categorical_crossentropy", "mse", "mae"], loss_weights=[1.0, 0.5, 0.2],
                         metrics=[["accuracy"], ["mae"], ["mse"]], weighted_metrics=[["accuracy", "sparse_categorical_crossentropy"], ["mse"], ["mae"]])  # fmt: skip
    texts = [WORDS, MARKS], [TAGS, BOTH, Y]
    yield story("masks of outputs", tagger, three(), *texts, dict(epochs=2, batch_size=5))
    yield story("masks of outputs, sample_weight", tagger, three(), *texts, dict(epochs=2, batch_size=5), sample_weight=[STEP_WEIGHTS, STEP_WEIGHTS[::-1].copy(), WEIGHTS])

    yield story("validation_freq", lambda: chain(1), dict(optimizer=sgd(), loss="mse"), X, Y, dict(epochs=5, batch_size=4, validation_split=0.3, validation_freq=2), events=True)
    yield story("validation_freq as a list", lambda: chain(1), dict(optimizer=sgd(), loss="mse"), X, Y, dict(epochs=4, batch_size=4, validation_split=0.3, validation_freq=[1, 4]))
    yield story("initial_epoch", lambda: chain(1), dict(optimizer=sgd(), loss="mse"), X, Y, dict(epochs=4, batch_size=4, initial_epoch=2), events=True)
    yield story("initial_epoch past the end", lambda: chain(1), dict(optimizer=sgd(), loss="mse"), X, Y, dict(epochs=2, batch_size=4, initial_epoch=3), events=True)

    for patience in (0, 1, 2):
        yield early(f"EarlyStopping, patience {patience}", patience, False)
    yield early("EarlyStopping, restores", 2, True)
    yield early("EarlyStopping, restores though not stopped", 9, True)
    yield early("EarlyStopping, min_delta", 1, False, min_delta=0.05)
    yield early("EarlyStopping, baseline", 2, True, baseline=0.01)
    yield early("EarlyStopping, start_from_epoch", 1, True, start_from_epoch=4)
    yield early("EarlyStopping, training loss, max", 1, False, monitor="loss", mode="max")
    yield story("LearningRateScheduler", lambda: chain(1), dict(optimizer=sgd(0.4), loss="mse"), X, Y, dict(epochs=4, batch_size=4),
                callbacks=[{"class": "LearningRateScheduler", "args": dict(factor=0.5)}])
    yield story("schedule by step", lambda: chain(1), dict(optimizer=sgd(optimizers.schedules.ExponentialDecay(0.4, 2, 0.5)), loss="mse"), X, Y, dict(epochs=3, batch_size=4))
    yield story("stopped inside an epoch", lambda: chain(1), dict(optimizer=sgd(), loss="mse"), X, Y, dict(epochs=3, batch_size=2, validation_split=0.2),
                callbacks=[{"class": "Stop", "args": dict(epoch=1, batch=1)}], events=True)


def errors():
    """What fit says: name, model, arguments of compile, x, y, arguments of fit."""
    mse, two = dict(optimizer="sgd", loss="mse"), dict(optimizer="sgd", loss=["mse", "sparse_categorical_crossentropy"])
    cases = [
        ("not compiled", lambda: chain(1), None, X, Y, {}),
        ("validation_split of one sample", lambda: chain(1), mse, X[:1], Y[:1], dict(validation_split=0.2)),
        ("validation_split of all samples", lambda: chain(1), mse, X[:8], Y[:8], dict(validation_split=0.999)),
        ("8 and 5 samples", lambda: chain(1), mse, X[:8], Y[:5], {}),
        ("one-hot labels of a sparse loss", lambda: chain(3, "softmax"), dict(optimizer="sgd", loss="sparse_categorical_crossentropy"), X, ONE_HOT, {}),
        ("last axis of the input", lambda: chain(1), mse, cosine((N, 4)), Y, {}),
        ("class_weight and sample_weight", lambda: chain(1), mse, X, Y, dict(class_weight={0: 1.0}, sample_weight=WEIGHTS)),
        ("class_weight of two outputs", models.two_outputs, two, X, [Y, LABELS], dict(class_weight={0: 1.0})),
        ("no loss", lambda: chain(1), dict(optimizer="sgd"), X, Y, {}),
        ("unknown loss", lambda: chain(1), dict(optimizer="sgd", loss="sparse_crossentropy"), X, Y, {}),
        ("unknown metric", lambda: chain(1), dict(optimizer="sgd", loss="mse", metrics=["acuracy"]), X, Y, {}),
        ("unknown optimizer", lambda: chain(1), dict(optimizer="adm", loss="mse"), X, Y, {}),
        ("metrics that are no list", lambda: chain(1), dict(optimizer="sgd", loss="mse", metrics="mae"), X, Y, {}),
        ("a loss dict that lacks an output", models.two_outputs, dict(optimizer="sgd", loss=dict(priority="mse")), X, dict(priority=Y), {}),
        ("a loss for an output that is not there", models.two_outputs, dict(optimizer="sgd", loss=dict(priority="mse", nope="mse")), X, [Y, LABELS], {}),
        ("a weight for one loss of two", models.two_outputs, dict(**two, loss_weights=[1.0]), X, [Y, LABELS], {}),
        ("metrics for one output of two", models.two_outputs, dict(**two, metrics=["mae"]), X, [Y, LABELS], {}),
        ("one array for two outputs", models.two_outputs, two, X, Y, {}),
        ("three arrays for two outputs", models.two_outputs, two, X, [Y, LABELS, Y], {}),
        ("a dict of data lacks an input", models.dict_inputs, mse, dict(title=X), Y, {}),
        ("one input of two", models.dict_inputs, mse, X, Y, {}),
        ("a dict of data for one input of another name", lambda: chain(1), mse, dict(image=X), Y, {}),
        ("EarlyStopping of a prefixed metric", models.two_outputs, two, X, [Y, LABELS], dict(callbacks=[callbacks.EarlyStopping("priority_loss")])),
    ]
    for name, make, compiled, x, y, fit in cases:
        golden.fresh()
        model = make()

        def run():
            if compiled is not None:
                model.compile(**compiled, jit_compile=False)
            model.fit(x, y, verbose=0, **fit)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield {"name": name, "error": golden.error(run)}


# --- larger models, from formulas --------------------------------------------

RULES = {
    "weights": "element i of a variable is float32(sin(i)*0.1), flat C order, restarting in every variable",
    "hash": "h(i) = (i*2654435761 mod 2^32) >> 24, a byte",
    "images": "byte i of all steps together is h(i), flat C order; step s of batch b takes samples s*b to (s+1)*b; for floats divided by 255 in float32",
    "labels": "label of sample j of all steps together is h(j) mod 10",
}


def h(start, count):
    return ((np.arange(start, start + count, dtype="uint64") * 2654435761 % 2**32) >> 24).astype("uint8")


def steps(name, model, shape, batch, count, scale, compiled):
    set_sine(model)
    model.compile(**compiled, jit_compile=False)
    size = batch * math.prod(shape)
    result = {"name": name, "compile": plain(compiled), "batch": batch, "logs": [], "weights_after": []}
    for s in range(count):
        x = h(s * size, size).reshape(batch, *shape)
        x = x if scale is None else x.astype("float32") / np.float32(scale)
        y = (h(s * batch, batch) % 10).astype("int32")
        if s == 0:
            result["first_predictions"] = tensor(model.predict_on_batch(x)[:2])
        result["logs"].append(logs32(model.train_on_batch(x, y, return_dict=True)))
        if s in (0, count - 1):
            result["weights_after"].append({"step": s + 1, "weights": [
                {"path": w.path, "shape": list(w.shape), "sum": np.float32(w.numpy().astype("float64").sum()), "abs_sum": np.float32(np.abs(w.numpy().astype("float64")).sum()),
                 "first": list(w.numpy().ravel()[:16])} for w in model.weights]})  # fmt: skip
    result["test_on_batch"] = logs32(model.test_on_batch(x, y, return_dict=True))
    return result


def large():
    golden.fresh()
    yield steps("MnistModel", models.MnistModel(dropout=0.0), (28, 28, 1), 8, 5, None,
                dict(optimizer=optimizers.Adam(), loss="sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"]))
    golden.fresh()
    yield steps("MLP", models.mlp(), (784,), 64, 10, 255,
                dict(optimizer=optimizers.RMSprop(), loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]))


def generate():
    golden.write("keras/models/testdata/fit.json", {"rules": RULES}, stories=list(stories()), errors=list(errors()), steps=list(large()))
