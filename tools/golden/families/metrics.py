"""keras/metrics/testdata/metrics.json: streams of batches through every metric."""

import numpy as np
from keras import metrics
from keras.src import backend

import golden
from golden import config, integers, probabilities, tensor, values

R = golden.rng("metrics")
SIZES = (4, 3, 1)  # batches of a stream: the last ones are short


def stream(y_true, y_pred, weights=None, masks=None):
    """The arrays cut into batches."""
    at = np.cumsum((0, *SIZES))
    cut = lambda x: [None] * len(SIZES) if x is None else [x[a:b] for a, b in zip(at, at[1:])]
    return list(zip(cut(y_true), cut(y_pred), cut(weights), cut(masks)))


N = sum(SIZES)
W = np.array([1, 0.5, 0, 2, 1, 3, 0.25, 1], "float32")
W2 = np.round(R.uniform(0, 2, size=(N, 3)), 2).astype("float32")
M = np.array([1, 1, 0, 1, 0, 1, 1, 0], bool)
M2 = R.randint(0, 2, size=(N, 3)).astype(bool)
LABELS = integers(R, (N,), 0, 6)
ONE_HOT = np.eye(6, dtype="float32")[LABELS]
PROBS = probabilities(R, (N, 6))
LOGITS = values(R, (N, 6), -3, 3)
TIED = np.round(R.uniform(0, 1, size=(N, 6)) * 3).astype("float32") / 4  # several greatest
CUBE_LABELS = integers(R, (N, 3), 0, 4)
CUBE_ONE_HOT = np.eye(4, dtype="float32")[CUBE_LABELS]
CUBE_PROBS = probabilities(R, (N, 3, 4))
BITS = integers(R, (N, 3), 0, 2)
BIT_PROBS = np.round(R.uniform(0.05, 0.95, size=(N, 3)), 2).astype("float32")
BIT_PROBS[0] = 0.5, 0.25, 0.75  # on a threshold
BIT_LOGITS = values(R, (N, 3), -3, 3)
Y, P = values(R, (N, 3)), values(R, (N, 3))
Y3, P3 = values(R, (N, 3, 2)), values(R, (N, 3, 2))
NUMBERS = values(R, (N, 3))


def common(y, p, cube_y, cube_p, **args):
    return [
        ("default", args, stream(y, p)),
        ("weights", args, stream(y, p, W)),
        ("mask", args, stream(y, p, None, M)),
        ("weights and mask", args, stream(y, p, W, M)),
        ("rank 3", args, stream(cube_y, cube_p)),
        ("rank 3, weights of a sample", args, stream(cube_y, cube_p, W)),
        ("rank 3, weights of an element", args, stream(cube_y, cube_p, W2)),
        ("rank 3, mask", args, stream(cube_y, cube_p, None, M2)),
        ("named", dict(name="mine", **args), stream(y, p)),
    ]


def regression():
    return [
        *common(Y, P, Y3, P3),
        ("one column", {}, stream(Y[:, :1], P[:, :1])),
        ("one column, weights", {}, stream(Y[:, :1], P[:, :1], W)),
        ("one column, weights of one column", {}, stream(Y[:, :1], P[:, :1], W[:, None])),
        ("rank 1 targets, one column", {}, stream(Y[:, 0], P[:, :1], W)),
        ("rank 1 both", {}, stream(Y[:, 0], P[:, 0])),
        ("rank 1 both, weights", {}, stream(Y[:, 0], P[:, 0], W)),
        ("integer targets", {}, stream(np.round(Y).astype("int64"), P)),
    ]


