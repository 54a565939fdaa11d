"""Writes tiny files in the layout of mnist.npz for the tests of datasets.

    python tools/golden/mnist_npz.py

Pixel i of the flattened images is i * 7 % 256 for training and i * 11 % 256 for
testing; 3 and 2 images, labels 5 0 4 and 7 2. Written by NumPy 2; a second run
writes the same bytes.
"""

import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[2] / "datasets" / "testdata"


def images(n, factor):
    return (np.arange(n * 28 * 28) * factor % 256).astype("uint8").reshape(n, 28, 28)


def labels(*values):
    return np.array(values, "uint8")


def main():
    OUT.mkdir(exist_ok=True)
    arrays = {
        "x_train": images(3, 7),
        "y_train": labels(5, 0, 4),
        "x_test": images(2, 11),
        "y_test": labels(7, 2),
    }
    np.savez_compressed(OUT / "mnist.npz", **arrays)
    np.savez(OUT / "stored.npz", **arrays)
    np.savez_compressed(OUT / "float.npz", **arrays | {"x_train": arrays["x_train"].astype("float32")})
    np.savez_compressed(OUT / "fortran.npz", **arrays | {"x_test": np.asfortranarray(arrays["x_test"])})
    np.savez_compressed(OUT / "flat.npz", **arrays | {"x_train": arrays["x_train"].reshape(3, 784)})
    np.savez_compressed(OUT / "labels.npz", **arrays | {"y_test": labels(7, 10)})
    np.savez_compressed(OUT / "pickled.npz", **arrays | {"y_train": np.array([[1], 2], object)})
    del arrays["y_test"]
    np.savez_compressed(OUT / "missing.npz", **arrays)


main()
