"""Writes datasets/testdata/real.json: what Keras reads from the published data sets.

    GOKERAS_DATA=folder python tools/golden/real_datasets.py

The folder holds imdb/imdb.npz, imdb/imdb_word_index.json, reuters/reuters.npz,
reuters/reuters_word_index.json, housing/boston_housing.npz,
housing/california_housing.npz and fashion_mnist/, with four files, as published. Only
checksums of the samples in Keras's order are written: the SHA-256 of a tensor's
elements, of the lengths of texts, and of their words, little-endian.
"""

import hashlib
import os
import pathlib
from unittest import mock

import golden
import numpy as np
from keras.src.datasets import boston_housing, california_housing, fashion_mnist, imdb, reuters

FOLDERS = {"IMDB": "imdb", "Reuters": "reuters", "BostonHousing": "housing", "CaliforniaHousing": "housing", "FashionMNIST": "fashion_mnist"}

CASES = [
    ("IMDB", imdb, {}),
    ("IMDB", imdb, {"num_words": 10000}),
    ("IMDB", imdb, {"num_words": 20000, "skip_top": 20, "maxlen": 400, "seed": 7, "start_char": None, "oov_char": None, "index_from": 0}),
    ("Reuters", reuters, {}),
    ("Reuters", reuters, {"num_words": 10000, "test_split": 0.3, "maxlen": 100, "seed": 7}),
    ("BostonHousing", boston_housing, {}),
    ("BostonHousing", boston_housing, {"test_split": 0.25, "seed": 7}),
    ("CaliforniaHousing", california_housing, {}),
    ("CaliforniaHousing", california_housing, {"version": "small", "seed": 7}),
    ("FashionMNIST", fashion_mnist, {}),
]


def digest(x):
    return hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()


def summary(x):
    if x.dtype != object:
        return {"shape": list(x.shape), "sha256": digest(x)}
    lengths = np.array([len(words) for words in x], "int32")
    return {"lengths": digest(lengths), "words": digest(np.concatenate([np.array(words, "int32") for words in x]))}


def case(data, dataset, module, args):
    with mock.patch.object(module, "get_file", lambda fname, **_: str(data / FOLDERS[dataset] / fname)):
        (x_train, y_train), (x_test, y_test) = module.load_data(**args)
    return {"dataset": dataset, "args": args} | {k: summary(x) for k, x in (("x_train", x_train), ("y_train", y_train), ("x_test", x_test), ("y_test", y_test))}


def words(data, dataset, module):
    with mock.patch.object(module, "get_file", lambda fname, **_: str(data / FOLDERS[dataset] / fname)):
        index = module.get_word_index()
    ordered = sorted(index, key=index.get)
    return {"dataset": dataset, "count": len(index), "sha256": hashlib.sha256("\n".join(ordered).encode()).hexdigest()}


def main():
    data = os.environ.get("GOKERAS_DATA")
    if not data:
        print("GOKERAS_DATA names no folder of data sets: datasets/testdata/real.json stays as it is")
        return
    data = pathlib.Path(data)
    golden.write(
        "datasets/testdata/real.json",
        word_indexes=[words(data, "IMDB", imdb), words(data, "Reuters", reuters)],
        cases=[case(data, *c) for c in CASES],
    )


main()
