"""keras/callbacks/testdata/{callbacks,checkpoints}.json: what callbacks do and print when their hooks are called with given logs."""

import contextlib
import io
import math
import warnings
from unittest import mock

import keras
import numpy as np
from keras import callbacks, layers

import golden

RISING = [0.5, 0.4, 0.45, 0.45, 0.3, 0.6, 0.7, 0.8, 0.9, 1.0]
FLAT = [0.5] * 8


def model():
    inputs = keras.Input((1,), name="x")
    m = keras.Model(inputs, layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="out")(inputs), name="line")
    m.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["accuracy"], jit_compile=False)
    m.train_on_batch(np.zeros((2, 1), "float32"), np.zeros((2, 1), "float32"))
    return m


def drive(name, cls, args, series, key="val_loss"):
    """Calls the epoch hooks; the weight is the epoch's number, so that one sees which was restored."""
    golden.fresh()
    m = model()
    result = {"name": f"{cls}, {name}", "class": cls, "args": args, "epochs": []}
    kwargs = dict(args)
    if cls == "LearningRateScheduler":
        factor = kwargs.pop("factor")
        kwargs["schedule"] = lambda epoch, lr: lr * factor
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()) as out:
        warnings.simplefilter("always")
        callback = getattr(callbacks, cls)(**kwargs)
        callback.set_params({"verbose": 1, "epochs": len(series), "steps": 1})
        callback.set_model(m)
        m.stop_training = False
        callback.on_train_begin({})
        for epoch, value in enumerate(series):
            at = len(out.getvalue())
            logs = {"loss": 1.0}
            if value is not None:
                logs[key] = value
            given = dict(logs)
            callback.on_epoch_begin(epoch, {})
            m.set_weights([np.full((1, 1), epoch, "float32")])
            callback.on_train_batch_end(0, {"loss": logs["loss"]})
            callback.on_epoch_end(epoch, logs)
            result["epochs"].append({"logs": given, "logs_after": {k: v if k in given else np.float32(v) for k, v in logs.items()},
                                     "learning_rate": np.float32(m.optimizer.learning_rate), "stop": m.stop_training, "out": out.getvalue()[at:]})
            if m.stop_training:
                break
        at = len(out.getvalue())
        callback.on_train_end({})
        result["end"] = {"out": out.getvalue()[at:], "weight": np.float32(m.get_weights()[0][0, 0])}
    result["warnings"] = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
    return result


def cases():
    e = "EarlyStopping"
    for patience in (0, 1, 2, 3):
        yield drive(f"patience {patience}", e, dict(patience=patience, verbose=1), RISING)
    yield drive("restore", e, dict(patience=3, restore_best_weights=True, verbose=1), RISING)
    yield drive("restore, not stopped", e, dict(patience=20, restore_best_weights=True, verbose=1), RISING)
    yield drive("min_delta", e, dict(patience=2, min_delta=0.2, verbose=1), RISING)
    yield drive("max", e, dict(patience=2, mode="max", verbose=1), RISING)
    yield drive("auto takes accuracy as max", e, dict(patience=2, monitor="accuracy", verbose=1), RISING, "accuracy")
    yield drive("auto takes val_accuracy as max", e, dict(patience=2, monitor="val_accuracy", restore_best_weights=True), RISING, "val_accuracy")
    yield drive("baseline", e, dict(patience=3, baseline=0.35, restore_best_weights=True, verbose=1), RISING)
    yield drive("baseline never met", e, dict(patience=2, baseline=0.1, restore_best_weights=True, verbose=1), RISING)
    yield drive("start_from_epoch", e, dict(patience=1, start_from_epoch=3, restore_best_weights=True, verbose=1), RISING)
    yield drive("metric that is missing", e, dict(patience=1), [None, None])
    yield drive("nan", e, dict(patience=2, restore_best_weights=True), [0.5, float("nan"), float("nan"), float("nan")])
    yield drive("unknown mode", e, dict(patience=1, mode="up"), RISING[:3])

    p = "ReduceLROnPlateau"
    yield drive("default patience 2", p, dict(patience=2, verbose=1), FLAT)
    yield drive("factor, cooldown", p, dict(patience=1, factor=0.5, cooldown=2, verbose=1), FLAT)
    yield drive("min_lr", p, dict(patience=1, factor=0.1, min_lr=0.005, verbose=1), FLAT)
    yield drive("min_delta", p, dict(patience=1, factor=0.5, min_delta=0.1), RISING)
    yield drive("max", p, dict(patience=1, factor=0.5, mode="max"), RISING)
    yield drive("metric that is missing", p, dict(), [None])

    yield drive("halves", "LearningRateScheduler", dict(factor=0.5, verbose=1), FLAT[:3])
    yield drive("silent", "LearningRateScheduler", dict(factor=2.0), FLAT[:2])

    yield drive("finite", "TerminateOnNaN", dict(), FLAT[:2])
    yield drive("inf", "TerminateOnNaN", dict(), [float("inf")], "loss")
    yield drive("nan at once", "TerminateOnNaN", dict(), [float("nan"), 1.0], "loss")