CASES = {
    "Mean": [
        ("default", {}, stream(None, NUMBERS)),
        ("rank 1", {}, stream(None, NUMBERS[:, 0])),
        ("rank 1, weights", {}, stream(None, NUMBERS[:, 0], W)),
        ("weights of a sample", {}, stream(None, NUMBERS, W)),
        ("weights of an element", {}, stream(None, NUMBERS, W2)),
        ("scalars", dict(name="loss"), [(None, np.float32(x), None, None) for x in (1.5, 2.25, -0.5)]),
        ("weighted scalars", {}, [(None, np.float32(x), np.float32(w), None) for x, w in ((1.5, 4), (2.25, 3), (-0.5, 1))]),
        ("no updates", {}, []),
        ("weights of zero", {}, stream(None, NUMBERS, 0 * W)),
    ],
    "Sum": [
        ("default", {}, stream(None, NUMBERS)),
        ("weights of a sample", {}, stream(None, NUMBERS, W)),
        ("weights of an element", {}, stream(None, NUMBERS, W2)),
        ("scalars", {}, [(None, np.float32(x), None, None) for x in (1.5, 2.25, -0.5)]),
        ("no updates", {}, []),
    ],
    "Accuracy": [
        ("default", {}, stream(LABELS[:, None], np.where(M, LABELS, 0)[:, None])),
        ("weights", {}, stream(LABELS[:, None], np.where(M, LABELS, 0)[:, None], W)),
        ("rank 1", {}, stream(LABELS, np.where(M, LABELS, 0))),
        ("rank 1, weights", {}, stream(LABELS, np.where(M, LABELS, 0), W)),
        ("rank 2", {}, stream(CUBE_LABELS, np.where(M2, CUBE_LABELS, 5))),
        ("rank 2, weights", {}, stream(CUBE_LABELS, np.where(M2, CUBE_LABELS, 5), W)),
    ],
    "BinaryAccuracy": [
        *common(BITS, BIT_PROBS, np.stack([BITS, BITS], -1), np.stack([BIT_PROBS, BIT_PROBS[::-1]], -1)),
        ("threshold", dict(threshold=0.25), stream(BITS, BIT_PROBS)),
        ("one unit, rank 1 targets", {}, stream(BITS[:, 0], BIT_PROBS[:, :1])),
        ("one unit, rank 1 targets, weights", {}, stream(BITS[:, 0], BIT_PROBS[:, :1], W)),
        ("rank 1 both, weights", {}, stream(BITS[:, 0], BIT_PROBS[:, 0], W)),
        ("uint8 targets", {}, stream(BITS.astype("uint8"), BIT_PROBS)),
        ("float targets", {}, stream(BITS.astype("float32"), BIT_PROBS)),
    ],
    "CategoricalAccuracy": [*common(ONE_HOT, PROBS, CUBE_ONE_HOT, CUBE_PROBS), ("ties", {}, stream(ONE_HOT, TIED)), ("tied targets", {}, stream(TIED, PROBS))],
    "SparseCategoricalAccuracy": [
        *common(LABELS, PROBS, CUBE_LABELS, CUBE_PROBS),
        ("labels of one column", {}, stream(LABELS[:, None], PROBS)),
        ("labels of one column, weights", {}, stream(LABELS[:, None], PROBS, W)),
        ("ties", {}, stream(LABELS, TIED)),
        ("uint8 labels", {}, stream(LABELS.astype("uint8"), PROBS)),
        ("float labels", {}, stream(LABELS.astype("float32"), PROBS)),
        ("label that no unit has", {}, stream(LABELS + 4, PROBS)),
    ],
    "TopKCategoricalAccuracy": [
        *common(ONE_HOT, PROBS, CUBE_ONE_HOT, CUBE_PROBS, k=2),
        ("default k", {}, stream(ONE_HOT, PROBS)),
        *[(f"k {k}", dict(k=k), stream(ONE_HOT, PROBS)) for k in (1, 3, 6)],
        ("k 2, ties, weights", dict(k=2), stream(ONE_HOT, TIED, W)),
        ("k 2, rank 3, weights", dict(k=2), stream(CUBE_ONE_HOT, CUBE_PROBS, W2)),
    ],
    "SparseTopKCategoricalAccuracy": [
        *common(LABELS, PROBS, CUBE_LABELS, CUBE_PROBS, k=2),
        ("default k", {}, stream(LABELS, PROBS)),
        *[(f"k {k}", dict(k=k), stream(LABELS, PROBS)) for k in (1, 3, 6)],
        ("k 2, labels of one column", dict(k=2), stream(LABELS[:, None], PROBS, W)),
        ("k 2, ties", dict(k=2), stream(LABELS, TIED)),
        ("k 2, rank 3", dict(k=2), stream(CUBE_LABELS, CUBE_PROBS)),
        ("from_sorted_ids", dict(k=2, from_sorted_ids=True), stream(LABELS, np.argsort(-PROBS, -1))),
    ],
    "MeanSquaredError": regression(),
    "MeanAbsoluteError": regression(),
    "BinaryCrossentropy": [
        *common(BITS, BIT_PROBS, np.stack([BITS, BITS], -1), np.stack([BIT_PROBS, BIT_PROBS[::-1]], -1)),
        ("logits", dict(from_logits=True), stream(BITS, BIT_LOGITS, W)),
        ("label_smoothing", dict(label_smoothing=0.2), stream(BITS, BIT_PROBS)),
        ("one unit, rank 1 targets", {}, stream(BITS[:, 0], BIT_PROBS[:, :1], W)),
    ],
    "CategoricalCrossentropy": [
        *common(ONE_HOT, PROBS, CUBE_ONE_HOT, CUBE_PROBS),
        ("logits", dict(from_logits=True), stream(ONE_HOT, LOGITS, W)),
        ("label_smoothing", dict(label_smoothing=0.2), stream(ONE_HOT, PROBS)),
        ("axis 1", dict(axis=1), stream(np.moveaxis(CUBE_ONE_HOT, -1, 1), np.moveaxis(CUBE_PROBS, -1, 1))),
    ],
    "SparseCategoricalCrossentropy": [
        *common(LABELS, PROBS, CUBE_LABELS, CUBE_PROBS),
        ("logits", dict(from_logits=True), stream(LABELS, LOGITS, W)),
        ("labels of one column", {}, stream(LABELS[:, None], PROBS)),
        ("ignore_class", dict(ignore_class=int(LABELS[0])), stream(LABELS, PROBS)),
        ("ignore_class, weights", dict(ignore_class=int(LABELS[0])), stream(LABELS, PROBS, W)),
    ],
}  # fmt: skip


