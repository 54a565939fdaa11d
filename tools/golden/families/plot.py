"""keras/plot/testdata/dot.json: what Keras hands to Graphviz."""

import re

import keras
from keras import layers

import golden
import models


def called_twice():
    x = keras.Input((4,), name="x")
    dense = layers.Dense(4, name="dense")
    return keras.Model(x, dense(layers.ReLU(name="relu")(dense(x))), name="loop")


def called_on_itself():
    x = keras.Input((4,), name="x")
    dense = layers.Dense(4, name="dense")
    return keras.Model(x, dense(dense(x)), name="twice")


def towers():
    """A nested model that is called twice, with branches inside."""
    inner_in = keras.Input((4,), name="inner_in")
    a, b = layers.Dense(3, name="a")(inner_in), layers.Dense(3, name="b")(inner_in)
    tower = keras.Model(inner_in, layers.Add(name="sum")([a, b]), name="tower")
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    return keras.Model([left, right], layers.Concatenate(name="both")([tower(left), tower(right)]), name="siamese")


def structures_inside():
    """Nested models with two inputs and two outputs, as lists and as dicts."""
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    halves = keras.Model([a, b], [layers.Dense(2, name="first")(a), layers.Dense(2, name="second")(b)], name="halves")
    p, q = keras.Input((2,), name="p"), keras.Input((2,), name="q")
    sums = {"more": layers.Add(name="more")([p, q]), "less": layers.Subtract(name="less")([p, q])}
    named = keras.Model({"p": p, "q": q}, {k: sums[k] for k in sorted(sums)}, name="named")
    x, y = keras.Input((2,), name="x"), keras.Input((3,), name="y")
    first, second = halves([x, y])
    out = named({"p": second, "q": first})
    return keras.Model([x, y], layers.Concatenate(name="cat")([out["less"], out["more"]]), name="outer")


def lists_of_one():
    a = keras.Input((2,), name="a")
    inner = keras.Model([a], [layers.Dense(2, name="dense")(a)], name="inner")
    x = keras.Input((2,), name="x")
    return keras.Model(x, inner([x]), name="outer")


def sequential_inside():
    x = keras.Input((8, 8, 1), name="img")
    return keras.Model(x, layers.Dense(2, name="head")(models.sequential()(x)), name="wrapper")


def sequential_on_batches_of_16():
    """The box of a Sequential shows what it was called on, that of a functional model what it was made of."""
    x = keras.Input(batch_shape=(16, 8, 8, 1), name="img")
    y = keras.Input((8, 8, 1), name="y")
    functional = keras.Model(y, layers.Flatten(name="flat")(y), name="functional")
    return keras.Model(x, [models.sequential()(x), functional(x)], name="wrapper")


def layer_in_two_models():
    shared = layers.Dense(3, name="shared")
    a, b, x = keras.Input((3,), name="a"), keras.Input((3,), name="b"), keras.Input((3,), name="x")
    left = keras.Model(a, layers.ReLU(name="r1")(shared(a)), name="left")
    right = keras.Model(b, layers.ReLU(name="r2")(shared(b)), name="right")
    return keras.Model(x, layers.Add(name="sum")([left(x), right(x)]), name="both")


def sequential_of_models():
    """What comes first, in the middle and last is a model: Sequential in front, functional behind."""
    front = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="f1"), layers.Dense(3, name="f2")], name="front")
    x = keras.Input((3,), name="x")
    middle = keras.Model(x, layers.Dense(2, name="m1")(x), name="middle")
    y = keras.Input((2,), name="y")
    last = keras.Model(y, layers.Dense(1, name="l1")(y), name="last")
    return keras.Sequential([front, layers.ReLU(name="relu"), middle, last], name="stack")


def ensemble():
    x = keras.Input((8,), name="x")
    members = []
    for i in range(3):
        a = keras.Input((8,), name=f"in{i}")
        members.append(keras.Model(a, layers.Dense(1, name=f"dense{i}")(a), name=f"member{i}"))
    return keras.Model(x, layers.Average(name="mean")([m(x) for m in members]), name="ensemble")


def partly_frozen():
    model = models.residual()
    model.get_layer("d1").trainable = False
    return model


def frozen_inside():
    model = towers()
    model.get_layer("tower").trainable = False
    return model


def spare_input():
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="unused")
    return keras.Model([a, b], layers.Dense(1, name="d")(a), name="spare")


def cut_in_the_middle():
    x = keras.Input((4,), name="x")
    h = layers.Dense(3, name="h1")(x)
    y = layers.Dense(2, name="h2")(h)
    keras.Model(x, y)
    return keras.Model(h, y, name="upper")


def names_to_quote():
    """Graphviz's words, figures, underscores, spaces, hyphens, other alphabets."""
    x = y = keras.Input((1,), name="x")
    for name in ["node", "Strict", "plain", "with_underscore", "7", "7up", "1.5", "two words", "a-b", "слой", "слой_1", "日本語"]:
        a = keras.Input((1,), name="in_" + name)
        y = keras.Model(a, layers.ReLU(name="relu_" + name)(a), name=name)(y)
    return keras.Model(x, y, name="quotes")


