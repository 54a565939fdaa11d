"""datasets/testdata: small files in the formats of Keras's data sets, and what Keras reads from them (datasets.json).

Images are given as the SHA-256 of their bytes in C order.
"""

import gzip
import hashlib
import io
import json
import os
import pickle
import tarfile
import tempfile
import zipfile
from unittest import mock

import numpy as np
from keras.src.datasets import boston_housing, california_housing, cifar10, cifar100, fashion_mnist, imdb, reuters

import golden

OUT = golden.ROOT / "datasets" / "testdata"


# --- files ---------------------------------------------------------------------


class Python2Pickler(pickle._Pickler):
    """Writes what Python 2 wrote: strings are bytes, and NumPy's module has its old name."""

    dispatch = dict(pickle._Pickler.dispatch)

    def __init__(self, file):
        super().__init__(file, protocol=2)

    def save_string(self, s):
        b = s.encode("latin1") if isinstance(s, str) else s
        if len(b) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(b)]) + b)
        else:
            self.write(pickle.BINSTRING + len(b).to_bytes(4, "little") + b)
        self.memoize(s)

    dispatch[bytes] = dispatch[str] = save_string

    def save_global(self, obj, name=None):
        module = obj.__module__.replace("numpy._core", "numpy.core")
        self.write(pickle.GLOBAL + f"{module}\n{obj.__name__}\n".encode())
        self.memoize(obj)


def pickled(x, protocol=2):
    b = io.BytesIO()
    (Python2Pickler(b) if protocol == 2 else pickle.Pickler(b, protocol)).dump(x)
    return b.getvalue()


def ragged(lists):
    a = np.empty(len(lists), object)
    a[:] = [list(map(int, words)) for words in lists]
    return a


