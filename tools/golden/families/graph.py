"""keras/models/testdata/graph.json: names, order of layers, paths of weights, what is said of a bad graph."""

import warnings

import keras
import numpy as np
from keras import layers

import golden
import models
from golden import config


def shape_of(x):
    if isinstance(x, dict):
        return {k: shape_of(v) for k, v in x.items()}
    if isinstance(x, list):
        return [shape_of(v) for v in x]
    return None if x is None else list(x.shape)


# --- models: what is written down of each ------------------------------------


def diamond():
    x = keras.Input((4,), name="x")
    a, b = layers.Dense(4, name="a")(x), layers.Dense(4, name="b")(x)
    return keras.Model(x, layers.Add(name="sum")([b, a]), name="diamond")


def uneven_branches():
    """The short branch is drawn first but stands late: depth counts from the output."""
    x = keras.Input((4,), name="x")
    short = layers.Dense(4, name="short")(x)
    y = layers.Dense(4, name="long1")(x)
    y = layers.Dense(4, name="long2")(y)
    y = layers.Dense(4, name="long3")(y)
    return keras.Model(x, layers.Add(name="sum")([short, y]), name="uneven")


def inputs_late():
    a, b, c = (keras.Input((2,), name=n) for n in "abc")
    y = layers.Dense(2, name="d1")(a)
    y = layers.Concatenate(name="cat1")([y, b])
    y = layers.Dense(2, name="d2")(y)
    return keras.Model([c, b, a], layers.Concatenate(name="cat2")([y, c]), name="late")


def inputs_unused():
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="unused")
    return keras.Model([a, b], layers.Dense(1, name="d")(a), name="spare")


def outputs_at_depths():
    x = keras.Input((2,), name="x")
    h1 = layers.Dense(2, name="h1")(x)
    h2 = layers.Dense(2, name="h2")(h1)
    h3 = layers.Dense(2, name="h3")(h2)
    return keras.Model(x, [h3, h1, h2], name="depths")


def an_input_as_output():
    x = keras.Input((2,), name="x")
    return keras.Model(x, [x, layers.Dense(1, name="d")(x)], name="passes")


def one_output_twice():
    x = keras.Input((2,), name="x")
    y = layers.Dense(1, name="d")(x)
    return keras.Model(x, [y, y], name="twice")


def dict_both():
    ins = {"b": keras.Input((2,), name="b"), "a": keras.Input((3,), name="a")}
    y = layers.Concatenate(name="cat")([ins["b"], ins["a"]])
    return keras.Model(ins, {"z": layers.Dense(1, name="first")(y), "y": layers.Dense(2, name="second")(y)}, name="dicts")


def surgery():
    model = models.MnistModel()
    return keras.Model(model.input, layers.Dense(1, activation="sigmoid", name="binary")(model.get_layer("classification_head").input))


def inside_out():
    """A model between tensors in the middle of another one."""
    x = keras.Input((4,))
    h = layers.Dense(3, name="h1")(x)
    y = layers.Dense(2, name="h2")(h)
    keras.Model(x, y)
    return keras.Model(h, y)


def shared_deep():
    """A layer at two depths counts at the greater one."""
    x = keras.Input((3,), name="x")
    shared = layers.Dense(3, name="shared")
    other = layers.Dense(3, name="other")
    return keras.Model(x, layers.Add(name="sum")([shared(other(shared(x))), other(x)]), name="deep")


def automatic_names():
    x = keras.Input((8, 8, 1))
    y = layers.Conv2D(2, 3)(x)
    y = layers.Conv2D(2, 3, name="conv2d_1")(y)  # a name of one's own does not count
    y = layers.MaxPooling2D()(y)
    y = layers.AveragePooling2D(1)(y)
    y = layers.ReLU()(y)
    y = layers.GlobalAveragePooling2D(keepdims=True)(y)
    y = layers.GlobalMaxPooling2D()(y)
    y = layers.Softmax()(y)
    y = layers.Dense(2)(layers.Dropout(0.1)(y))
    y = layers.add([y, layers.Activation("tanh")(y)])
    return keras.Model(x, layers.Dense(1)(layers.Rescaling(2.0)(layers.Reshape((2,))(layers.Flatten()(y)))))


def operators():
    x = keras.Input((3,), name="x")
    y = layers.add([x, x])
    return keras.Model(x, -(y + x) * 2.0 - x / 4.0, name="operators")


