"""keras/models/testdata/to_json.json: model.to_json(), byte for byte (but for ids of objects in memory)."""

import keras
from keras import constraints, initializers, layers, regularizers

import golden
import models


def options():
    """Every kind of value that a config can hold."""
    inputs = keras.Input((8, 8, 2), name="x", dtype="float32")
    y = layers.Conv2D(
        4, (3, 2), strides=(2, 1), padding="same", dilation_rate=1, groups=2, activation="relu",
        kernel_initializer=initializers.HeNormal(seed=3), bias_initializer=initializers.Constant(0.1),
        kernel_regularizer=regularizers.L2(1e-4), activity_regularizer="l1", kernel_constraint=constraints.MaxNorm(2, axis=[0, 1, 2]), name="conv",
    )(inputs)  # fmt: skip
    y = layers.AveragePooling2D((2, 1), strides=1, padding="same")(y)
    y = layers.Rescaling(scale=[1.0, 2.0, 3.0, 4.0], offset=0.5)(y)
    y = layers.GlobalMaxPooling2D(keepdims=True)(y)
    y = layers.Reshape((-1,))(y)
    y = layers.Dropout(0.25, noise_shape=None, seed=1)(y)
    y = layers.ReLU(max_value=6, negative_slope=0.1)(y)
    y = layers.Dense(3, use_bias=False, trainable=False)(y)
    return keras.Model(inputs, layers.Softmax(axis=-1)(y), name="options")


def one_of_each_merge():
    a, b = keras.Input((2, 3), name="a"), keras.Input((2, 3), name="b")
    x = layers.Subtract()([layers.Add()([a, b]), layers.Multiply()([a, b])])
    y = layers.Average()([layers.Maximum()([a, b]), layers.Minimum()([a, b])])
    return keras.Model([a, b], layers.Concatenate(axis=1)([x, y, layers.Activation("tanh")(a)]), name="merges")


def twice():
    """A nested model called twice."""
    inner_in = keras.Input((2,), name="inner_in")
    inner = keras.Model(inner_in, layers.Dense(2, name="d")(inner_in), name="inner")
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    return keras.Model([a, b], layers.add([inner(a), inner(b)], name="sum"), name="twice")


def surgery():
    """A head on the middle of another model."""
    model = models.residual()
    return keras.Model(model.input, layers.Dense(1, name="head")(model.get_layer("sum").output), name="cut")


def recurrent():
    """An encoder hands its states to a decoder."""
    source, target = keras.Input((None, 3), name="source"), keras.Input((5, 2), name="target")
    _, *states = layers.Bidirectional(layers.LSTM(2, return_state=True), name="encoder")(source)
    h, c = layers.Concatenate()([states[0], states[2]]), layers.Concatenate()([states[1], states[3]])
    y = layers.RNN(layers.LSTMCell(4), return_sequences=True, name="decoder")(target, initial_state=[h, c])
    y = layers.RNN([layers.GRUCell(3), layers.SimpleRNNCell(2)], return_sequences=True)(y)
    return keras.Model([source, target], layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2, go_backwards=True), merge_mode="sum")(y), name="seq2seq")


def stack_of_cells():
    """The states of a stack are nested: a list for each cell that has several."""
    x = keras.Input((5, 2), name="x")
    states = [[keras.Input((2,), name="h"), keras.Input((2,), name="c")], keras.Input((3,), name="s")]
    y = layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)])(x, initial_state=states)
    return keras.Model([x, *keras.tree.flatten(states)], y, name="stack")


def compiled():
    model = models.residual()
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
    return model


def frozen():
    model = models.residual()
    model.trainable = False
    return model


MODELS = [
    ("Sequential", models.sequential), ("Sequential, unbuilt", models.unbuilt_sequential), ("residual", models.residual), ("nested", models.nested),
    ("shared layer", models.shared_layer), ("dict of inputs", models.dict_inputs), ("two outputs", models.two_outputs),
    ("dict of outputs", lambda: models.two_outputs(dict)), ("options", options), ("one of each merge", one_of_each_merge),
    ("nested twice", twice), ("surgery", surgery), ("compiled", compiled), ("frozen", frozen), ("recurrent", recurrent), ("states of a stack", stack_of_cells), ("models in wrappers", models.distributed),
    *models.MASKED,
]  # fmt: skip


def record(name, make):
    golden.fresh()
    text = make().to_json()
    assert "shared_object_id" not in text, name
    # What is read back must be written again as it was.
    golden.fresh()
    assert keras.models.model_from_json(text).to_json() == text, name
    return {"name": name, "json": text}


def generate():
    golden.write("keras/models/testdata/to_json.json", cases=[record(*m) for m in MODELS])
