"""Models that several families use."""

import keras
from keras import layers


class MnistModel(keras.Model):
    """The model of Keras's guide on packaging models."""

    def __init__(self, dropout=0.4, **kwargs):
        inputs = keras.Input((None, None, 1), dtype="uint8")
        x = layers.Rescaling(1 / 255)(inputs)
        x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
        x = layers.Conv2D(32, 6, padding="same", activation="relu", strides=2)(x)
        x = layers.Conv2D(48, 6, padding="same", activation="relu", strides=2)(x)
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dense(48, activation="relu")(x)
        x = layers.Dropout(dropout)(x)
        outputs = layers.Dense(10, activation="softmax", name="classification_head")(x)
        super().__init__(inputs=inputs, outputs=outputs, **kwargs)


def mlp():
    """The first model of the guide on the functional API."""
    inputs = keras.Input((784,))
    x = layers.Dense(64, activation="relu")(inputs)
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10)(x), name="mnist_model")


def toy_resnet():
    inputs = keras.Input((32, 32, 3), name="img")
    x = layers.Conv2D(32, 3, activation="relu")(inputs)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    block_1 = layers.MaxPooling2D(3)(x)
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(block_1)
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
    block_2 = layers.add([x, block_1])
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(block_2)
    x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
    block_3 = layers.add([x, block_2])
    x = layers.Conv2D(64, 3, activation="relu")(block_3)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(10)(x), name="toy_resnet")


def shared_layer():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    dense = layers.Dense(3, activation="relu", name="shared")
    return keras.Model([a, b], layers.Dense(1, name="out")(layers.concatenate([dense(a), dense(b)])), name="siamese")


def nested():
    inner_in = keras.Input((4,), name="inner_in")
    inner = keras.Model(inner_in, layers.Dense(3, activation="tanh", name="inner_dense")(inner_in), name="inner")
    middle_in = keras.Input((4,), name="middle_in")
    middle = keras.Model(middle_in, layers.Dense(2, name="middle_dense")(inner(middle_in)), name="middle")
    outer_in = keras.Input((4,), name="outer_in")
    x = middle(outer_in)
    return keras.Model(outer_in, layers.Dense(1, name="outer_dense")(x), name="outer")


def sequential():
    return keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(3, activation="softmax")],
        name="small",
    )


def unbuilt_sequential():
    return keras.Sequential([layers.Dense(4, activation="relu"), layers.Dropout(0.25), layers.Dense(2)])


def dict_inputs():
    inputs = {"title": keras.Input((3,), name="title"), "body": keras.Input((4,), name="body")}
    x = layers.concatenate([layers.Dense(2)(inputs["title"]), layers.Dense(2)(inputs["body"])])
    return keras.Model(inputs, layers.Dense(1, name="score")(x))


def two_outputs(structure=list, size=3):
    """One input, two heads: a number and a distribution over three classes."""
    inputs = keras.Input((size,), name="x")
    h = layers.Dense(4, activation="tanh", name="body")(inputs)
    priority = layers.Dense(1, name="priority")(h)
    department = layers.Dense(3, activation="softmax", name="department")(h)
    outputs = {"prio": priority, "dept": department} if structure is dict else [priority, department]
    return keras.Model(inputs, outputs, name="tickets")


def residual():
    inputs = keras.Input((4,), name="x")
    h = layers.Dense(4, activation="relu", name="d1")(inputs)
    y = layers.Add(name="sum")([h, inputs])
    return keras.Model(inputs, layers.Dense(2, name="d2")(y), name="residual")


def distributed():
    """A model on each step of sequences of any length, and a Sequential on each step of a step."""
    step = keras.Input((3,), name="step")
    inner = keras.Model(step, layers.Dense(2, activation="tanh", kernel_regularizer="l2", name="code")(step), name="encoder")
    inputs = keras.Input((None, 3), name="x")
    h = layers.TimeDistributed(inner, name="each")(inputs)
    head = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="score")], name="head")
    return keras.Model(inputs, layers.TimeDistributed(head, name="scores")(h), name="distributed")


# Masks: Keras draws the operations that make them.


def masked_texts():
    """Shared layers, a mask that passes through, one that nobody takes, and a layer that casts its input."""
    title, body = keras.Input((None,), dtype="int32", name="title"), keras.Input((6,), name="body")
    embed, encode = layers.Embedding(9, 4, mask_zero=True), layers.LSTM(3)
    a, b = encode(layers.Dropout(0.1)(embed(title))), encode(embed(body))
    c = layers.GRU(2, dtype="float64")(embed(body))
    d = layers.Flatten()(embed(body))
    return keras.Model([title, body], layers.concatenate([a, b, c, d]), name="texts")


def masked_steps():
    x = keras.Input((5, 3), name="x")
    y = layers.Masking(-1.0)(x)
    y = layers.Bidirectional(layers.GRU(2, return_sequences=True), merge_mode=None)(y)[1]
    y = layers.TimeDistributed(layers.Dense(2))(y)
    return keras.Model(x, layers.RNN([layers.LSTMCell(2), layers.GRUCell(2)])(layers.Identity()(y)), name="steps")


def joined_masks():
    """Inputs with and without a mask are joined and added; the layer that joins once more is the third of its name."""
    a, b, c = (keras.Input((4,), name=n) for n in "abc")
    x, y, z = layers.Embedding(9, 4, mask_zero=True)(a), layers.Embedding(9, 4, mask_zero=True)(b), layers.Embedding(9, 4)(c)
    both = layers.SimpleRNN(2)(layers.Concatenate(axis=1)([x, z, layers.Masking()(y)]))
    most = layers.GlobalAveragePooling1D()(layers.Maximum()([x, y, x]))
    none = layers.LSTM(2)(layers.Add()([x, z]))
    return keras.Model([a, b, c], layers.Concatenate()([both, most, none]), name="joined")


def attended_masks():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    x, y = layers.Embedding(9, 4, mask_zero=True)(a), layers.Embedding(9, 4, mask_zero=True)(b)
    z = layers.Add()([layers.Attention()([x, y]), layers.MultiHeadAttention(2, 3)(x, y)])
    z = layers.BatchNormalization()(layers.LayerNormalization()(z))
    return keras.Model([a, b], layers.LSTM(2)(layers.AdditiveAttention()([z, x])), name="attended")


def nested_masks():
    """Masks go into a model, but are not drawn behind it; with initial states they are not an argument."""
    p, q = keras.Input((4, 3), name="p"), keras.Input((4, 3), name="q")
    inner = keras.Model([p, q], layers.Add(name="sum")([layers.GRU(3, return_sequences=True)(p), q]), name="inner")
    stack = keras.Sequential([keras.Input((4, 3)), layers.LSTM(3, return_sequences=True)], name="stack")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    x, y = layers.Embedding(9, 3, mask_zero=True)(a), layers.Embedding(9, 3)(b)
    z = layers.SimpleRNN(3)(inner([x, y]))
    w = layers.SimpleRNN(3, return_sequences=True)(stack(x), initial_state=[z])
    return keras.Model([a, b], layers.GRU(2)(layers.SimpleRNN(3, return_sequences=True)(x, initial_state=[z]) + w), name="nested")


MASKED = [
    ("masks of texts", masked_texts), ("a mask of steps", masked_steps), ("joined masks", joined_masks),
    ("attended masks", attended_masks), ("masks of a nested model", nested_masks),
]  # fmt: skip
