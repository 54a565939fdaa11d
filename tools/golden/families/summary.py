"""keras/models/testdata/summary.json: the text of summary() without a terminal (80 columns) and in one of 120."""

import os
from unittest import mock

import keras
import numpy as np
from keras import layers

import golden
import models


def trained(model, x, y, optimizer, loss):
    model.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    model.fit(x, y, verbose=0)
    return model


def mnist_trained(optimizer):
    return trained(models.MnistModel(), np.zeros((2, 8, 8, 1), "uint8"), np.zeros(2, "int32"), optimizer, "sparse_categorical_crossentropy")


def mnist_compiled():
    model = models.MnistModel()
    model.compile("adam", "mse")
    return model


def second_mnist():
    models.MnistModel()
    return models.MnistModel()


def binary_head():
    model = models.MnistModel()
    outputs = layers.Dense(1, activation="sigmoid", name="binary_classification_head")(model.get_layer("classification_head").input)
    return keras.Model(model.input, outputs)


class MnistDictModel(keras.Model):
    def __init__(self, **kwargs):
        inputs = {"image": keras.Input((None, None, 1), dtype="uint8", name="image")}
        x = layers.Rescaling(1 / 255)(inputs["image"])
        x = layers.GlobalAveragePooling2D()(x)
        super().__init__(inputs=inputs, outputs=layers.Dense(10, activation="softmax", name="classification_head")(x), **kwargs)


def partly_frozen():
    model = models.residual()
    model.get_layer("d1").trainable = False
    return model


def half_shared():
    """A layer called twice in a chain: two rows would be one."""
    inputs = keras.Input((4,))
    dense = layers.Dense(4)
    return keras.Model(inputs, dense(layers.ReLU()(dense(inputs))))


def autoencoder():
    image = keras.Input((6, 6, 1), name="img")
    code = layers.GlobalMaxPooling2D()(layers.Conv2D(4, 3)(image))
    encoder = keras.Model(image, code, name="encoder")
    code_in = keras.Input((4,), name="encoded_img")
    decoder = keras.Model(code_in, layers.Reshape((6, 6, 1))(layers.Dense(36)(code_in)), name="decoder")
    again = keras.Input((6, 6, 1), name="img")
    return keras.Model(again, decoder(encoder(again)), name="autoencoder")


def ensemble():
    def member():
        x = keras.Input((128,))
        return keras.Model(x, layers.Dense(1)(x))

    a, b, c = member(), member(), member()
    x = keras.Input((128,))
    return keras.Model(x, layers.average([a(x), b(x), c(x)]))


def sequential_in_functional():
    inputs = keras.Input((8, 8, 1), name="img")
    return keras.Model(inputs, layers.Dense(2, name="head")(models.sequential()(inputs)), name="wrapper")


def arithmetic():
    inputs = keras.Input((4,), name="x")
    return keras.Model(inputs, layers.Dense(1)(inputs * 2.0 + inputs), name="arithmetic")


def fixed_batch():
    inputs = keras.Input(batch_shape=(16, 10, 5), name="x")
    return keras.Model(inputs, layers.Flatten()(inputs), name="fixed")


def long_names():
    inputs = keras.Input((3,), name="an_input_with_a_name_that_no_column_can_hold")
    return keras.Model(inputs, layers.Dense(123456, name="and_a_layer_whose_name_is_even_longer_than_that_of_the_input")(inputs), name="long")


def unbuilt_half():
    model = models.unbuilt_sequential()
    model.build((None, 3))
    return model


def unbuilt(then):
    model = models.unbuilt_sequential()
    then(model)
    return model


def layer_twice():
    dense = layers.Dense(4)
    return keras.Sequential([keras.Input((4,)), dense, layers.ReLU(), dense])