def checkpoint(name, args, epochs):
    """Calls the hooks of epochs of batches, each with logs; the model writes down what it is asked to save."""
    golden.fresh()
    m = model()
    result = {"name": name, "args": args, "events": []}
    saved = []
    with (
        mock.patch.object(keras.Model, "save", lambda self, path, overwrite: saved.append(["model", path])),
        mock.patch.object(keras.Model, "save_weights", lambda self, path, overwrite: saved.append(["weights", path])),
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(io.StringIO()) as out,
    ):
        warnings.simplefilter("always")
        callback = callbacks.ModelCheckpoint(**args)
        callback.set_model(m)

        def event(hook, at, logs=None):
            before = len(out.getvalue())
            saved.clear()
            caught.clear()
            error = golden.error(lambda: getattr(callback, hook)(at, logs))
            result["events"].append({"hook": hook, "at": at, "logs": logs, "saved": saved[-1] if saved else None,
                                     "out": out.getvalue()[before:], "warnings": [str(w.message) for w in caught], "error": error})  # fmt: skip

        callback.on_train_begin({})
        for epoch, (batches, logs) in enumerate(epochs):
            event("on_epoch_begin", epoch)
            for batch, of_batch in enumerate(batches):
                event("on_train_batch_end", batch, of_batch)
            event("on_epoch_end", epoch, logs)
        callback.on_train_end({})
    return result


def checkpoints():
    def epochs(series, key="val_loss", batches=1):
        return [([{"loss": 0.25 * (b + 1)} for b in range(batches)], {"loss": 1.0} | ({} if v is None else {key: v})) for v in series]

    falling = epochs([0.5, 0.4, 0.45, 0.25, 0.75])
    yield checkpoint("each epoch", dict(filepath="w.keras", verbose=1), falling)
    yield checkpoint("silent", dict(filepath="w.keras"), falling)
    yield checkpoint("legacy", dict(filepath="w.h5"), falling)
    yield checkpoint("weights", dict(filepath="w.weights.h5", save_weights_only=True, verbose=1), falling)
    yield checkpoint("epoch and loss in the name", dict(filepath="w-{epoch:02d}-{val_loss:.4f}.keras", verbose=1), falling)
    yield checkpoint("best", dict(filepath="w-{epoch}.keras", save_best_only=True, verbose=1), falling)
    yield checkpoint("best, threshold", dict(filepath="w.keras", save_best_only=True, verbose=1, initial_value_threshold=0.45), falling)
    yield checkpoint("best, max", dict(filepath="w.keras", save_best_only=True, verbose=1, mode="max"), falling)
    yield checkpoint("best accuracy", dict(filepath="w.keras", save_best_only=True, verbose=1, monitor="val_accuracy"), epochs([0.1, 0.3, 0.2], "val_accuracy"))
    yield checkpoint("best, nan", dict(filepath="w.keras", save_best_only=True, verbose=1), epochs([0.5, float("nan"), 0.25]))
    yield checkpoint("best, nan at first", dict(filepath="w.keras", save_best_only=True, verbose=1), epochs([float("nan"), 0.25]))
    yield checkpoint("best, infinite", dict(filepath="w.keras", save_best_only=True, verbose=1), epochs([float("inf"), 0.25]))
    yield checkpoint("best, missing", dict(filepath="w.keras", save_best_only=True, verbose=1), epochs([None, 0.25, None]))
    yield checkpoint("batches", dict(filepath="w-{epoch}-{batch}-{loss:.2f}.keras", save_freq=3, verbose=1), epochs([0.5, 0.4, 0.45], batches=4))
    yield checkpoint("every batch", dict(filepath="w.weights.h5", save_freq=1, save_weights_only=True), epochs([0.5, 0.4], batches=2))
    yield checkpoint("a name that the logs do not have", dict(filepath="w-{val_mae:.2f}.keras"), epochs([0.5]))
    yield checkpoint("batch at the end of an epoch", dict(filepath="w-{batch}.keras"), epochs([0.5]))


