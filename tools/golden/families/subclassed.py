"""keras/models/testdata/subclassed.json: summaries and paths of models that write their own call."""

import keras
import numpy as np
from keras import layers

import golden
from families.summary import text, trained


class ConvNet(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = layers.Conv2D(4, 3, activation="relu")
        self.pool1 = layers.MaxPooling2D(2)
        self.flat = layers.Flatten()
        self.dense = layers.Dense(10, activation="softmax")
        self.more = [layers.Dense(3), layers.Dense(3)]
        self.drop = layers.Dropout(0.5)

    def call(self, x, training=None):
        x = self.flat(self.pool1(self.conv1(x)))
        for layer in self.more:
            x = layer(x)
        return self.dense(self.drop(x, training=training))


class Two(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = layers.Dense(1), layers.Dense(2)

    def call(self, x):
        return [self.a(x), self.b(x)]


class Outer(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner, self.seq, self.head = Two(), keras.Sequential([layers.Dense(2)]), layers.Dense(1)

    def call(self, x):
        return self.head(self.seq(self.inner(x)[1]))


class Stacks(keras.Model):
    """Models of all kinds, made with and without an input shape, one called twice."""

    def __init__(self):
        super().__init__()
        x = keras.Input((2,))
        self.functional = keras.Model(x, layers.Dense(2)(x))
        self.known = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
        self.open = keras.Sequential([layers.Dense(2), keras.Sequential([layers.Dense(3)])])

    def call(self, x):
        return self.open(self.known(self.functional(self.functional(x))))


class Bag(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d, self.m, self.l = layers.Dense(2), Two(), [layers.Dense(1)]

    def call(self, x):
        return self.l[0](self.m(self.d(x))[1])


def called(model, *shape):
    """What build(shape) is in GoKeras: a call on a symbolic tensor."""
    model(keras.Input(shape))
    return model


def called_on(model, *shape):
    """After a call on data."""
    model(np.zeros(shape, "float32"))
    return model


def predicted(model, *shape, batch_size):
    model.predict(np.zeros(shape, "float32"), batch_size=batch_size, verbose=0)
    return model


def functional_of(layer):
    x = keras.Input((3,), name="x")
    return keras.Model(x, layers.Dense(1, name="head")(layer(x)))


MODELS = [
    ("unbuilt", ConvNet),
    ("built", lambda: called(ConvNet(), 8, 8, 1)),
    ("trained", lambda: trained(ConvNet(), np.zeros((2, 8, 8, 1), "float32"), np.zeros(2, "int32"), "adam", "sparse_categorical_crossentropy")),
    ("models inside", lambda: called(Outer(), 3)),
    ("in a functional model", lambda: functional_of(Outer())),
    ("a layer of layers", lambda: functional_of(Bag())),
    ("called on one image", lambda: called_on(ConvNet(), 1, 8, 8, 1)),
    ("called on two batches", lambda: called_on(called_on(Two(), 3, 3), 2, 3)),
    ("predicted", lambda: predicted(Two(), 7, 3, batch_size=5)),
    ("predicted, less than a batch", lambda: predicted(Two(), 7, 3, batch_size=9)),
    ("two outputs in a summary", lambda: called(Two(), 3)),
    ("models inside, called on data", lambda: called_on(Outer(), 4, 3)),
    ("models inside, called on two batches", lambda: called_on(called_on(Outer(), 4, 3), 2, 3)),
    ("models inside, trained", lambda: trained(Outer(), np.zeros((2, 3), "float32"), np.zeros(2, "int32"), "adam", "sparse_categorical_crossentropy")),
    ("models of all kinds", Stacks),
    ("models of all kinds, built", lambda: called(Stacks(), 2)),
    ("models of all kinds, called on data", lambda: called_on(Stacks(), 4, 2)),
    ("models of all kinds, called on two batches", lambda: called_on(called_on(Stacks(), 4, 2), 3, 2)),
    ("models of all kinds, predicted", lambda: predicted(Stacks(), 7, 2, batch_size=5)),
]


def record(name, make):
    golden.fresh()
    model = make()
    return {
        "name": name,
        "text": text(model, 80).rstrip("\n"),
        "expanded": text(model, 80, expand_nested=True, show_trainable=True).rstrip("\n"),
        "paths": [w.path for w in model.weights] or None,
    }


def generate():
    golden.write("keras/models/testdata/subclassed.json", models=[record(*m) for m in MODELS])