CASES = [
    ("MnistModel", models.MnistModel, {}),
    ("MnistModel, compiled", mnist_compiled, {}),
    ("MnistModel, trained with Adam", lambda: mnist_trained("adam"), {}),
    ("MnistModel, trained with SGD", lambda: mnist_trained("sgd"), {}),
    ("MnistModel, trained with RMSprop", lambda: mnist_trained("rmsprop"), {}),
    ("MnistModel, the second", second_mnist, {}),
    ("MnistModel with a binary head", binary_head, {}),
    ("MnistModel, trainable", models.MnistModel, dict(show_trainable=True)),
    ("dict of one input", MnistDictModel, {}),
    ("MLP", models.mlp, {}),
    ("MLP, trained", lambda: trained(models.mlp(), np.zeros((2, 784), "float32"), np.zeros(2, "int32"), "rmsprop", "sparse_categorical_crossentropy"), {}),
    ("toy ResNet", models.toy_resnet, {}),
    ("masks of texts", models.masked_texts, {}),
    ("a mask of steps", models.masked_steps, {}),
    ("toy ResNet, trainable", models.toy_resnet, dict(show_trainable=True)),
    ("shared layer", models.shared_layer, {}),
    ("layer called twice in a chain", half_shared, {}),
    ("nested", models.nested, {}),
    ("nested, expanded", models.nested, dict(expand_nested=True)),
    ("nested, expanded, trainable", models.nested, dict(expand_nested=True, show_trainable=True)),
    ("autoencoder", autoencoder, {}),
    ("autoencoder, expanded", autoencoder, dict(expand_nested=True)),
    ("ensemble", ensemble, {}),
    ("ensemble, expanded", ensemble, dict(expand_nested=True)),
    ("Sequential", models.sequential, {}),
    ("Sequential, trained", lambda: trained(models.sequential(), np.zeros((2, 8, 8, 1), "float32"), np.zeros(2, "int32"), "adam", "sparse_categorical_crossentropy"), {}),
    ("Sequential, unbuilt", models.unbuilt_sequential, {}),
    ("Sequential, built", unbuilt_half, {}),
    ("Sequential, empty", keras.Sequential, {}),
    ("Sequential, built for a batch", lambda: unbuilt(lambda m: m.build((16, 3))), {}),
    ("Sequential, built by fit", lambda: trained(models.unbuilt_sequential(), np.zeros((2, 3), "float32"), np.zeros(2, "int32"), "adam", "sparse_categorical_crossentropy"), {}),
    ("Sequential, built, then one more", lambda: unbuilt(lambda m: (m.build((None, 3)), m.add(layers.Dense(5)))), {}),
    ("Sequential, built, then one less", lambda: unbuilt(lambda m: (m.build((None, 3)), m.pop())), {}),
    ("Sequential, unbuilt, one more and two less", lambda: unbuilt(lambda m: (m.add(layers.Flatten()), m.pop(), m.pop())), {}),
    ("Sequential, a layer twice", layer_twice, {}),
    ("Sequential in a functional model", sequential_in_functional, {}),
    ("Sequential in a functional model, expanded", sequential_in_functional, dict(expand_nested=True)),
    ("dict of inputs", models.dict_inputs, {}),
    ("two outputs", models.two_outputs, {}),
    ("dict of outputs", lambda: models.two_outputs(dict), {}),
    ("partly frozen", partly_frozen, dict(show_trainable=True)),
    ("operators", arithmetic, {}),
    ("fixed batch size", fixed_batch, {}),
    ("long names", long_names, {}),
    ("line_length 60", models.mlp, dict(line_length=60)),
    ("line_length 70, connections", models.residual, dict(line_length=70)),
    ("line_length too small", models.mlp, dict(line_length=12)),
]  # fmt: skip


def text(model, columns, **args):
    out = []
    with mock.patch.dict(os.environ, COLUMNS=str(columns)):
        model.summary(print_fn=out.append, **args)
    (whole,) = out
    return whole


def record(name, make, args):
    golden.fresh()
    model = make()
    result = {"name": name, "args": args}
    try:
        return {**result, "text80": text(model, 80, **args), "text120": text(model, 120, **args)}
    except ValueError as e:
        return {**result, "error": str(e)}


def generate():
    golden.write("keras/models/testdata/summary.json", cases=[record(*c) for c in CASES])
