"""keras/layers/testdata/shapes.json: symbolic shapes with unknown sizes, and inputs that do not fit."""

import keras
from keras import layers

import golden

N = None
ROWS = [
    ("None with a number is None", layers.Add(), [(N, N, 2), (N, 4, 2)]),
    ("a number with None is None", layers.Add(), [(N, 4, 2), (N, N, 2)]),
    ("1 with None is None", layers.Add(), [(N, 1, 2), (N, N, 2)]),
    ("a known batch wins", layers.Multiply(), [(N, 3), (2, 3)]),
    ("the first batch is known", layers.Multiply(), [(2, 3), (N, 3)]),
    ("axes are aligned at the end", layers.Maximum(), [(N, N), (N, 4, 2)]),
    ("a number for each sample", layers.Subtract(), [(N,), (N, 3)]),
    ("only batches", layers.Average(), [(N,), (N,)]),
    ("merge: shapes differ", layers.Add(), [(N, 5), (N, 4)]),
    ("merge: shapes differ, the longer one first", layers.Add(), [(N, 5), (N, 3, 4)]),
    ("merge: batches differ", layers.Minimum(), [(2, 3), (4, 3)]),
    ("merge: three in a difference", layers.Subtract(), [(N, 3), (N, 3), (N, 3)]),
    ("joined, the first shape counts", layers.Concatenate(), [(N, N, 2), (N, 4, 2)]),
    ("joined, the first shape counts, known", layers.Concatenate(), [(N, 4, 2), (N, N, 2)]),
    ("joined on an unknown size", layers.Concatenate(axis=1), [(N, N, 2), (N, 4, 2)]),
    ("joined, a known batch first", layers.Concatenate(), [(2, 3), (N, 3)]),
    ("joined, three", layers.Concatenate(axis=-2), [(N, 1, 2), (N, 2, 2), (N, 4, 2)]),
    ("joined: another axis differs", layers.Concatenate(), [(N, 5, 5), (N, 4, 5)]),
    ("joined: ranks differ", layers.Concatenate(), [(N, 5), (N, 5, 1)]),
    ("convolution, one size known", layers.Conv2D(3, 3), [(N, N, 7, 2)]),
    ("convolution, known batch", layers.Conv2D(3, 3, strides=2, padding="same"), [(2, N, 7, 2)]),
    ("convolution: image too small", layers.Conv2D(3, 9), [(N, 5, 5, 1)]),
    ("convolution: dilated kernel too large", layers.Conv2D(3, (2, 4), dilation_rate=(1, 2)), [(N, N, 6, 2)]),
    ("convolution: groups", layers.Conv2D(4, 3, groups=2), [(N, 8, 8, 3)]),
    ("convolution: groups, channels_first", layers.Conv2D(4, 3, groups=2, data_format="channels_first"), [(N, 3, 8, 8)]),
    ("pooling, one size known", layers.MaxPooling2D(), [(N, N, 5, 2)]),
    ("pooling: image too small", layers.AveragePooling2D((2, 9)), [(N, 5, 5, 1)]),
    ("reshape, nothing known", layers.Reshape((-1,)), [(N, N, 2)]),
    ("reshape, the target known", layers.Reshape((4, 2)), [(N, N, 2)]),
    ("reshape to one number", layers.Reshape(()), [(N, 1)]),
    ("reshape with a known batch", layers.Reshape((-1, 3)), [(5, 6)]),
    ("reshape: sizes differ", layers.Reshape((4, 4, 1)), [(N, 15)]),
    ("reshape: nothing fits", layers.Reshape((-1, 4)), [(N, 3, 5)]),
    ("flatten, a known batch", layers.Flatten(), [(4, N, 2)]),
    ("dense on an unknown axis", layers.Dense(2), [(4, N, 3)]),
    ("global pooling, a known batch", layers.GlobalMaxPooling2D(), [(4, N, 3, 2)]),
    ("global pooling of steps, channels_first", layers.GlobalAveragePooling1D(data_format="channels_first", keepdims=True), [(N, 3, N)]),
    ("pooling steps, one size known", layers.MaxPooling1D(3, padding="same"), [(N, 7, 2)]),
    ("pooling volumes, one size known", layers.AveragePooling3D(2, data_format="channels_first"), [(N, 2, N, 5, N)]),
    ("pooling: sequence too short", layers.MaxPooling1D(9), [(N, 5, 1)]),
    ("upsampling, one size known", layers.UpSampling2D((2, 3)), [(N, N, 5, 2)]),
    ("upsampling volumes, channels_first", layers.UpSampling3D((2, 3, 1), data_format="channels_first"), [(N, 2, N, 5, N)]),
    ("upsampling, unknown features", layers.UpSampling1D(3), [(4, 5, N)]),
    ("padding, one size known", layers.ZeroPadding2D(((1, 2), (3, 4))), [(N, N, 5, N)]),
    ("padding, channels_first", layers.ZeroPadding3D((1, 2, 3), data_format="channels_first"), [(N, 2, N, 5, 6)]),
    ("cropping, one size known", layers.Cropping2D(((1, 2), (3, 4))), [(N, N, 8, N)]),
    ("cropping a volume, channels_first", layers.Cropping3D((1, 0, 2), data_format="channels_first"), [(N, 2, N, 5, 6)]),
    ("cropping: sequence too short", layers.Cropping1D((1, 2)), [(N, 3, 2)]),
    ("cropping: image too small", layers.Cropping2D((1, 2)), [(N, 5, 4, 1)]),
    ("cropping: volume too small", layers.Cropping3D(((0, 0), (2, 1), (0, 0)), data_format="channels_first"), [(N, 2, N, 3, 6)]),
    ("permuted, unknown sizes", layers.Permute((3, 1, 2)), [(4, N, 5, N)]),
    ("repeated, unknown features", layers.RepeatVector(3), [(4, N)]),
    ("shared alphas", layers.PReLU(shared_axes=[1, 2]), [(N, N, N, 3)]),
    ("product, unknown sizes", layers.Dot(axes=(1, 2)), [(N, N, 5), (N, 4, N)]),
    ("product, known batch second", layers.Dot(axes=1), [(N, 3), (4, 3)]),
    ("product: sizes differ", layers.Dot(axes=(1, 2)), [(N, 3, 5), (N, 4, 5)]),
    ("product: a size is unknown", layers.Dot(axes=1), [(N, 3), (N, N)]),
    ("product: three", layers.Dot(axes=1), [(N, 3), (N, 3), (N, 3)]),
]  # fmt: skip


def record(name, layer, shapes):
    inputs = [keras.KerasTensor(s) for s in shapes]
    row = {"name": name, "layer": golden.serialized(layer), "inputs": shapes}
    found = golden.error(lambda: layer(inputs if len(inputs) > 1 else inputs[0]))
    if found:  # the text alone, without what Keras wraps errors of a call in
        return {**row, "error": found["text"].split("\x1b[1m")[-1].split("\x1b[0m")[0]}
    return {**row, "output": list(layer.output.shape)}


def generate():
    golden.write("keras/layers/testdata/shapes.json", rows=[record(*r) for r in ROWS])