def save_npz(name, protocol=2, **arrays):
    """An npz file whose lists are pickled in the given protocol; NumPy itself has one only."""
    with zipfile.ZipFile(OUT / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, a in arrays.items():
            b = io.BytesIO()
            if a.dtype == object:
                np.lib.format.write_array_header_1_0(b, {"descr": "|O", "fortran_order": False, "shape": a.shape})
                b.write(pickled(a, protocol))
            else:
                np.save(b, a)
            archive.writestr(zipfile.ZipInfo(key + ".npy"), b.getvalue())


def save_tar(name, files):
    b = io.BytesIO()
    with tarfile.open(fileobj=b, mode="w") as archive:
        for key, content in files.items():
            info = tarfile.TarInfo(key)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    (OUT / name).write_bytes(gzip.compress(b.getvalue(), mtime=0))


def texts(name, n, longest):
    """Lists of words, the first as long as can be."""
    r = golden.rng(name)
    lengths = [longest, *r.randint(0, longest, n - 1)]
    return ragged([np.minimum(r.geometric(0.06, k), 400) for k in lengths])


def labels(name, n, classes):
    return golden.integers(golden.rng(name), (n,), 0, classes, "int64")


def pictures(name, *shape):
    """Pixels that compress well and are all different places."""
    r = golden.rng(name)
    return (r.randint(0, 256, shape[0]).reshape(-1, *[1] * (len(shape) - 1)) + np.arange(np.prod(shape[1:])).reshape(shape[1:]) * 7 % 251).astype("uint8")


def batch(name, n, order="C", **keys):
    return pickled(
        {
            b"batch_label": name.encode(),
            **{k.encode(): labels(name + k, n, classes).tolist() for k, classes in keys.items()},
            b"data": np.asarray(pictures(name, n, 3072), order=order),
            b"filenames": [f"{name}_{i}.png".encode() for i in range(n)],
        }
    )


def save_all():
    for part in ("", "_3", "_4", "_5"):
        protocol = int(part[1:] or 2)
        save_npz(f"imdb{part}.npz", protocol, x_train=texts("imdb train", 12, 20), y_train=labels("imdb train", 12, 2), x_test=texts("imdb test", 9, 15), y_test=labels("imdb test", 9, 2))
    # Python pickles lists in pieces of 1000, and numbers objects beyond 255 in another way.
    save_npz("imdb_long.npz", x_train=ragged([np.arange(2500) % 9]), y_train=np.ones(1, "int64"), x_test=ragged([[i] for i in range(300)]), y_test=np.zeros(300, "int64"))
    save_npz("reuters.npz", x=texts("reuters", 24, 30), y=labels("reuters", 24, 46))
    r = golden.rng("housing")
    np.savez(OUT / "boston_housing.npz", x=np.round(r.uniform(0, 700, (11, 13)), 2), y=np.round(r.uniform(5, 50, 11), 1))
    california = np.round(np.arange(610 * 8) % 97 * 0.37 + np.arange(610 * 8) // 8, 2).reshape(610, 8)
    np.savez_compressed(OUT / "california_housing.npz", x=california.astype("float32"), y=np.arange(610, dtype="float32") * 100)
    words = ["the", "and", "café", "l'été", "\x96", "😀"]
    for name in ("imdb", "reuters"):
        (OUT / f"{name}_word_index.json").write_text(json.dumps({w: i + 1 for i, w in enumerate(words)}))
    (OUT / "fashion-mnist").mkdir(exist_ok=True)
    for part, n in (("train", 4), ("t10k", 3)):
        for kind, x in (("images-idx3", pictures("fashion " + part, n, 28, 28)), ("labels-idx1", labels("fashion " + part, n, 10).astype("uint8"))):
            head = bytes([0, 0, 8, x.ndim]) + b"".join(k.to_bytes(4, "big") for k in x.shape)
            (OUT / "fashion-mnist" / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(head + x.tobytes(), mtime=0))
    ten = {f"data_batch_{i}": batch(f"cifar10 {i}", 1, labels=10) for i in (4, 3, 2, 5, 1)} | {"batches.meta": b"(dp1\n.", "test_batch": batch("cifar10 test", 3, labels=10)}
    save_tar("cifar-10-python.tar.gz", {"cifar-10-batches-py/" + k: v for k, v in ten.items()})
    hundred = {
        "train": batch("cifar100 train", 5, fine_labels=100, coarse_labels=20),
        "test": batch("cifar100 test", 2, order="F", fine_labels=100, coarse_labels=20),
    }
    save_tar("cifar-100-python.tar.gz", {"cifar-100-python/" + k: v for k, v in hundred.items()})


# --- what Keras reads ----------------------------------------------------------


def get_file(fname, origin=None, extract=False, **_):
    """Keras's function of that name, for files that are here and have other checksums."""
    if not extract:
        folder = OUT / "fashion-mnist" if "idx" in fname else OUT
        return str(folder / fname)
    folder = tempfile.mkdtemp()
    with tarfile.open(OUT / os.path.basename(origin)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def loaded(x):
    if x.dtype == object:
        return [list(words) for words in x]
    if x.dtype == np.uint8 and x.ndim > 2:
        return {"shape": list(x.shape), "sha256": hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()}
    return golden.tensor(x)


def case(dataset, module, name, **args):
    with mock.patch.object(module, "get_file", get_file):
        error = golden.error(lambda: module.load_data(**args))
        c = {"dataset": dataset, "name": f"{dataset}: {name}", "args": args, "error": error}
        if error is None:
            (x_train, y_train), (x_test, y_test) = module.load_data(**args)
            if dataset == "CIFAR10":  # Keras takes batches for 10000 images and repeats what there is
                x_train, y_train = x_train[::10000], y_train[::10000]
            c |= {"x_train": loaded(x_train), "y_train": loaded(y_train), "x_test": loaded(x_test), "y_test": loaded(y_test)}
    return c


TEXTS = [
    ("defaults: the largest number of all is kept out", {}),
    ("num_words", {"num_words": 20}),
    ("num_words 0 is none", {"num_words": 0}),
    ("skip_top reaches the start mark", {"num_words": 30, "skip_top": 8}),
    ("maxlen counts the start mark, and is excluded", {"maxlen": 15}),
    ("maxlen without start mark", {"maxlen": 14, "start_char": None, "num_words": 50}),
    ("no start mark", {"start_char": None, "num_words": 50}),
    ("no start mark and no shift", {"start_char": None, "index_from": 0, "num_words": 50}),
    ("other marks", {"start_char": 7, "oov_char": 9, "num_words": 15}),
    ("left out", {"oov_char": None, "num_words": 15, "skip_top": 5}),
    ("index_from", {"index_from": 12}),
    ("another seed", {"seed": 7, "num_words": 20}),
    ("the largest seed", {"seed": 4294967295, "num_words": 20}),
    ("a negative seed", {"seed": -1}),
    ("a seed beyond 32 bits", {"seed": 4294967296}),
]

SPLITS = [
    ("defaults", {}),
    ("test_split", {"test_split": 0.35}),
    ("all for training", {"test_split": 0.0}),
    ("another seed", {"seed": 0}),
    ("a test_split of 1", {"test_split": 1.0}),
    ("a negative test_split", {"test_split": -0.1}),
]


def cases():
    for name, args in TEXTS:
        yield case("IMDB", imdb, name, **args)
        yield case("Reuters", reuters, name, **args)
    yield case("IMDB", imdb, "no text is so short", maxlen=1)
    yield case("IMDB", imdb, "a negative maxlen", maxlen=-1)
    for protocol in (3, 4, 5):
        yield case("IMDB", imdb, f"pickle protocol {protocol}", path=f"imdb_{protocol}.npz", num_words=20)
    yield case("IMDB", imdb, "long texts, and many", path="imdb_long.npz")
    yield case("Reuters", reuters, "test_split", test_split=0.5, num_words=20)
    yield case("Reuters", reuters, "all for training", test_split=0.0, num_words=20)
    yield case("Reuters", reuters, "test_split after maxlen", test_split=0.3, maxlen=15, num_words=20)
    for name, args in SPLITS:
        yield case("BostonHousing", boston_housing, name, **args)
    yield case("CaliforniaHousing", california_housing, "small", version="small", test_split=0.99)
    yield case("CaliforniaHousing", california_housing, "large", version="large", test_split=0.98, seed=5)
    yield case("CaliforniaHousing", california_housing, "no version", version="tiny")
    yield case("FashionMNIST", fashion_mnist, "images")
    yield case("CIFAR10", cifar10, "images")
    yield case("CIFAR100", cifar100, "fine labels")
    yield case("CIFAR100", cifar100, "coarse labels", label_mode="coarse")
    yield case("CIFAR100", cifar100, "no label_mode", label_mode="medium")


def word_indexes():
    for dataset, module in (("IMDB", imdb), ("Reuters", reuters)):
        with mock.patch.object(module, "get_file", get_file):
            yield {"dataset": dataset, "words": module.get_word_index()}


def orders():
    for seed, n in [(113, 1), (113, 2), (113, 3), (0, 16), (113, 17), (1, 64), (2**32 - 1, 700)]:
        order = np.arange(n)
        np.random.RandomState(seed).shuffle(order)
        yield {"seed": seed, "order": order}


def generate():
    save_all()
    golden.write(
        "datasets/testdata/datasets.json",
        {"reuters_labels": reuters.get_label_names()},
        orders=list(orders()),
        word_indexes=list(word_indexes()),
        cases=list(cases()),
    )