FILE_NAMES = [
    "w.keras", "{epoch}", "{epoch:d}", "{epoch:02d}", "{epoch:4d}", "{epoch:3}", "{epoch:03}", "{epoch:.1f}", "{batch:05d}", "w-{epoch:02d}-{batch}-{val_loss:.4f}.keras",
    "{val_loss}", "{val_loss:.2f}", "{val_loss:f}", "{val_loss:08.3f}", "{val_loss:8.3f}", "{val_loss:e}", "{val_loss:.2e}", "{val_loss:g}", "{val_loss:.3g}",
    "{small}", "{small:.3f}", "{small:.1e}", "{small:g}", "{large}", "{large:.1f}", "{large:e}", "{large:g}", "{large:.0f}", "{whole}", "{whole:g}", "{whole:.0f}", "{whole:.2f}",
    "{negative}", "{negative:07.2f}", "{negative:7.2f}", "{zero}", "{zero:g}", "{nan}", "{nan:.2f}", "{nan:06.2f}", "{inf}", "{inf:.2f}", "{minus_inf:.1f}", "{minus_inf:07.1f}",
    "{{epoch}}", "{{{epoch}}}", "a{{b}}c", "{val_loss:d}", "{val_mae}", "{val_mae:.2f}",
]  # fmt: skip


NUMBERS = dict(val_loss=0.123456789, small=1.5e-05, large=123456789.0, whole=12.0, negative=-1.625, zero=0.0, nan=math.nan, inf=math.inf, minus_inf=-math.inf)


def file_names():
    for template in FILE_NAMES:
        case = {"template": template}
        case["error"] = golden.error(lambda: case.update(file=template.format(epoch=7, batch=11, **NUMBERS)))
        yield case


def errors():
    for name, f in [
        ("ReduceLROnPlateau, factor 1", lambda: callbacks.ReduceLROnPlateau(factor=1.0)),
        ("ModelCheckpoint, weights with another ending", lambda: callbacks.ModelCheckpoint("x.keras", save_weights_only=True)),
        ("ModelCheckpoint, model with another ending", lambda: callbacks.ModelCheckpoint("x.foo")),
        ("ModelCheckpoint, save_freq", lambda: callbacks.ModelCheckpoint("x.keras", save_freq="batch")),
    ]:
        yield {"name": name, "error": golden.error(f)}


def generate():
    golden.write("keras/callbacks/testdata/callbacks.json", cases=list(cases()), errors=list(errors()))
    golden.write("keras/callbacks/testdata/checkpoints.json", cases=list(checkpoints()), numbers=[NUMBERS], file_names=list(file_names()))