def types():
    image, label = keras.Input((4, 4, 1), dtype="uint8", name="image"), keras.Input((), dtype="float64", name="label")
    x = layers.Rescaling(1 / 255, name="scale")(image)
    x = layers.Dense(2, dtype="float64", name="wide")(layers.Flatten(name="flat")(x))
    return keras.Model([image, label], [x, label], name="types")


def fixed_batch():
    x = keras.Input(batch_shape=(16, 10, 5), name="x")
    return keras.Model(x, layers.Flatten(name="flat")(x), name="fixed")


def activations():
    x = keras.Input((4,), name="x")
    y = layers.Activation("gelu", name="act")(layers.Dense(4, activation="swish", name="d")(x))
    y = layers.Softmax(name="softmax")(layers.ReLU(name="relu")(y))
    return keras.Model(x, y, name="activations")


def operations():
    """Operations are boxes too, also in a model inside and at its ends."""
    x = keras.Input((4, 3), name="x")
    inner = keras.Model(x, keras.ops.relu(layers.Dense(3, name="d")(x + 1.0)), name="inner")
    y = keras.Input((4, 3), name="y")
    z = inner(y * 2.0)
    return keras.Model(y, keras.ops.concatenate([z[:, 0], keras.ops.mean(z, axis=1)], axis=-1), name="operations")


SHAPES = dict(show_shapes=True)
EXPANDED = dict(expand_nested=True)
ALL = dict(show_shapes=True, show_dtype=True, show_layer_names=True, expand_nested=True, show_layer_activations=True, show_trainable=True)

CASES = [
    ("defaults", models.residual, {}),
    ("show_shapes", models.residual, SHAPES),
    ("show_dtype", models.residual, dict(show_dtype=True)),
    ("show_layer_names", models.residual, dict(show_layer_names=True)),
    ("show_layer_activations", models.residual, dict(show_layer_activations=True)),
    ("show_trainable", partly_frozen, dict(show_trainable=True)),
    ("rankdir", models.residual, dict(rankdir="LR")),
    ("dpi", models.residual, dict(dpi=96)),
    ("splines", models.residual, dict(splines="curved")),
    ("everything", models.residual, ALL),
    ("toy ResNet", models.toy_resnet, SHAPES),
    ("Sequential", models.sequential, ALL),
    ("shared layer", models.shared_layer, ALL),
    ("layer called twice in a chain", called_twice, ALL),
    ("layer called on its own output", called_on_itself, ALL),
    ("two outputs", models.two_outputs, ALL),
    ("dict of inputs", models.dict_inputs, ALL),
    ("dict of outputs", lambda: models.two_outputs(dict), ALL),
    ("input that is not used", spare_input, ALL),
    ("from a tensor in the middle", cut_in_the_middle, ALL),
    ("types", types, ALL),
    ("fixed batch size", fixed_batch, ALL),
    ("activations", activations, ALL),
    ("operations, one box inside", operations, {**ALL, "expand_nested": False}),
    ("operations, expanded", operations, EXPANDED),
    ("nested, one box", models.nested, {**ALL, "expand_nested": False}),
    ("nested twice, expanded", models.nested, ALL),
    ("nested and called twice, one box", towers, SHAPES),
    ("nested and called twice, expanded", towers, EXPANDED),
    ("nested and frozen, one box", frozen_inside, dict(show_trainable=True)),
    ("nested and frozen, expanded", frozen_inside, dict(show_trainable=True, **EXPANDED)),
    ("nested with structures, one box", structures_inside, dict(show_shapes=True, show_dtype=True)),
    ("nested with structures, expanded", structures_inside, EXPANDED),
    ("nested with lists of one", lists_of_one, dict(show_shapes=True, show_dtype=True)),
    ("ensemble, expanded", ensemble, EXPANDED),
    ("Sequential inside, one box", sequential_inside, SHAPES),
    ("Sequential inside, expanded", sequential_inside, dict(show_shapes=True, **EXPANDED)),
    ("Sequential inside, fixed batch size", sequential_on_batches_of_16, SHAPES),
    ("layer in two models, expanded", layer_in_two_models, EXPANDED),
    ("Sequential of models, one box each", sequential_of_models, SHAPES),
    ("Sequential of models, expanded", sequential_of_models, EXPANDED),
    ("names to quote", names_to_quote, EXPANDED),
    ("masks", models.nested_masks, {**ALL, "expand_nested": False}),
]  # fmt: skip


def dot(model, show_layer_names=False, **args):
    """The text, with boxes numbered in the order in which they appear: Keras's numbers are addresses."""
    text = keras.utils.model_to_dot(model, show_layer_names=show_layer_names, **args).to_string()
    numbers = {}
    return re.sub(r"\b\d{12,}\b", lambda m: numbers.setdefault(m[0], f"n{len(numbers)}"), text)


def record(name, make, args):
    golden.fresh()
    return {"name": name, "args": args, "dot": dot(make(), **args)}


def generate():
    golden.write("keras/plot/testdata/dot.json", cases=[record(*c) for c in CASES])