MODELS = [
    ("diamond", diamond), ("uneven branches", uneven_branches), ("inputs used late", inputs_late), ("an input that is not used", inputs_unused),
    ("outputs at three depths", outputs_at_depths), ("an input as output", an_input_as_output), ("one output twice", one_output_twice),
    ("dicts both ways", dict_both), ("surgery", surgery), ("from a tensor in the middle", inside_out), ("shared at two depths", shared_deep),
    ("automatic names", automatic_names), ("operators", operators), ("nested", models.nested), ("shared layer", models.shared_layer),
    ("toy ResNet", models.toy_resnet), ("Sequential", models.sequential), ("two outputs", models.two_outputs),
    ("dict of outputs", lambda: models.two_outputs(dict)), ("dict of inputs", models.dict_inputs), ("MnistModel", models.MnistModel), *models.MASKED,
]  # fmt: skip


def record(name, make):
    golden.fresh()
    model = make()
    return {
        "name": name,
        "model_name": model.name,
        "class": type(model).__name__,
        "layers": [{"name": l.name, "class": type(l).__name__} for l in model.layers],
        "operations": [o.name for o in model.operations] if hasattr(model, "operations") else None,
        "inputs": [{"name": t.name, "shape": list(t.shape), "dtype": t.dtype} for t in model.inputs],
        "outputs": [{"name": t.name, "shape": list(t.shape), "dtype": t.dtype, "layer": t._keras_history.operation.name} for t in model.outputs],
        "output_names": getattr(model, "output_names", None),  # a Sequential has none
        "input_structure": shape_of(getattr(model, "input", None)),  # a Sequential that was not called has none
        "output_structure": shape_of(getattr(model, "output", None)),
        "input_shape": getattr(model, "input_shape", None),
        "output_shape": getattr(model, "output_shape", None),
        "weights": [{"path": w.path, "name": w.name, "shape": list(w.shape), "trainable": w.trainable} for w in model.weights],
        "count_params": model.count_params(),
    }


# --- names -------------------------------------------------------------------


def name_cases():
    from keras.src.utils.naming import to_snake_case

    for word in ["Dense", "Conv2D", "Conv2DTranspose", "ReLU", "PReLU", "LeakyReLU", "ELU", "GRU", "LSTM", "SimpleRNN", "MaxPooling1D", "MaxPooling2D",
                 "GlobalAveragePooling2D", "BatchNormalization", "UpSampling2D", "RMSNormalization", "Functional", "RMSprop", "AdamW", "MeanIoU",
                 "F1Score", "KLDivergence", "ConvLSTM2D", "InputLayer", "MnistModel", "MnistDictModel", "MyNet2", "HTTPServer", "A", "AB", "Abc_Def",
                 "my layer", "Layer-1", "SparseCategoricalCrossentropy", "TopKCategoricalAccuracy", "SGD", "Conv1D", "already_snake", "X1Y2"]:  # fmt: skip
        yield {"class": word, "snake_case": to_snake_case(word)}


def stories_of_names():
    """Automatic names of a program's objects, in order."""
    golden.fresh()
    seen = []
    note = lambda x: seen.append([type(x).__name__, x.name]) or x
    x = note(keras.Input((3,)))
    note(keras.Input((3,), name="mine"))
    note(layers.Dense(1))
    note(layers.Dense(1, name="dense_1"))
    note(layers.Dense(1))
    note(layers.Add())
    y = note(x + 1.0)
    note(y * y)
    seq = note(keras.Sequential([keras.Input((3,)), layers.Dense(2)]))
    note(keras.Model(x, y))
    late = note(keras.Sequential([layers.Dense(2)]))
    late.build((None, 3))
    note(keras.Model(x, y))
    note(models.MnistModel())
    note(models.MnistModel())
    for o in (keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.RMSprop, keras.optimizers.AdamW, keras.optimizers.SGD):
        note(o())
    note(keras.Input((3,)))
    note(seq.layers[0])
    note(late.layers[0])
    keras.utils.clear_session()
    note(keras.Input((3,)))
    note(layers.Dense(1))
    return seen


# --- errors ------------------------------------------------------------------


def inp(*shape, **args):
    return keras.Input(shape, **args)


def duplicate_names():
    x = inp(2)
    return keras.Model(x, layers.Dense(1, name="d")(layers.Dense(1, name="d")(x)))


def unreachable():
    x, z = inp(2), inp(2)
    return keras.Model(x, layers.Dense(1)(z))


def missing_input():
    x, z = inp(2, name="x"), inp(2, name="z")
    return keras.Model(x, layers.Add(name="sum")([x, z]))


def reused_with_other_axis():
    d = layers.Dense(3, name="d")
    d(inp(4))
    d(inp(5))


def built_twice():
    model = keras.Sequential([layers.Dense(1)])
    model.build((None, 3))
    model.build((16, 3))


def residual():
    return models.residual()


