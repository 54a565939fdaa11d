"""keras/layers/testdata/<snake_class>.json: every layer, every option that changes a number."""

import types
import warnings

import keras
import layer_cases
import numpy as np
import tensorflow as tf
from keras.src import backend
from keras.src.backend.tensorflow import nn as tf_nn
from keras.src.utils.naming import to_snake_case
from layer_cases import merging

import golden
from golden import config, tensor, values

INPUT_LAYER = [
    ("shape", dict(shape=(784,))),
    ("unknown axes, uint8", dict(shape=(None, None, 1), dtype="uint8", name="image")),
    ("batch_size", dict(shape=(3,), batch_size=16)),
    ("batch_shape", dict(batch_shape=(16, 10, 5))),
    ("no axes", dict(shape=())),
    ("int32", dict(shape=(None,), dtype="int32")),
    ("optional", dict(shape=(2,), optional=True)),
]


moved = tf.experimental.numpy.moveaxis


def channels_last_conv(conv):
    """TensorFlow convolves on a CPU only with channels last: go there and back."""

    def wrapped(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        if data_format != "channels_first":
            return conv(inputs, kernel, strides, padding, data_format, dilation_rate)
        y = conv(moved(inputs, 1, -1), kernel, strides, padding, "channels_last", dilation_rate)
        return moved(y, -1, 1)

    return wrapped


def channels_last_conv_transpose(conv):
    """The same for transposed convolutions, of which a dilated one does not run there either: zeros between its taps."""

    def wrapped(inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1):
        rank = len(kernel.shape) - 2
        dilation = (dilation_rate,) * rank if isinstance(dilation_rate, int) else dilation_rate
        for axis, d in enumerate(dilation):
            size = kernel.shape[axis]
            kernel = tf.stack([kernel] + [tf.zeros_like(kernel)] * (d - 1), axis + 1)
            kernel = tf.gather(tf.reshape(kernel, [*kernel.shape[:axis], size * d, *kernel.shape[axis + 2 :]]), range((size - 1) * d + 1), axis=axis)
        if data_format != "channels_first":
            return conv(inputs, kernel, strides, padding, output_padding, data_format)
        return moved(conv(moved(inputs, 1, -1), kernel, strides, padding, output_padding, "channels_last"), -1, 1)

    return wrapped


def apply(layer, xs, **kwargs):
    """Calls a layer as Keras wants it: on a list, on a sequence and its initial states, on a step and its states."""
    if type(layer).__name__ in (*merging.CASES, "Attention", "AdditiveAttention"):
        return layer(xs, **kwargs)
    if type(layer).__name__ == "MultiHeadAttention":
        return layer(*xs, **kwargs)
    if len(xs) == 1:
        return layer(xs[0], **kwargs)
    if hasattr(layer, "return_sequences"):
        return layer(xs[0], initial_state=nest(layer, xs[1:]), **kwargs)
    return layer(xs[0], nest(layer, xs[1:]), **kwargs)


def nest(layer, states):
    """States as a layer wants them: those of each cell of a stack are a list."""
    cell = getattr(layer, "cell", layer)
    if not hasattr(cell, "cells"):
        return states
    return keras.tree.pack_sequence_as(cell.state_size, states)


def arguments(options, of):
    """The call's arguments. Arrays among them become what a function makes of them."""
    return keras.tree.map_structure(lambda v: of(v) if isinstance(v, np.ndarray) else v, options.get("call", {}))


def no_gradient(cls, w):
    """Whether the gradient of a weight is 0 but for rounding: what is added to all keys changes no softmax."""
    return cls == "MultiHeadAttention" and w.path.endswith("key/bias")


def make(cls, args):
    """A layer. Of arguments that are layers, args has functions that make them."""
    return getattr(keras.layers, cls)(**{k: v() if isinstance(v, types.FunctionType) else v for k, v in args.items()})


def record(cls, name, args, inputs, options):
    golden.fresh()
    r = golden.rng(f"{cls}/{name}")
    layer = make(cls, args)
    head = {"name": name, "class": cls, "config": config(layer)}
    arrays = [x if isinstance(x, np.ndarray) else values(r, x, dtype=layer.compute_dtype) for x in inputs]
    symbolic = options.get("symbolic") or [(None, *x.shape[1:]) for x in arrays]

    if not options.get("only"):
        ins = [keras.KerasTensor(s, dtype=str(x.dtype)) for s, x in zip(symbolic, arrays)]
        outs = keras.tree.flatten(apply(layer, ins, **arguments(options, lambda m: keras.KerasTensor(m.shape, dtype="bool"))))
        output_shapes = [list(o.shape) for o in outs]
        golden.fresh()
        layer = make(cls, args)

    # Once to build: the weights come before the pass that is recorded.
    xs = [tf.constant(x) for x in arrays]
    apply(layer, xs, **arguments(options, tf.constant))
    if getattr(layer, "stateful", False):
        layer.reset_state()
    if not options.get("initial"):
        for w in layer.weights:
            low = 0 if w.name.endswith(("variance", "stddev")) else -1
            w.assign(values(r, w.shape, low, 1, w.dtype))
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    weights = [
        {"name": w.name, "path": w.path, "shape": list(w.shape), "dtype": w.dtype, "trainable": w.trainable, "data": list(w.numpy().ravel())}
        for w in layer.weights
    ]
    if options.get("only"):
        return {**head, "config_only": True, "weights": [{k: v for k, v in w.items() if k != "data"} for w in weights]}

    masks = options.get("masks") or [options.get("mask")]
    training = options.get("training", False)
    kwargs = arguments(options, tf.constant)
    for x, m in zip(xs, masks):
        if m is not None:
            backend.set_keras_mask(x, tf.constant(m))
    if cls == "Softmax" and masks[0] is not None:
        kwargs["mask"] = tf.constant(masks[0])
    if "given_mask" in options:
        kwargs["mask"] = tf.constant(options["given_mask"])
    if "training" in options:
        kwargs["training"] = training
    floats = [x for x in xs if x.dtype.is_floating]
    with warnings.catch_warnings(record=True) as warned, tf.GradientTape() as tape:
        warnings.simplefilter("always")
        tape.watch(floats)
        outs = keras.tree.flatten(apply(layer, xs, **kwargs))
        if outs[0].dtype.is_floating:
            cotangents = [tf.constant(values(r, o.shape, -1, 1, o.dtype.name)) for o in outs]
            total = sum(tf.reduce_sum(o * c) for o, c in zip(outs, cotangents))
        else:
            cotangents, total = [None for _ in outs], tf.constant(0.0)
    after = [tensor(w) for w in layer.weights]
    out_masks = [backend.get_keras_mask(o) for o in outs]
    for shape, o in zip(output_shapes, outs):
        # There ops.add takes the bias for one of the last axis: a fault of the TensorFlow backend.
        assert config(layer).get("data_format") != "channels_first" or o.shape[-1] != head["config"].get("filters"), name
        assert len(shape) == len(o.shape) and all(a in (None, b) for a, b in zip(shape, o.shape)), (cls, name, shape, o.shape)
    losses = [np.float32(l) for l in layer.losses]
    sources = floats + [w.value for w in layer.trainable_weights]
    zeros = tf.UnconnectedGradients.ZERO if "Dropout" in cls else tf.UnconnectedGradients.NONE
    grads = tape.gradient(total, sources, unconnected_gradients=zeros)
    assert all(g is not None for g in grads) or not outs[0].dtype.is_floating or options.get("blocked"), (cls, name)
    found = dict(zip(map(id, floats), grads))
    weight_grads = [g if g is None else tf.convert_to_tensor(g) for g in grads[len(floats) :]]  # those of rows become dense

    result = {
        **head,
        "inputs": [tensor(x) for x in arrays],
        "mask": tensor(masks[0]) if "mask" in options else None,
        "training": training,
        "symbolic_inputs": symbolic,
        "output_shapes": output_shapes,
        "weights": weights,
        "outputs": [tensor(o) for o in outs],
        "cotangents": [tensor(c) for c in cotangents],
        "input_grads": [tensor(found.get(id(x))) for x in xs],
        "weight_grads": [None if no_gradient(cls, w) else tensor(g) for w, g in zip(layer.trainable_weights, weight_grads)],
        "losses": losses,
    }
    if any(list(w["data"]) != list(a["data"]) for w, a in zip(weights, after)):
        result["weights_after"] = after
    if options.get("detached"):
        result["detached"] = True
    if options.get("initial"):
        result["initialized"] = True
    if "masks" in options:
        result["masks"] = [tensor(m) for m in masks]
    if "given_mask" in options:
        result["given_mask"] = tensor(options["given_mask"])
    if "call" in options:
        result["call"] = arguments(options, tensor)
    if {"masks", "mask", "given_mask"} & options.keys() or out_masks[0] is not None:
        result["output_mask"] = tensor(out_masks[0])
    if any("destroy the mask" in str(w.message) for w in warned):
        result["mask_ends"] = True
    if options.get("step"):
        keras.optimizers.SGD(options["step"]).apply(weight_grads, layer.trainable_weights)
        result["sgd"] = {"learning_rate": options["step"], "weights": [tensor(w) for w in layer.trainable_weights]}
    return result


def input_layers():
    for name, args in INPUT_LAYER:
        golden.fresh()
        layer = keras.layers.InputLayer(**args)
        out = layer.output
        yield {
            "name": name, "class": "InputLayer", "config": config(layer), "config_only": True,
            "output_shapes": [list(out.shape)], "output_dtype": out.dtype, "output_name": out.name, "weights": [],
        }  # fmt: skip


def generate():
    tf_nn.conv = channels_last_conv(tf_nn.conv)
    tf_nn.conv_transpose = channels_last_conv_transpose(tf_nn.conv_transpose)
    write = lambda cls, cases: golden.write(f"keras/layers/testdata/{to_snake_case(cls)}.json", {"class": cls}, cases=cases)
    write("InputLayer", list(input_layers()))
    for cls, cases in layer_cases.everything().items():
        write(cls, [record(cls, *c) for c in cases])
