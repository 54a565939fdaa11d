"""testdata/guide.json: the programs of Keras's guides, from the first line to the fourth step of training. Dropout drops nothing."""

import math
from unittest import mock

import keras
import numpy as np
from keras import layers, losses, optimizers

import golden
import models
from classes import MLP, CustomDense, CustomRNN, MyCustomModel
from golden import cosine, tensor

# --- models ------------------------------------------------------------------


def classifier(image):
    """The layers of MnistModel on an image of another kind."""
    for layer in models.MnistModel().layers[1:]:
        image = layer.from_config(layer.get_config())(image)
    return image


def int8_model():
    image = keras.Input((None, None, 1), dtype="int8", name="signed")
    return keras.Model(image, classifier(image), name="int8_model")


def mnist_dict_model():
    image = keras.Input((None, None, 1), dtype="uint8", name="image")
    return keras.Model({"image": image}, classifier(image), name="mnist_dict_model")


def binary_head():
    model = models.MnistModel()
    y = model.get_layer("classification_head").input
    output = layers.Dense(1, activation="sigmoid", name="binary_classification_head")(y)
    return keras.Model(model.input, output), model


def encode(inputs):
    """The guide's encoder."""
    x = layers.Conv2D(16, 3, activation="relu")(inputs)
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = layers.MaxPooling2D(3)(x)
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = layers.Conv2D(16, 3, activation="relu")(x)
    return layers.GlobalMaxPooling2D()(x)


def decode(x):
    x = layers.Reshape((4, 4, 1))(x)
    x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
    x = layers.Conv2DTranspose(32, 3, activation="relu")(x)
    x = layers.UpSampling2D(3)(x)
    x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
    return layers.Conv2DTranspose(1, 3, activation="relu")(x)


def encoder():
    image = keras.Input((28, 28, 1), name="img")
    return keras.Model(image, encode(image), name="encoder")


def autoencoder():
    image = keras.Input((28, 28, 1), name="img")
    return keras.Model(image, decode(encode(image)), name="autoencoder")


def nested_autoencoder():
    """Two models, chained in two calls."""
    original, code = keras.Input((28, 28, 1), name="original_img"), keras.Input((16,), name="encoded_img")
    inner, decoder = keras.Model(original, encode(original), name="encoder"), keras.Model(code, decode(code), name="decoder")
    image = keras.Input((28, 28, 1), name="img")
    return keras.Model(image, decoder(inner(image)), name="autoencoder")


def ensemble():
    def member():
        inputs = keras.Input((128,))
        return keras.Model(inputs, layers.Dense(1)(inputs))

    members = [member() for _ in range(3)]
    inputs = keras.Input((128,))
    return keras.Model(inputs, layers.average([m(inputs) for m in members]))


def tickets(structure):
    """Three inputs, two outputs."""
    title, body, tags = keras.Input((None,), name="title"), keras.Input((None,), name="body"), keras.Input((12,), name="tags")
    embedded = layers.Embedding(10000, 64)(title), layers.Embedding(10000, 64)(body)
    x = layers.concatenate([layers.LSTM(128)(embedded[0]), layers.LSTM(32)(embedded[1]), tags])
    priority = layers.Dense(1, name="priority")(x)
    department = layers.Dense(4, name="department")(x)
    outputs = {"priority": priority, "department": department} if structure is dict else [priority, department]
    return keras.Model([title, body, tags], outputs)


def custom_dense():
    inputs = keras.Input((4,))
    return keras.Model(inputs, CustomDense(10)(inputs))


def custom_rnn():
    inputs = keras.Input(batch_shape=(16, 10, 5))  # other sizes are accepted
    return keras.Model(inputs, CustomRNN()(layers.Conv1D(32, 3)(inputs)))


def pooled_rnn():
    states = keras.Input((None, 32))
    classifier = keras.Model(states, layers.Dense(1)(layers.GlobalAveragePooling1D()(states)))
    inputs = keras.Input(batch_shape=(16, 10, 5))  # other sizes are accepted
    return keras.Model(inputs, CustomRNN(classifier=classifier)(inputs))


def called(model, *shape):
    """A subclassed model with weights."""
    model(np.zeros((1, *shape), "float32"))
    return model


def shared_embedding():
    """One layer on two inputs, and what can be made of it."""
    shared = layers.Embedding(1000, 128)
    texts = [keras.Input((None,), dtype="int32") for _ in range(2)]
    encoded = keras.Model(texts, [shared(text) for text in texts])
    a, b = [layers.GlobalAveragePooling1D()(e) for e in encoded.outputs]
    return keras.Model(texts, layers.Dense(1, name="similarity")(layers.multiply([a, b])))