ERRORS = [
    ("no shape", lambda: keras.Input()),
    ("shape and batch_shape", lambda: keras.Input((3,), batch_shape=(2, 3))),
    ("batch_size and batch_shape", lambda: keras.Input(batch_size=2, batch_shape=(2, 3))),
    ("shape that is a number", lambda: keras.Input(784)),
    ("negative shape", lambda: keras.Input((-2,))),
    ("two layers of one name", duplicate_names),
    ("output that no input reaches", unreachable),
    ("an input is missing", missing_input),
    ("inputs that are arrays", lambda: keras.Model(np.zeros((2, 2), "float32"), inp(2))),
    ("outputs that are arrays", lambda: keras.Model(inp(2), np.zeros((2, 2), "float32"))),
    ("Dense on rank 1", lambda: layers.Dense(1, name="d")(keras.Input(batch_shape=(3,)))),
    ("Dense on an unknown last axis", lambda: layers.Dense(4)(layers.Flatten()(inp(None, None, 1)))),
    ("Dense called with another last axis", reused_with_other_axis),
    ("Dense with units -1", lambda: layers.Dense(-1)),
    ("Dense with units 0", lambda: layers.Dense(0)),
    ("unknown argument", lambda: layers.Dense(4, unit=3)),
    ("unknown activation", lambda: layers.Dense(4, activation="rlu")),
    ("unknown initializer", lambda: layers.Dense(4, kernel_initializer="glorot")),
    ("unknown regularizer", lambda: layers.Dense(4, kernel_regularizer="l3")),
    ("unknown constraint", lambda: layers.Dense(4, kernel_constraint="nonneg")),
    ("a name with a slash", lambda: layers.Dense(4, name="a/b")),
    ("trainable 1", lambda: layers.Dense(4, trainable=1)),
    ("Dropout of 1.4", lambda: layers.Dropout(1.4)),
    ("Dropout of -0.1", lambda: layers.Dropout(-0.1)),
    ("Conv2D on rank 2", lambda: layers.Conv2D(16, 3)(inp(784, name="x"))),
    ("Conv2D, kernel larger than input", lambda: layers.Conv2D(16, 3)(inp(2, 2, 1))),
    ("Conv2D, dilated kernel larger than input", lambda: layers.Conv2D(3, 3, dilation_rate=3)(inp(5, 6, 1))),
    ("Conv2D, kernel_size 0", lambda: layers.Conv2D(2, 0)),
    ("Conv2D, kernel_size of three", lambda: layers.Conv2D(2, (1, 2, 3))),
    ("Conv2D, strides 0", lambda: layers.Conv2D(2, 1, strides=0)),
    ("Conv2D, unknown padding", lambda: layers.Conv2D(2, 3, padding="foo")),
    ("Conv2D, causal padding", lambda: layers.Conv2D(2, 3, padding="causal")),
    ("Conv2D, unknown data_format", lambda: layers.Conv2D(2, 3, data_format="foo")),
    ("Conv2D, groups that do not divide filters", lambda: layers.Conv2D(4, 3, groups=3)),
    ("Conv2D, groups that do not divide channels", lambda: layers.Conv2D(4, 3, groups=2)(inp(8, 8, 3))),
    ("Conv2D, groups 0", lambda: layers.Conv2D(4, 3, groups=0)),
    ("Conv2D, strides and dilation", lambda: layers.Conv2D(2, 3, strides=2, dilation_rate=2)),
    ("Conv2D, filters 0", lambda: layers.Conv2D(0, 3)),
    ("Conv2D, unknown channels", lambda: layers.Conv2D(2, 3)(inp(8, 8, None))),
    ("MaxPooling2D larger than input", lambda: layers.MaxPooling2D(9)(inp(5, 5, 1))),
    ("MaxPooling2D on rank 3", lambda: layers.MaxPooling2D(2)(inp(5, 5))),
    ("AveragePooling2D, unknown padding", lambda: layers.AveragePooling2D(2, padding="foo")(inp(5, 5, 1))),
    ("AveragePooling2D, pool_size 0", lambda: layers.AveragePooling2D(0)),
    ("GlobalAveragePooling2D on rank 3", lambda: layers.GlobalAveragePooling2D()(inp(5, 5))),
    ("Reshape of another size", lambda: layers.Reshape((7,))(inp(5))),
    ("Reshape that does not divide", lambda: layers.Reshape((-1, 4))(inp(6))),
    ("Reshape with two unknown axes", lambda: layers.Reshape((-1, -1))(inp(6))),
    ("Add of two shapes", lambda: layers.Add()([inp(5), inp(4)])),
    ("Add of two shapes, rank 4", lambda: layers.add([inp(9, 9, 64), inp(7, 7, 64)])),
    ("Add of a tensor", lambda: layers.Add()(inp(5))),
    ("Average of a tensor", lambda: layers.Average()(inp(5))),
    ("Add of nothing", lambda: layers.Add()([])),
    ("Subtract of three", lambda: layers.Subtract()([inp(5), inp(5), inp(5)])),
    ("Subtract of one", lambda: layers.Subtract()([inp(5)])),
    ("Add of two batch sizes", lambda: layers.Add()([inp(5, batch_size=2), inp(5, batch_size=3)])),
    ("Concatenate of two shapes", lambda: layers.Concatenate()([inp(5, 5), inp(4, 5)])),
    ("Concatenate of two ranks", lambda: layers.concatenate([inp(28, 28, 1), inp(100)])),
    ("Concatenate of a tensor", lambda: layers.Concatenate()(inp(5))),
    ("Concatenate on an axis that is not there", lambda: layers.Concatenate(axis=3)([inp(5), inp(5)])),
    ("ReLU, negative max_value", lambda: layers.ReLU(max_value=-1.0)),
    ("ReLU, negative slope", lambda: layers.ReLU(negative_slope=-0.5)),
    ("ReLU, negative threshold", lambda: layers.ReLU(threshold=-1.0)),
    ("a layer called on a number", lambda: layers.Dense(2)(3)),
    ("a layer called on a string", lambda: layers.Dense(2)("x")),
    ("two inputs for a layer of one", lambda: layers.Dense(2, name="d")([inp(2), inp(3)])),
    ("model of another shape", lambda: residual()(inp(5))),
    ("model of another rank", lambda: residual()(inp(5, 4))),
    ("model of two inputs on one", lambda: models.shared_layer()(inp(4))),
    ("model of dict inputs lacks a key", lambda: models.dict_inputs()({"title": inp(3)})),
    ("get_layer, unknown name", lambda: residual().get_layer("nope")),
    ("get_layer, index too large", lambda: residual().get_layer(index=9)),
    ("get_layer of nothing", lambda: residual().get_layer()),
    ("get_layer by name and index", lambda: residual().get_layer("d1", index=1)),
    ("output of a layer never called", lambda: layers.Dense(1).output),
    ("input of a layer never called", lambda: layers.Dense(1).input),
    ("count_params before build", lambda: layers.Dense(1).count_params()),
    ("set_weights, wrong number", lambda: residual().set_weights([np.zeros((4, 4))])),
    ("set_weights, wrong shape", lambda: residual().set_weights([np.zeros((3, 4)), np.zeros(4), np.zeros((4, 2)), np.zeros(2)])),
    ("Sequential of no layers", lambda: keras.Sequential().build((None, 3))),
    ("Sequential, two layers of one name", lambda: keras.Sequential([layers.Dense(1, name="d"), layers.Dense(1, name="d")])),
    ("Sequential, something else", lambda: keras.Sequential([3])),
    ("Sequential, a second Input", lambda: keras.Sequential([inp(4), layers.Dense(2), inp(2)])),
    ("Sequential, inputs before build", lambda: keras.Sequential([layers.Dense(1)]).inputs),
    ("Sequential, output of nothing", lambda: keras.Sequential([layers.Dense(1)]).output),
    ("Sequential, outputs before build", lambda: keras.Sequential([layers.Dense(1)]).outputs),
    ("Sequential, built for two shapes", built_twice),
    ("Sequential, a layer that does not fit", lambda: keras.Sequential([inp(4), layers.Conv2D(2, 3)])),
    ("a tensor as a bool", lambda: bool(inp(3))),
    ("iteration over a tensor", lambda: list(inp(3))),
]  # fmt: skip


def error_cases():
    for name, f in ERRORS:
        golden.fresh()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            error = golden.error(f)
        caught = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
        yield {"name": name, "error": error, **({"warnings": caught} if caught else {})}


def accepted_cases():
    """What one may think is an error."""
    golden.fresh()
    x = inp(2, name="x")
    again = keras.Model([x, x], layers.Dense(1)(x))
    yield {"name": "the same Input twice", "inputs": [t.name for t in again.inputs]}
    golden.fresh()
    yield {"name": "Average of a list of one", "output_shape": list(layers.Average()([inp(5)]).shape)}
    golden.fresh()
    model = inside_out()
    yield {"name": "Input from the middle", "layers": [l.name for l in model.layers], "input_dtype": config(model.layers[0])["dtype"]}


def generate():
    golden.write(
        "keras/models/testdata/graph.json",
        {"names": stories_of_names(), "snake_case": list(name_cases())},
        models=[record(*m) for m in MODELS],
        errors=list(error_cases()),
        accepted=list(accepted_cases()),
    )
