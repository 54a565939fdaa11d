"""What every family of fixtures shares: numbers, tensors, files.

Import it before keras: it sets up TensorFlow so that a run repeats bit for bit.
"""

import math
import os
import pathlib
import random
import zlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # oneDNN picks its sums by the CPU
os.environ["XLA_FLAGS"] = "--xla_cpu_max_isa=AVX2"  # XLA runs grouped convolutions
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["COLUMNS"] = "80"  # what summaries assume without a terminal

import keras
import numpy as np
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()
tf.get_logger().setLevel("ERROR")


def fresh(seed=1):
    """Forgets automatic names and seeds everything, as at the start of a program."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)
    random.seed(seed)


# --- numbers -----------------------------------------------------------------


def rng(name):
    """The generator of a case: numbers stay when other cases come or go."""
    return np.random.RandomState(zlib.crc32(name.encode()))


def values(r, shape, low=-2.0, high=2.0, dtype="float32"):
    """Distinct numbers of three decimals, none zero, so that nothing ties and little is written."""
    n = math.prod(shape)
    grid = np.arange(round(low * 1000), round(high * 1000))
    grid = grid[grid != 0]
    return (r.permutation(grid)[:n].reshape(shape) / 1000).astype(dtype)


def integers(r, shape, low, high, dtype="int32"):
    return r.randint(low, high, size=shape).astype(dtype)


def probabilities(r, shape, axis=-1):
    """Rows of positive numbers whose sum is one but for rounding."""
    x = r.uniform(0.05, 1, size=shape)
    return np.round(x / x.sum(axis, keepdims=True), 3).astype("float32")


def sine(shape):
    """Rule A: element i is sin(i)·0.1."""
    return (np.sin(np.arange(math.prod(shape))) * 0.1).astype("float32").reshape(shape)


def cosine(shape):
    """Element i is cos(i)·0.5."""
    return (np.cos(np.arange(math.prod(shape))) * 0.5).astype("float32").reshape(shape)


def set_sine(model):
    model.set_weights([sine(w.shape) for w in model.weights])


def close(a, b, rtol):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=rtol, atol=rtol)


# --- JSON --------------------------------------------------------------------


def tensor(x):
    """A tensor as {"shape", "dtype", "data": flat}; None stays null."""
    if x is None:
        return None
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": list(x.ravel())}


def serialized(obj):
    """An object as it stands in a file of Keras."""
    return keras.saving.serialize_keras_object(obj)


def config(obj):
    return serialized(obj)["config"]


def error(f):
    """Class and text of the error that f raises; None if Keras takes it."""
    try:
        f()
    except Exception as e:
        text = str(e)
        if isinstance(e, KeyError):
            text = e.args[0]
        return {"type": type(e).__name__, "text": text}
    return None


def number(x):
    """The shortest text that reads back as the same number of the same type."""
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    if not math.isfinite(x):
        return f'"{float(x)}"'  # "nan", "inf", "-inf": JSON has no numbers for these
    if isinstance(x, np.floating):
        return str(x).removesuffix(".0")
    return repr(x)  # of a config: 2.0 stays 2.0, as in Keras's files


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def dumps(x):
    """Compact JSON. The module json would write a float32 with the digits of its float64."""
    if x is None:
        return "null"
    if isinstance(x, (bool, np.bool_)):
        return "true" if x else "false"
    if isinstance(x, (int, float, np.number)):
        return number(x)
    if isinstance(x, str):
        return '"' + "".join(_ESCAPES.get(c) or (c if c >= " " else f"\\u{ord(c):04x}") for c in x) + '"'
    if isinstance(x, dict):
        return "{" + ",".join(f"{dumps(str(k))}:{dumps(v)}" for k, v in x.items()) + "}"
    if isinstance(x, (list, tuple)):
        return "[" + ",".join(map(dumps, x)) + "]"
    if isinstance(x, np.ndarray):
        return dumps(list(x))
    raise TypeError(f"{type(x)}: {x}")


def write(path, head=None, **sections):
    """A fixture: what Keras this is, the head, then the sections with one case a line."""
    names = [c["name"] for cases in sections.values() for c in cases if "name" in c]
    assert len(set(names)) == len(names), f"{path}: a name twice in {names}"
    parts = [f'"keras":{dumps(keras.__version__)}']
    parts += [f"{dumps(k)}:{dumps(v)}" for k, v in (head or {}).items()]
    parts += [f"{dumps(k)}:[\n" + ",\n".join(map(dumps, cases)) + "\n]" for k, cases in sections.items()]
    file = ROOT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")
