"""internal/kerasfile/vocabulary.json: how the configs of Keras's classes changed from release to release.

    python tools/interop/vocabulary.py PYTHON...

Each PYTHON has one release of Keras, from 2.15 on; the last one named is the release whose
configs GoKeras writes. The table has the keys that not all of them write: what a key is by
default, and the first release seen to write it ("since") or the last ("until").
"""

import inspect
import json
import pathlib
import subprocess
import sys

TABLE = pathlib.Path(__file__).resolve().parents[2] / "internal/kerasfile/vocabulary.json"

# What a class wants to be told. Nothing that is given here is a default.
REQUIRED = {
    "layers": {
        "Activation": ["relu"], "Cropping1D": [], "Dense": [3], "Discretization": [[0.5]], "Dot": [1], "EinsumDense": ["ab,bc->ac", 3],
        "CategoryEncoding": [4], "Embedding": [5, 2], "GroupQueryAttention": [2, 2, 1], "GroupedQueryAttention": [2, 2, 1], "HashedCrossing": [4],
        "Hashing": [4], "IntegerLookup": [], "MultiHeadAttention": [2, 2], "Permute": [[2, 1]], "RepeatVector": [3], "Rescaling": [2.0],
        "Reshape": [[3]], "Resizing": [4, 4], "CenterCrop": [4, 4], "RandomCrop": [4, 4], "RandomFlip": [], "RandomHeight": [0.1],
        "RandomWidth": [0.1], "RandomRotation": [0.1], "RandomTranslation": [0.1, 0.1], "RandomZoom": [0.1], "RandomBrightness": [0.1], "RandomContrast": [0.1],
        "GaussianDropout": [0.5], "GaussianNoise": [0.5], "AlphaDropout": [0.5], "Dropout": [0.5], "SpatialDropout1D": [0.5],
        "SpatialDropout2D": [0.5], "SpatialDropout3D": [0.5], "DepthwiseConv1D": [3], "DepthwiseConv2D": [3], "InputLayer": [[4]],
        "STFTSpectrogram": [],
    },
    "initializers": {"Identity": []},
    "optimizers": {},
    "schedules": {
        "ExponentialDecay": [0.1, 10, 0.5], "InverseTimeDecay": [0.1, 10, 0.5], "PolynomialDecay": [0.1, 10],
        "CosineDecay": [0.1, 10], "CosineDecayRestarts": [0.1, 10], "PiecewiseConstantDecay": [[1, 2], [0.1, 0.2, 0.3]],
    },
    "metrics": {
        "MeanIoU": [2], "OneHotMeanIoU": [2], "IoU": [2, [0]], "OneHotIoU": [2, [0]], "BinaryIoU": [[0]], "FBetaScore": [],
        "PrecisionAtRecall": [0.5], "RecallAtPrecision": [0.5], "SensitivityAtSpecificity": [0.5], "SpecificityAtSensitivity": [0.5],
    },
}  # fmt: skip
ABSTRACT = {"InputSpec", "Layer", "Loss", "Optimizer"}
UNITS = {"LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell"}


def dump():
    """Runs under each release: {module.Class: config of an instance with defaults}."""
    import keras

    layers, out = keras.layers, {}
    wrapped = {
        "Bidirectional": lambda: [layers.LSTM(2)], "TimeDistributed": lambda: [layers.Dense(2)], "SpectralNormalization": lambda: [layers.Dense(2)],
        "RNN": lambda: [layers.LSTMCell(2)], "StackedRNNCells": lambda: [[layers.LSTMCell(2)]],
    }  # fmt: skip
    modules = {
        "keras.layers": layers, "keras.initializers": keras.initializers, "keras.regularizers": keras.regularizers, "keras.constraints": keras.constraints,
        "keras.optimizers": keras.optimizers, "keras.optimizers.schedules": keras.optimizers.schedules, "keras.losses": keras.losses, "keras.metrics": keras.metrics,
    }  # fmt: skip
    for module, m in modules.items():
        for name in dir(m):
            cls = getattr(m, name)
            if not isinstance(cls, type) or not hasattr(cls, "get_config") or cls.__name__ != name or name in ABSTRACT:
                continue  # a function, or a second name
            given = REQUIRED.get(module.split(".")[-1], {}).get(name, [])
            if name in wrapped:
                given = wrapped[name]()
            elif name in UNITS:
                given = [3]
            elif module == "keras.layers" and "Conv" in name and name not in REQUIRED["layers"]:
                given = [3, 3]
            try:
                out[f"{module}.{name}"] = cls(*given).get_config()
            except Exception as e:
                print(keras.__version__, module, name, repr(e)[:90], file=sys.stderr)
    if keras.__version__ >= "3":
        out |= operations()
    print(json.dumps({"version": keras.__version__, "configs": out}, default=str))


def operations():
    """Operations of Keras 3 write the arguments that they were made with."""
    from keras.src import ops

    out = {}
    for module in (ops.core, ops.math, ops.nn, ops.numpy):
        for name, cls in vars(module).items():
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                arguments = inspect.signature(cls.__init__).parameters.values() if "__init__" in vars(cls) else []
                out[f"{module.__name__}.{name}"] = {a.name: a.default for a in arguments if a.default is not a.empty and a.name != "name"}
    return out


def compare(releases):
    """The keys that some releases of Keras 3 write and others do not, and those that only Keras 2 writes."""
    table = {}
    for name in sorted({name for r in releases for name in r["configs"]}):
        having = [r for r in releases if name in r["configs"]]
        for key in {key: None for r in having for key in r["configs"][name]}:
            writing = [r for r in having if key in r["configs"][name]]
            row = {"default": writing[-1]["configs"][name][key]}
            three = [r for r in having if r["version"] >= "3"]
            since = next((r for r in three if r in writing), None)
            if since and since is not three[0]:
                row["since"] = since["version"]
            if having[-1] is releases[-1] is not writing[-1] and row["default"] is not None:
                row["until"] = writing[-1]["version"]
            if len(row) > 1:
                table.setdefault(name, {})[key] = row
    return table


def main():
    if not sys.argv[1:]:
        sys.exit(__doc__)
    if sys.argv[1:] == ["dump"]:
        return dump()
    releases = []
    for python in sys.argv[1:]:
        run = subprocess.run([python, __file__, "dump"], check=True, stdout=subprocess.PIPE)
        releases.append(json.loads(run.stdout.splitlines()[-1]))
    table = compare(releases)
    TABLE.write_text("{\n" + ",\n".join(f"{json.dumps(n)}: {json.dumps(keys)}" for n, keys in table.items()) + "\n}\n")


main()
