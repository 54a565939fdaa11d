"""Python Keras's side of the benchmarks: the models and data of gokeras/models.go.

    KERAS_BACKEND=tensorflow|jax|torch python bench/keras_side.py mnist predict1

It does the workloads of the given names, or all, and prints a line of JSON for each result.
"""

import json
import os
import pathlib
import statistics
import sys
import time

# Processor against processor, and no talk while modules are loaded.
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers

PLAN = json.loads(pathlib.Path(__file__).with_name("plan.json").read_text())
random = np.random.default_rng(0)


def mnist(samples):
    """The convolutional network of Keras's guide on packaging models."""
    image = keras.Input((None, None, 1), dtype="uint8")
    y = layers.Rescaling(1 / 255)(image)
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(y)
    y = layers.Conv2D(32, 6, padding="same", activation="relu", strides=2)(y)
    y = layers.Conv2D(48, 6, padding="same", activation="relu", strides=2)(y)
    y = layers.GlobalAveragePooling2D()(y)
    y = layers.Dense(48, activation="relu")(y)
    y = layers.Dropout(0.4)(y)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(y))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, random.integers(0, 256, (samples, 28, 28, 1), dtype=np.uint8), random.integers(0, 10, samples)


def resnet(samples):
    """The toy ResNet of Keras's guide on the functional API."""

    def conv(filters, padding, x):
        return layers.Conv2D(filters, 3, activation="relu", padding=padding)(x)

    image = keras.Input((32, 32, 3))
    x = conv(64, "valid", conv(32, "valid", image))
    block = layers.MaxPooling2D(3)(x)
    for _ in range(2):
        x = conv(64, "same", conv(64, "same", block))
        block = layers.add([x, block])
    x = conv(64, "valid", block)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(image, layers.Dense(10)(x))
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-3),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    labels = np.eye(10, dtype=np.float32)[random.integers(0, 10, samples)]
    return model, random.random((samples, 32, 32, 3), dtype=np.float32), labels


def tickets(samples):
    """The model of Keras's guide on the functional API that has several inputs and outputs: two texts, of 12 and of 100 words, and a vector."""
    title, body, tags = keras.Input((None,), name="title"), keras.Input((None,), name="body"), keras.Input((12,), name="tags")
    titles = layers.LSTM(128)(layers.Embedding(10000, 64)(title))
    bodies = layers.LSTM(32)(layers.Embedding(10000, 64)(body))
    x = layers.concatenate([titles, bodies, tags])
    outputs = {"priority": layers.Dense(1, name="priority")(x), "department": layers.Dense(4, name="department")(x)}
    model = keras.Model([title, body, tags], outputs)
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-3),
        loss={"priority": keras.losses.BinaryCrossentropy(from_logits=True), "department": keras.losses.CategoricalCrossentropy(from_logits=True)},
        loss_weights={"priority": 1.0, "department": 0.2},
    )
    texts = {"title": random.integers(0, 10000, (samples, 12)), "body": random.integers(0, 10000, (samples, 100))}
    departments = np.eye(4, dtype=np.float32)[random.integers(0, 4, samples)]
    return model, {**texts, "tags": random.random((samples, 12), dtype=np.float32)}, {"priority": random.random((samples, 1)), "department": departments}


def mlp(samples):
    """Three Dense layers: so little work that overhead shows."""
    pixels = keras.Input((784,))
    x = layers.Dense(64, activation="relu")(pixels)
    x = layers.Dense(64, activation="relu")(x)
    model = keras.Model(pixels, layers.Dense(10)(x))
    model.compile(
        optimizer=keras.optimizers.RMSprop(),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model, random.random((samples, 784), dtype=np.float32), random.integers(0, 10, samples)


def vgg(samples):
    """VGG19 with fresh weights."""
    return keras.applications.VGG19(weights=None), random.random((samples, 224, 224, 3), dtype=np.float32), None


def median_ms(repeats, f):
    """The median time of f, in milliseconds."""
    times = []
    for i in range(PLAN["warmups"] + repeats):
        start = time.perf_counter()
        f()
        if i >= PLAN["warmups"]:
            times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def train(build, size):
    """The time of a step: fit is timed as a whole, an epoch at a time."""
    model, x, y = build(size["batch"] * size["steps"])
    fit = lambda: model.fit(x, y, batch_size=size["batch"], verbose=0)
    return median_ms(size["repeats"], fit) / size["steps"]


def predict(build, call, size):
    """The time of a call on one batch, until the result is in memory."""
    model, x, _ = build(size["batch"])
    return median_ms(size["repeats"], lambda: call(model, x))


WORKLOADS = {
    "mnist": lambda size: train(mnist, size),
    "resnet": lambda size: train(resnet, size),
    "tickets": lambda size: train(tickets, size),
    "mlp": lambda size: train(mlp, size),
    "predict1": lambda size: predict(mnist, lambda model, x: model.predict(x, verbose=0), size),
    "call1": lambda size: predict(mnist, lambda model, x: keras.ops.convert_to_numpy(model(x)), size),
    "predict256": lambda size: predict(mnist, lambda model, x: model.predict_on_batch(x), size),
    "vgg1": lambda size: predict(vgg, lambda model, x: model.predict(x, verbose=0), size),
    "vgg8": lambda size: predict(vgg, lambda model, x: model.predict(x, verbose=0), size),
}


def version():
    """What is measured: Keras and its backend."""
    backend = keras.backend.backend()
    return f"Keras {keras.__version__} on {backend} {__import__(backend).__version__}"


if __name__ == "__main__":
    for name in sys.argv[1:] or WORKLOADS:
        result = {"workload": name, "ms": WORKLOADS[name](PLAN["sizes"][name]), "version": version()}
        print(json.dumps(result), flush=True)
