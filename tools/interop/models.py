"""Loads the models that Go's tests left in a folder, compares what they give, and saves them again.

    python tools/interop/models.py FOLDER BACK

FOLDER has NAME.keras and NAME.json (package internal/interop writes them); BACK gets NAME.keras as this release
of Keras saves it. What this release cannot read, whoever has written it, is passed over and named.
"""

import json
import pathlib
import re
import sys
import warnings

import keras
import numpy as np

# What a release cannot do, whoever has written the file: words of its error.
CANNOT = (
    "`inputs` not connected to `outputs`",  # an input that is not used, before 3.13
    "Layer node index out of bounds",  # layers that call each other in turn, before 3.8
    "inbound_node_index",
    "is only supported with the TensorFlow backend",
    "'TrackedList' object cannot be interpreted as an integer",  # Softmax over several axes, on NumPy
)
MISSING = ("is not a KerasSaveable subclass", "Could not locate class", "Unknown layer", "Could not deserialize class", "Could not interpret activation function identifier")


def decode(v):
    if isinstance(v, list):
        return [decode(e) for e in v]
    if "dict" in v:
        return {k: decode(e) for k, e in v["dict"].items()}
    return np.array(v["data"], v["dtype"]).reshape(v["shape"])


def compare(want, got, path=""):
    if isinstance(want, dict):
        assert want.keys() == got.keys(), (path, list(got))
        for k in want:
            compare(want[k], got[k], f"{path}[{k}]")
    elif isinstance(want, list):
        assert len(want) == len(got), (path, len(got))
        for i, w in enumerate(want):
            compare(w, got[i], f"{path}[{i}]")
    else:
        got = np.asarray(got)
        assert want.shape == got.shape, (path, want.shape, got.shape)
        finite = np.abs(want[np.isfinite(want)]) if want.size else want
        scale = max(finite.max(initial=0), 1e-3)
        with np.errstate(invalid="ignore"):
            near = (want == got) | (np.abs(want - got) <= 1e-5 * scale) | (np.isnan(want) & np.isnan(got))
        assert near.all(), f"{path} differs by {np.nanmax(np.abs(want - got))} of {scale}"


def summary(model):
    lines = []
    model.summary(print_fn=lambda text, **_: lines.append(text))
    return plain("\n".join(lines))


def plain(text):
    """A summary without sizes in bytes: TensorFlow counts updates in 8, the others in 4."""
    return re.sub(r" \([\d.]+ [KMG]?B\)", "", text).strip()


def check(path, back):
    want = json.loads(path.with_suffix(".json").read_text())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = keras.models.load_model(path)
    caught = [str(w.message) for w in caught if "variable" in str(w.message)]
    assert not caught, caught
    x = decode(want["inputs"])
    if isinstance(x, list) and len(x) == 1:
        x = x[0]
    if isinstance(x, dict) and not isinstance(model._inputs_struct, dict):
        x = [x[t.name] for t in model.inputs]  # Keras 3.6 would take them in the order of the sorted names
    compare(decode(want["outputs"]), model.predict_on_batch(x))
    if model.compiled:
        assert int(model.optimizer.iterations.numpy()) == want["iterations"], int(model.optimizer.iterations.numpy())
    if keras.__version__ == "3.15.1":
        assert summary(model) == plain(want["summary"]), summary(model) + want["summary"]
    model.save(back / path.name)


def main(folder, back):
    back.mkdir(parents=True, exist_ok=True)
    ok, missing, failed = 0, [], []
    for path in sorted(folder.glob("*.keras")):
        keras.backend.clear_session()
        try:
            check(path, back)
            ok += 1
        except Exception as e:  # noqa: BLE001
            text = f"{type(e).__name__}: {e}"
            if any(m in text for m in MISSING + CANNOT):
                missing.append(path.stem)
            else:
                failed.append((path.stem, text))
    for name, text in failed:
        print(f"{name}: {text[:2000]}")
    print(f"Keras {keras.__version__} ({keras.backend.backend()}): {ok} models as they should be, {len(failed)} not; {len(missing)} are beyond it: {', '.join(missing)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