def record(cls, name, args, batches):
    golden.fresh()
    metric = getattr(metrics, cls)(**args)
    result = {"name": f"{cls}, {name}", "class": cls, "args": args, "config": config(metric), "metric_name": metric.name}
    updates = []
    for y_true, y_pred, weight, mask in batches:
        update = {"y_true": tensor(y_true), "y_pred": tensor(y_pred), "sample_weight": tensor(weight), "mask": tensor(mask)}
        p = backend.convert_to_tensor(y_pred)
        if mask is not None:
            backend.set_keras_mask(p, backend.convert_to_tensor(mask))
        data = (p,) if y_true is None else (backend.convert_to_tensor(y_true), p)
        try:
            metric.update_state(*data, sample_weight=weight)
        except Exception as e:
            updates.append({**update, "error": {"type": type(e).__name__, "text": str(e)}})
            break
        updates.append({**update, "result": np.float32(metric.result())})
    variables = [{"name": v.name, "path": v.path, **tensor(v.numpy())} for v in metric.variables]
    metric.reset_state()
    return {**result, "updates": updates, "variables": variables, "after_reset": np.float32(metric.result())}


def lookup_cases():
    from keras.src.utils.naming import to_snake_case

    short = ["mse", "MSE", "mae", "MAE", "bce", "BCE"]
    for name in [*CASES, *map(to_snake_case, CASES), *short, "acc", "acuracy", "crossentropy", "top_k_accuracy", ""]:
        golden.fresh()
        try:
            got = metrics.get(name)
        except Exception:
            yield {"identifier": name, "error": golden.error(lambda: metrics.get(name))}
            continue
        if isinstance(got, metrics.Metric):
            yield {"identifier": name, "class": type(got).__name__, "metric_name": got.name}
        else:
            yield {"identifier": name, "function": got.__name__}


def generate():
    cases = [record(cls, *c) for cls, cases in CASES.items() for c in cases]
    golden.write("keras/metrics/testdata/metrics.json", cases=cases, lookups=list(lookup_cases()))
