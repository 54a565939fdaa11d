"""Lets h5py read, and change, a file that internal/hdf5 wrote.

    python tools/interop/hdf5.py

The file is that of TestReadsWhatItWrites; what it holds is written down here a second time.
"""

import os
import pathlib
import subprocess
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]

INF = float("inf")
DATASETS = {
    "layers/dense/vars/0": np.array([[0.5, -1, 2], [INF, 1e-40, 3]], "f4"),
    "layers/dense/vars/1": np.zeros(3, "f4"),
    "optimizer/vars/0": np.int64(77),
    "empty": np.zeros((0, 4), "f4"),
    "types/float16": np.array([1.5, -0.25, -INF], "f2"),
    "types/bfloat16": (np.array([1.5, -0.25, 3 * 2.0**80], "f4").view("u4") >> 16).astype("u2").view("V2"),
    "types/float64": np.array([np.pi, 5e-324]),
    "types/int8": np.array([-128, 127], "i1"),
    "types/int16": np.array([-(2**15), 3], "i2"),
    "types/int32": np.array([-(2**31), 3], "i4"),
    "types/int64": np.array([-(2**63), 3], "i8"),
    "types/uint8": np.array([0, 255], "u1"),
    "types/uint16": np.array([1, 2**16 - 1], "u2"),
    "types/uint32": np.array([1, 2**32 - 1], "u4"),
    "types/uint64": np.array([[1, 2**64 - 1]], "u8"),
    "types/bool": np.array([[True], [False]]),
}
ATTRIBUTES = {
    "": {"model_config": "{κ}" * 100_000, "keras_version": ""},
    "layers/dropout/vars": {"name": "dropout"},
    "layers/dense/vars": {"name": "größe"},
    "empty": {"of a dataset": np.True_},
    "many": {"layer_names": [f"layer_{i}/kernel:0" for i in range(4000)], "weight_names": np.zeros(0)},
    "types": {"int": np.int64(-5), "ints": np.array([1, 2]), "float": np.float64(0.1), "floats": np.array([0.1]), "bools": np.array([True, False])},
    "types/bfloat16": {"dtype": "bfloat16"},
}


def check(f):
    found, groups = {}, set()
    f.visititems(lambda name, o: found.update({name: o}) if isinstance(o, h5py.Dataset) else groups.add(name))
    assert found.keys() == DATASETS.keys(), found.keys() ^ DATASETS.keys()
    for path, want in DATASETS.items():
        d = found[path]
        assert (d.dtype, d.shape, d.chunks) == (want.dtype, want.shape, None), path
        assert d[()].tobytes() == want.tobytes(), path
    assert list(f["many"]) == sorted(f"layer_{i}" for i in range(9000))
    assert all(f"many/layer_{i}" in f for i in range(9000)) and "many/layer_9000" not in f
    for path, want in ATTRIBUTES.items():
        attributes = f[path or "/"].attrs
        assert attributes.keys() == want.keys(), path
        for name, value in want.items():
            got = attributes[name]
            assert isinstance(value, list) or type(got) is type(value), (path, name, got)
            assert np.array_equal(got, value) and np.asarray(got).dtype == np.asarray(value, object if isinstance(value, list) else None).dtype, (path, name, got)


def change(f):
    """Adds and removes, which shows whether trees and heaps are as HDF5 wants them."""
    for i in range(300):
        f[f"many/layer_{i}/kernel"] = np.full(3, i, "f4")
        f.create_group(f"many/more_{i}")
        f.attrs[f"a{i}"] = f"value {i}"
    for i in range(300):
        del f[f"many/layer_{i}/kernel"], f[f"many/more_{i}"], f.attrs[f"a{i}"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "go.h5"
        test = ["go", "test", "-count=1", "-run", "^TestReadsWhatItWrites$", "./internal/hdf5"]
        subprocess.run(test, cwd=ROOT, env={**os.environ, "GOKERAS_HDF5": str(path)}, check=True)
        with h5py.File(path) as f:
            check(f)
        with h5py.File(path, "r+") as f:
            change(f)
        with h5py.File(path) as f:
            check(f)
    print(f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}: {len(DATASETS)} datasets, 9,000 groups as expected, also after changes")


if __name__ == "__main__":
    main()
