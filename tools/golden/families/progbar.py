"""keras/callbacks/testdata/progbar.json: what ProgbarLogger writes, under a clock that is set by hand.

keras.utils.Progbar on its own is in internal/console/testdata (console.py).
"""

import contextlib
import io
import math
import random
from types import SimpleNamespace
from unittest import mock

from keras.src.callbacks.progbar_logger import ProgbarLogger
from keras.src.utils import progbar

import golden

MS, S = 10**6, 10**9
HOOKS = {
    "train": "on_train_begin", "train end": "on_train_end", "epoch": "on_epoch_begin", "epoch end": "on_epoch_end", "batch": "on_train_batch_end",
    "test": "on_test_begin", "test end": "on_test_end", "test batch": "on_test_batch_end",
    "predict": "on_predict_begin", "predict end": "on_predict_end", "predict batch": "on_predict_batch_end",
}  # fmt: skip


def replay(name, steps, events, epochs=1, verbose=1):
    """events: (nanoseconds on the clock, hook[, number][, logs])."""
    clock = SimpleNamespace(ns=0)
    recorded = []
    with mock.patch.object(progbar, "time", SimpleNamespace(time=lambda: 1000 + clock.ns / S)):
        logger = ProgbarLogger()
        logger.set_params({"verbose": verbose, "epochs": epochs, "steps": steps})
        for ns, hook, *rest in events:
            clock.ns = ns
            args = [r for r in rest if not isinstance(r, dict)]
            logs = next((r for r in rest if isinstance(r, dict)), None)
            with contextlib.redirect_stdout(io.StringIO()) as out:
                getattr(logger, HOOKS[hook])(*args, logs=logs)
            recorded.append({"ns": ns, "hook": HOOKS[hook], "at": args[0] if args else None, "logs": logs, "out": out.getvalue()})
    return {"name": name, "verbose": verbose, "epochs": epochs, "steps": steps, "events": recorded}


def epoch(start, number, times, logs, end, final):
    """The events of an epoch whose batches end at these milliseconds."""
    yield start * MS, "epoch", number
    for i, (t, l) in enumerate(zip(times, logs)):
        yield (start + t) * MS, "batch", i, l
    yield (start + end) * MS, "epoch end", number, final


def losses(*values, **more):
    return [{"loss": float(v), **more} for v in values]


def both(name, steps, events, epochs=1):
    events = list(events)
    for verbose in (1, 2):
        yield replay(f"{name}, verbose {verbose}", steps, events, epochs, verbose)


def cases():
    val = {"accuracy": 0.1094, "loss": 2.2999, "val_accuracy": 0.125, "val_loss": 2.3073}
    logs = [{"accuracy": 0.0781, "loss": 2.3072}, {"accuracy": 0.1, "loss": 2.3}, {"accuracy": 0.1094, "loss": 2.2999}]
    two = [(0, "train"), *epoch(0, 0, (259, 300, 373), logs, 430, val), *epoch(1000, 1, (32, 60, 100), logs, 190, val), (2 * S, "train end")]
    yield from both("two epochs with validation", 3, two, epochs=2)
    yield from both("one epoch says no number", 3, two[:6])
    inside = [e for e in two[:5]] + [(380 * MS, "test"), (390 * MS, "test batch", 0, {"loss": 1.0}), (400 * MS, "test end", {"loss": 1.0}), *two[5:]]
    yield from both("validation inside fit is silent", 3, inside, epochs=2)
    yield from both("unknown length, then known", None, two, epochs=2)
    yield from both("data that ran out", 5, [(0, "train"), *epoch(0, 0, (100, 200), losses(3, 2), 260, {"loss": 2.0})], epochs=3)
    yield from both("shorter lines are padded", 3, [(0, "train"), *epoch(0, 0, (100, 200, 300), losses(1234567.25, 12.5, 1e-7), 400, {"loss": 1.0})])
    for name, value in [("zero", 0.0), ("negative", -0.25), ("small", 1e-5), ("at 1e-3", 1e-3), ("large", 123456.789), ("nan", math.nan), ("inf", math.inf)]:
        yield from both(f"value {name}", 2, [(0, "train"), *epoch(0, 0, (100, 200), losses(value, value), 300, {"loss": value})])
    yield from both("evaluate", 3, [(0, "test"), *[((60 * i + 60) * MS, "test batch", i, {"accuracy": 0.5, "loss": 1.5 - i / 4}) for i in range(3)],
                                     (200 * MS, "test end", {"accuracy": 0.5, "loss": 1.0})])
    yield from both("predict", 3, [(0, "predict"), *[((60 * i + 60) * MS, "predict batch", i, {"outputs": 1.0}) for i in range(3)], (200 * MS, "predict end")])
    yield from both("one step", 1, [(0, "train"), *epoch(0, 0, (14,), losses(0.5), 15, {"loss": 0.5})])
    yield from both("steps a millisecond apart", 234, [(0, "train"), *epoch(0, 0, range(1, 235), losses(*[2.3 - i / 200 for i in range(234)]), 240, {"loss": 1.1})])
    yield from both("hours to go", 10, [(0, "train"), *epoch(0, 0, (1000000, 2500000), losses(1, 1), 2600000, {"loss": 1.0})])
    r = random.Random(3)
    for i in range(4):
        steps, t, times, values = r.choice([7, 50, 1875]), 0, [], []
        for _ in range(12):
            t += r.randint(1, 120)
            times.append(t)
            values.append({"accuracy": round(r.random(), 5), "loss": round(10 ** r.uniform(-4, 3), 6)})
        yield from both(f"random {i}", steps, [(0, "train"), *epoch(0, 0, times, values, t + 30, {**values[-1], "val_loss": 0.5})], epochs=2)


def generate():
    golden.write("keras/callbacks/testdata/progbar.json", cases=list(cases()))