def model_called_twice():
    """One model on two inputs."""
    inputs = keras.Input((6,))
    x = layers.Dense(5, activation="relu")(inputs)
    inner = keras.Model(inputs, layers.Dense(3, activation="tanh")(x), name="tower")
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    return keras.Model([left, right], layers.Dense(1, name="distance")(layers.subtract([inner(left), inner(right)])))


def sequential():
    return keras.Sequential([  # fmt: skip
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def image_and_text():
    image, text = keras.Input((28, 28, 1), name="image_input"), keras.Input((100,), name="text_input")
    x = layers.Conv2D(32, (3, 3), activation="relu")(image)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Conv2D(64, (3, 3), activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D((2, 2))(x))
    merged = layers.concatenate([x, layers.Dense(128, activation="relu")(text)])
    return keras.Model([image, text], layers.Dense(10, activation="softmax")(merged))


# --- data --------------------------------------------------------------------

RULES = {
    "weights": "element i of variable k is float32(sin(i + shift*k)*0.1), flat C order",
    "cos": "element i is float32(cos(i)*0.5)",
    "sin": "element i is float32(sin(i)*0.5)",
    "chirp": "element i is float32(cos(i*i)*0.5)",
    "tiles": "of images: each has a tile, a square with a side of so many pixels, side by side from the upper left; element i of the tiles of all images is float32(cos(k*k)*0.5), k = start + i",
    "u8": "element i is uint8(7*i mod 256)",
    "labels": "element i is int32(7*i mod classes)",
    "zeros": "uint8: 1 where the label is 0, else 0",
    "one_hot": "row i is the label's unit vector, float32",
}
N = 32  # samples
BATCH, STEPS = 8, 4  # of training


def rule(name, *shape, **more):
    """Numbers by a rule, as the fixture names them."""
    return {"rule": name, "shape": [N, *shape], **more}


def made(data):
    """The arrays of a structure of rules."""
    if isinstance(data, list):
        return [made(d) for d in data]
    if "rule" not in data:
        return {k: made(d) for k, d in data.items()}
    name, shape = data["rule"], data["shape"]
    i = np.arange(math.prod(shape))
    if name == "cos":
        return cosine(shape)
    if name == "sin":
        return (np.sin(i) * 0.5).astype("float32").reshape(shape)
    if name == "chirp":
        return (np.cos(i * i) * 0.5).astype("float32").reshape(shape)
    if name == "tiles":
        n, height, width, channels = shape
        side, k = data["tile"], data["start"] + np.arange(n * data["tile"] ** 2 * channels)
        tiles = (np.cos(k * k) * 0.5).astype("float32").reshape(n, side, side, channels)
        return np.tile(tiles, (1, -(-height // side), -(-width // side), 1))[:, :height, :width]
    if name == "u8":
        return (7 * i % 256).astype("uint8").reshape(shape)
    labels = (7 * i % data["classes"]).astype("int32").reshape(shape)
    if name == "zeros":
        return (labels == 0).astype("uint8")
    return np.eye(data["classes"], dtype="float32")[labels] if name == "one_hot" else labels


def rows(data, start, stop):
    return keras.tree.map_structure(lambda a: a[start:stop], data)


# --- programs ----------------------------------------------------------------


def sketch(values):
    """What tells a large array from another."""
    values = np.asarray(values)
    wide = values.astype("float64")
    return {"shape": list(values.shape), "sum": np.float32(wide.sum()), "abs_sum": np.float32(np.abs(wide).sum()), "first": list(values.ravel()[:4])}


def logs32(logs):
    return {k: np.float32(v) for k, v in logs.items()}


def structure(outputs):
    if isinstance(outputs, dict):
        return {k: tensor(v) for k, v in outputs.items()}
    return [tensor(v) for v in outputs] if isinstance(outputs, list) else tensor(outputs)


def features(model, x):
    """Every layer's output, by a model from the inputs to all of them. Those of a model inside belong to another graph; a subclassed model has none."""
    if isinstance(model, (MLP, MyCustomModel)):
        return []
    chosen = [layer for layer in model.layers if not isinstance(layer, keras.Model)]
    extractor = keras.Model(model.inputs, [layer.output for layer in chosen])
    outputs = extractor.predict(list(x.values()) if isinstance(x, dict) else x, verbose=0)
    if len(chosen) == 1:  # comes without its list
        outputs = [outputs]
    return [{"layer": layer.name, **sketch(o)} for layer, o in zip(chosen, outputs)]


def set_weights(model, shift):
    model.set_weights([(np.sin(np.arange(math.prod(w.shape)) + shift * k) * 0.1).astype("float32").reshape(w.shape) for k, w in enumerate(model.weights)])


def windows(z, height, width):
    """The numbers of each window of max pooling, along the last axis."""
    n, rows, columns, channels = z.shape
    rows, columns = rows // height, columns // width
    z = z[:, : rows * height, : columns * width].reshape(n, rows, height, columns, width, channels)
    return z.transpose(0, 1, 3, 5, 2, 4).reshape(-1, height * width)


def distance(model, x):
    """How far the gradient of a model is from another way: the least difference between the two largest numbers in a window of max pooling, and
    between a number and relu's kink, in parts of the largest number of the layer. Every max pooling stands behind a relu."""
    seen = []  # what each relu is given; along a last axis, the numbers of which max pooling takes one

    def relu(z):
        seen.append(np.asarray(z)[..., None])
        return keras.activations.relu(z)

    def pooling(layer, size):
        call = layer.call

        def pool(self, x):
            seen[-1] = windows(seen[-1][..., 0], *size(self, x))
            return call(self, x)

        return mock.patch.object(layer, "call", pool)

    rectified = [layer for layer in model._flatten_layers() if getattr(layer, "activation", None) is keras.activations.relu]
    for layer in rectified:
        layer.activation = relu
    with pooling(layers.MaxPooling2D, lambda layer, x: layer.pool_size), pooling(layers.GlobalMaxPooling2D, lambda layer, x: x.shape[1:3]):
        model(x)
    for layer in rectified:
        layer.activation = keras.activations.relu

    least = []
    for z in seen:
        scale = np.abs(z).max()
        first, *others = np.moveaxis(np.sort(z), -1, 0)[::-1]
        least.append(np.abs(first).min() / scale)
        if others:  # where all are negative, none has a gradient
            least.append((first - others[0])[first > 0].min(initial=scale) / scale)
    return min(least)


def program(name, make, x, y, compiled, shift=0, evaluate_batch=12, batch=BATCH, steps=STEPS, apart=0):
    """Makes a model and does with it what the guides do. make may give a second model, from which the first was cut. apart is the least distance()
    in training: what is closer is decided by rounding, and on another computer by another one."""
    golden.fresh()
    made_models = make()
    model, *originals = made_models if isinstance(made_models, tuple) else [made_models]
    for m in (*originals, model):
        set_weights(m, shift)
        for layer in m.layers:
            if isinstance(layer, layers.Dropout):
                layer.rate = 0.0
    model.compile(**compiled, jit_compile=False)
    xs, ys = made(x), made(y)
    two = rows(xs, 0, 2)

    def step(i):
        batch_x, batch_y = [rows(a, i * batch, (i + 1) * batch) for a in (xs, ys)]
        assert not apart or distance(model, batch_x) > apart, f"{name}, step {i}: {distance(model, batch_x)}"
        return logs32(model.train_on_batch(batch_x, batch_y, return_dict=True))

    return {
        "name": name,
        "model": model.name,
        "layers": [layer.name for layer in model.layers],
        "params": model.count_params(),
        "shift": shift,
        "x": x,
        "y": y,
        "outputs": structure(model.predict(two, verbose=0)),
        "features": features(model, two),
        "evaluate_batch": evaluate_batch,
        "evaluate": [np.float32(v) for v in model.evaluate(xs, ys, batch_size=evaluate_batch, verbose=0)],
        "scores": logs32(model.evaluate(xs, ys, batch_size=evaluate_batch, verbose=0, return_dict=True)),
        "batch": batch,
        "steps": [step(i) for i in range(steps)],
        "trained": [{"path": w.path, **sketch(w)} for w in model.weights],
        "outputs_trained": structure(model.predict(two, verbose=0)),
        "originals_trained": [structure(m.predict(two, verbose=0)) for m in originals],
    }


def programs():
    images, digits = rule("u8", 28, 28, 1), rule("labels", classes=10)
    packaging = dict(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
    yield program("MnistModel", models.MnistModel, images, digits, packaging)
    yield program("MnistModel of int8", int8_model, images, digits, packaging)
    yield program("surgery", binary_head, images, rule("zeros", classes=10), dict(optimizer="adam", loss="binary_crossentropy", metrics=["binary_accuracy"]))
    yield program("MnistDictModel", mnist_dict_model, {"image": images}, digits, packaging)

    logits = losses.SparseCategoricalCrossentropy(from_logits=True)
    regression = lambda optimizer: dict(optimizer=optimizer, loss="mse", metrics=["mae"])
    pair = [rule("cos", 6), rule("sin", 6)]
    words = lambda length, classes=10000: rule("labels", length, classes=classes)
    texts = {"title": words(12), "body": words(20, 997), "tags": rule("cos", 12)}  # in bodies, words come more than once
    priority, department = rule("zeros", 1, classes=3), rule("one_hot", classes=4)
    binary, categorical = losses.BinaryCrossentropy(from_logits=True), losses.CategoricalCrossentropy(from_logits=True)
    small = lambda: optimizers.RMSprop(1e-3)
    yield program("MLP", models.mlp, rule("cos", 784), digits, dict(optimizer=optimizers.RMSprop(), loss=logits, metrics=["accuracy"]))
    # Among the maxima and kinks of convolutional programs there is now and then one that rounding decides, and in four steps of Adam or RMSprop
    # that becomes a difference to be seen. Repeated tiles and small batches have few different maxima; of some hundreds of starts these keep them
    # farthest apart, a hundred times farther than what TensorFlow and JAX differ by, in the many layers of the autoencoders thirty times.
    yield program("encoder", encoder, rule("tiles", 28, 28, 1, tile=5, start=74), rule("cos", 16), regression("adam"), batch=1, steps=2, apart=1e-4)
    for name, make in ("autoencoder", autoencoder), ("autoencoder, nested", nested_autoencoder):
        image = rule("tiles", 28, 28, 1, tile=5, start=851)
        yield program(name, make, image, image, regression("adam"), shift=1, batch=1, steps=2, apart=3e-5)
    yield program("ensemble", ensemble, rule("cos", 128), rule("cos", 1), regression("adam"), shift=1)
    # TensorFlow means an output's own loss over batches, not samples: batches of one size.
    yield program("tickets, lists", lambda: tickets(list), texts, [priority, department],
                  dict(optimizer=small(), loss=[binary, categorical], loss_weights=[1.0, 0.2]), evaluate_batch=16)
    # evaluate lists scores in the order of the losses: that of a Go map is alphabetical.
    yield program("tickets, dicts", lambda: tickets(dict), texts, {"priority": priority, "department": department},
                  dict(optimizer="adam", loss={"department": categorical, "priority": binary}, loss_weights={"priority": 1.0, "department": 0.2}), evaluate_batch=16)
    yield program("toy ResNet", models.toy_resnet, rule("tiles", 32, 32, 3, tile=6, start=236), rule("one_hot", classes=10),
                  dict(optimizer=small(), loss=categorical, metrics=["acc"]), shift=1, batch=1, steps=2, apart=1e-4)
    yield program("shared embedding", shared_embedding, [words(3, 1000), words(5, 31)], rule("cos", 1), regression(optimizers.SGD(0.5)))
    yield program("custom RNN", custom_rnn, rule("chirp", 10, 5), rule("cos", 8, 1), regression("adam"), evaluate_batch=BATCH)
    yield program("custom RNN, pooled", pooled_rnn, rule("chirp", 10, 5), rule("cos", 1), regression("adam"), evaluate_batch=BATCH)
    yield program("custom layer", custom_dense, rule("cos", 4), digits, dict(optimizer="adam", loss=logits, metrics=["accuracy"]))

    classes = dict(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    tiles, clear = rule("tiles", 28, 28, 1, tile=8, start=661), dict(batch=2, apart=1e-4)
    yield program("Sequential", sequential, tiles, digits, classes, **clear)
    yield program("subclassed MLP", lambda: called(MLP(), 32), rule("cos", 32), digits, dict(optimizer="adam", loss=logits, metrics=["accuracy"]))
    yield program("subclassed model", lambda: called(MyCustomModel(), 28, 28, 1), tiles, digits, classes, **clear)
    yield program("image and text", image_and_text, [tiles, rule("sin", 100)], digits, classes, **clear)
    yield program("a model called twice", model_called_twice, pair, rule("cos", 1), regression(optimizers.SGD(0.5)), shift=1)


def generate():
    golden.write("testdata/guide.json", {"rules": RULES}, programs=list(programs()))
