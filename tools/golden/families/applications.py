"""applications/testdata/applications.json: summaries of the networks for images, what they refuse, what they are fed."""

import keras
import numpy as np
from keras import applications, layers

import golden
from families.summary import text
from golden import tensor


def on_a_tensor(**args):
    x = layers.Rescaling(1 / 255)(keras.Input((48, 40, 3), name="pixels"))
    return applications.VGG16(weights=None, input_tensor=x, **args)


MODELS = [
    ("VGG16", lambda: applications.VGG16(weights=None)),
    ("VGG19", lambda: applications.VGG19(weights=None)),
    ("VGG16 without top", lambda: applications.VGG16(weights=None, include_top=False)),
    ("VGG19 without top, 64x96", lambda: applications.VGG19(weights=None, include_top=False, input_shape=(64, 96, 3))),
    ("VGG16 without top, avg", lambda: applications.VGG16(weights=None, include_top=False, pooling="avg")),
    ("VGG19 without top, max, any rows", lambda: applications.VGG19(weights=None, include_top=False, pooling="max", input_shape=(None, 32, 1))),
    ("VGG16, all options", lambda: applications.VGG16(weights=None, classes=10, classifier_activation="sigmoid", input_shape=(33, 32, 1), name="small")),
    ("VGG16 on a tensor", lambda: on_a_tensor(include_top=False)),
]

ERRORS = [
    ("rows", lambda: applications.VGG16(weights=None, input_shape=(31, 32, 3))),
    ("columns", lambda: applications.VGG19(weights=None, include_top=False, input_shape=(None, 16, 3))),
    ("two numbers", lambda: applications.VGG16(weights=None, input_shape=(32, 32))),
    ("unknown size with top", lambda: applications.VGG16(weights=None, input_shape=(None, 64, 3))),
]

IMAGES = [
    ("uint8", np.arange(24, dtype="uint8").reshape(2, 2, 2, 3) * 9),
    ("float32", np.arange(12, dtype="float32").reshape(2, 2, 3) * 1.5),
    ("float64", np.arange(6, dtype="float64").reshape(1, 2, 3) * 0.25),
]


def record(name, make):
    golden.fresh()
    model = make()
    return {"name": name, "text": text(model, 80), "json": model.to_json() if "options" in name or "tensor" in name else None}


def generate():
    golden.write(
        "applications/testdata/applications.json",
        models=[record(*c) for c in MODELS],
        errors=[{"name": name, "error": golden.error(make)} for name, make in ERRORS],
        inputs=[{"name": name, "images": tensor(x), "result": tensor(applications.vgg19.preprocess_input(x.copy()))} for name, x in IMAGES],
    )
