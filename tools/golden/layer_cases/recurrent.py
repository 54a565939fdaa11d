"""Layers that go through the steps of sequences, and their cells."""

import keras
from keras import layers
from layer_cases import L1L2, C, K, R, case, yes

MASK = yes([0, 1, 1, 0, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0])
PADDED = yes([1, 1, 1, 0], [1, 0, 0, 0])


def steps(states, gated):
    """Cases of the layers that have the given number of states."""
    given = [(2, 3)] * states
    functions = dict(activation="relu", recurrent_activation="tanh") if gated else dict(activation="relu")
    others = dict(activation="elu", recurrent_activation="hard_sigmoid") if gated else dict(activation="elu")
    cases = [
        case("default", dict(units=3), (2, 4, 5), step=0.1),
        case("batch 1, one step", dict(units=2), (1, 1, 3)),
        case("odd sizes, unknown steps", dict(units=5, return_sequences=True), (3, 7, 3), symbolic=[(None, None, 3)]),
        case("more samples than a tile", dict(units=3, return_sequences=True), (19, 3, 2)),
        case("return_state", dict(units=3, return_state=True), (2, 4, 5)),
        case("return_sequences and return_state", dict(units=3, return_sequences=True, return_state=True), (2, 4, 5)),
        case("go_backwards", dict(units=3, go_backwards=True, return_sequences=True), (2, 4, 2)),
        case("stateful", dict(units=3, stateful=True), (2, 4, 2), symbolic=[(2, 4, 2)]),
        case("unroll", dict(units=3, unroll=True), (2, 4, 2)),
        case("initial_state", dict(units=3, return_sequences=True), (2, 4, 5), *given),
        case("functions of the Op", dict(units=3, return_sequences=True, **functions), (2, 3, 2)),
        case("other functions", dict(units=3, return_sequences=True, return_state=True, **others), (2, 4, 5), step=0.1),
        case("other functions, last output", dict(units=2, **others), (1, 3, 2)),
        case("softmax", dict(units=3, activation="softmax"), (2, 3, 2)),
        case("without bias", dict(units=3, use_bias=False), (2, 4, 2)),
        case("initializers", dict(units=3, kernel_initializer=C(0.1), recurrent_initializer="identity" if not gated else C(-0.2), bias_initializer=C(0.25)), (2, 3, 2), initial=True),
        case("regularizers", dict(units=3, kernel_regularizer=L1L2, recurrent_regularizer=R.L1(0.05), bias_regularizer="l2"), (2, 3, 2)),
        case("constraints", dict(units=3, kernel_constraint=K.MaxNorm(1.0), recurrent_constraint="unit_norm", bias_constraint="non_neg"), (2, 3, 2), step=0.1),
        case("not trainable", dict(units=3, trainable=False, kernel_regularizer="l2"), (2, 3, 2)),
        case("named, float64", dict(units=3, name="encoder", dtype="float64", return_sequences=True), (2, 3, 2)),
        case("float64, other functions", dict(units=3, dtype="float64", **others), (2, 3, 2)),
        case("dropout, inference", dict(units=3, dropout=0.5, recurrent_dropout=0.25), (2, 3, 2)),
        case("dropout of all, training", dict(units=3, dropout=1.0), (2, 3, 2), training=True),
        case("recurrent_dropout of all, training", dict(units=3, recurrent_dropout=1.0), (2, 3, 2), training=True),
        case("mask", dict(units=3, return_state=True), (3, 5, 2), mask=MASK),
        case("mask, all steps", dict(units=3, return_sequences=True, return_state=True), (3, 5, 2), mask=MASK),
        case("mask, go_backwards", dict(units=3, return_sequences=True, go_backwards=True), (3, 5, 2), mask=MASK),
        case("mask, zero_output_for_mask", dict(units=3, return_sequences=True, return_state=True, zero_output_for_mask=True), (3, 5, 2), mask=MASK),
        case("mask, zero_output_for_mask, last output", dict(units=3, zero_output_for_mask=True), (3, 5, 2), mask=MASK),
        case("mask, other functions", dict(units=3, return_sequences=True, return_state=True, **others), (3, 5, 2), mask=MASK),
        case("mask, zero_output_for_mask, other functions", dict(units=3, return_sequences=True, zero_output_for_mask=True, **others), (3, 5, 2), mask=MASK),
        case("mask, last output, other functions", dict(units=3, go_backwards=True, **others), (3, 5, 2), mask=MASK),
        case("mask, initial_state", dict(units=3, return_sequences=True), (2, 4, 5), *given, mask=PADDED),
        case("given mask, initial_state", dict(units=3, return_sequences=True), (3, 5, 2), *[(3, 3)] * states, given_mask=MASK),
        case("given mask, initial_state, last output", dict(units=3), (3, 5, 2), *[(3, 3)] * states, given_mask=MASK),
        case("given mask, initial_state, other functions", dict(units=3, return_sequences=True, **others), (3, 5, 2), *[(3, 3)] * states, given_mask=MASK),
    ]  # fmt: skip
    return cases


def cell(states, gated):
    """Cases of the cells."""
    given = [(2, 3)] * states
    others = dict(activation="relu", recurrent_activation="tanh") if gated else dict(activation="relu")
    return [
        case("default", dict(units=3), (2, 5), *given, step=0.1),
        case("batch 1, one unit", dict(units=1), (1, 2), *[(1, 1)] * states),
        case("activations", dict(units=3, **others), (2, 5), *given),
        case("without bias", dict(units=3, use_bias=False), (2, 5), *given),
        case("initializers", dict(units=3, kernel_initializer=C(0.1), recurrent_initializer=C(-0.2), bias_initializer=C(0.25)), (2, 5), *given, initial=True),
        case("regularizers", dict(units=3, kernel_regularizer=L1L2, recurrent_regularizer=R.L1(0.05), bias_regularizer="l2"), (2, 5), *given),
        case("constraints", dict(units=3, kernel_constraint=K.MaxNorm(1.0), recurrent_constraint="unit_norm", bias_constraint="non_neg"), (2, 5), *given, step=0.1),
        case("dropout, inference", dict(units=3, dropout=0.5, recurrent_dropout=0.25, seed=3), (2, 5), *given),
        case("dropout of all, training", dict(units=3, dropout=1.0), (2, 5), *given, training=True),
        case("float64", dict(units=3, dtype="float64"), (2, 5), *given),
    ]  # fmt: skip


@keras.saving.register_keras_serializable("golden")
class MinimalCell(layers.Layer):
    """The cell of Keras's documentation, with an output twice as wide as its state and no bias."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.state_size, self.output_size = units, units, 2 * units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), name="recurrent_kernel")

    def call(self, inputs, states):
        h = inputs @ self.kernel + states[0] @ self.recurrent_kernel
        return keras.ops.concatenate([h, h * h], axis=-1), [h]

    def get_initial_state(self, batch_size=None):
        return [keras.ops.full((batch_size, self.units), 0.5, dtype=self.compute_dtype)]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


# Functions, as a layer is good for one case only.
LSTM = lambda: layers.LSTMCell(3)
ELU = lambda: layers.GRUCell(3, activation="elu")
OWN = lambda: MinimalCell(3)
STACK = lambda: layers.StackedRNNCells([layers.LSTMCell(3), layers.SimpleRNNCell(2)])
MIXED = lambda: layers.StackedRNNCells([MinimalCell(2), layers.GRUCell(3, activation="elu"), layers.LSTMCell(2)])

RNN = [
    case("default", dict(cell=LSTM), (2, 4, 5), step=0.1),
    case("batch 1, one step", dict(cell=ELU), (1, 1, 3)),
    case("odd sizes, unknown steps", dict(cell=LSTM, return_sequences=True), (3, 7, 3), symbolic=[(None, None, 3)]),
    case("return_state", dict(cell=LSTM, return_sequences=True, return_state=True), (2, 4, 2)),
    case("go_backwards", dict(cell=LSTM, go_backwards=True, return_sequences=True), (2, 4, 2)),
    case("stateful", dict(cell=LSTM, stateful=True), (2, 4, 2), symbolic=[(2, 4, 2)]),
    case("unroll", dict(cell=LSTM, unroll=True), (2, 4, 2)),
    case("initial_state", dict(cell=LSTM, return_sequences=True), (2, 4, 2), (2, 3), (2, 3)),
    case("mask, zero_output_for_mask", dict(cell=LSTM, return_sequences=True, return_state=True, zero_output_for_mask=True), (3, 5, 2), mask=MASK),
    case("a cell that is not trainable", dict(cell=lambda: layers.LSTMCell(3, trainable=False)), (2, 3, 2)),
    case("named, float64", dict(cell=lambda: layers.LSTMCell(3, dtype="float64"), name="encoder", dtype="float64"), (2, 3, 2)),
    case("activity_regularizer", dict(cell=LSTM, return_state=True, activity_regularizer=L1L2), (2, 3, 2)),
    case("own cell", dict(cell=OWN), (2, 4, 2), step=0.1),
    case("own cell, all steps", dict(cell=OWN, return_sequences=True, return_state=True, go_backwards=True), (2, 4, 2)),
    case("own cell, initial_state", dict(cell=OWN, return_sequences=True), (2, 4, 2), (2, 3)),
    case("own cell, mask", dict(cell=OWN, return_sequences=True, return_state=True), (3, 5, 2), mask=MASK),
    case("own cell, mask, zero_output_for_mask", dict(cell=OWN, zero_output_for_mask=True, return_sequences=True), (3, 5, 2), mask=MASK),
    case("stack", dict(cell=STACK, return_state=True), (2, 4, 2), step=0.1),
    case("stack, all steps", dict(cell=STACK, return_sequences=True, return_state=True, go_backwards=True), (2, 4, 2)),
    case("stack, initial_state", dict(cell=STACK, return_sequences=True), (2, 4, 2), (2, 3), (2, 3), (2, 2)),
    case("stack, mask", dict(cell=STACK, return_sequences=True, return_state=True), (3, 5, 2), mask=MASK),
    case("stack, mask, zero_output_for_mask", dict(cell=STACK, return_sequences=True, zero_output_for_mask=True), (3, 5, 2), mask=MASK),
    case("stack, given mask, initial_state", dict(cell=STACK, return_sequences=True), (3, 5, 2), (3, 3), (3, 3), (3, 2), given_mask=MASK),
    case("stack of all kinds", dict(cell=MIXED, return_sequences=True, return_state=True), (2, 4, 2)),
    case("stack of all kinds, mask", dict(cell=MIXED, return_sequences=True, return_state=True), (3, 5, 2), mask=MASK),
]  # fmt: skip

def two(layer="GRU", of=None, back=None, **options):
    """The arguments of a Bidirectional around a layer of 3 units with options."""
    args = dict(layer=lambda: getattr(layers, layer)(**{"units": 3, **(of or {})}), **options)
    return {**args, "backward_layer": back} if back else args


SEQUENCES, STATE = dict(return_sequences=True), dict(return_state=True)
EVERYTHING = {**SEQUENCES, **STATE}
BIDIRECTIONAL = [
    case("default", two("LSTM"), (2, 4, 5), step=0.1),
    case("batch 1, one step", two("SimpleRNN", dict(units=2)), (1, 1, 3)),
    case("odd sizes, unknown steps", two(of=SEQUENCES), (3, 7, 3), symbolic=[(None, None, 3)]),
    case("sum", two(of=SEQUENCES, merge_mode="sum"), (2, 4, 2)),
    case("mul", two(of=SEQUENCES, merge_mode="mul"), (2, 4, 2)),
    case("ave", two(merge_mode="ave"), (2, 4, 2)),
    case("two outputs", two(of=SEQUENCES, merge_mode=None), (2, 4, 2)),
    case("return_state", two("LSTM", of=STATE), (2, 4, 2)),
    case("all outputs", two("LSTM", of=EVERYTHING), (2, 4, 2)),
    case("all outputs, two", two("LSTM", of=EVERYTHING, merge_mode=None), (2, 4, 2)),
    case("backward_layer", two(of=SEQUENCES, back=lambda: layers.LSTM(3, go_backwards=True, return_sequences=True)), (2, 4, 2)),
    case("initial_state", two("LSTM", of=EVERYTHING), (2, 4, 2), *[(2, 3)] * 4),
    case("initial_state, two outputs", two(merge_mode=None), (2, 4, 2), *[(2, 3)] * 2),
    case("stateful", two(of=dict(stateful=True)), (2, 4, 2), symbolic=[(2, 4, 2)]),
    case("RNN", dict(layer=lambda: layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)], return_state=True)), (2, 4, 2)),
    case("named layer", two(of=dict(name="forward_encoder"), name="both"), (2, 4, 2)),
    case("a layer that is not trainable", two(of=dict(trainable=False)), (2, 4, 2)),
    case("float64", two(of=dict(dtype="float64"), dtype="float64"), (2, 4, 2)),
    case("activity_regularizer", two(activity_regularizer=L1L2), (2, 4, 2)),
    case("mask", two("LSTM", of=STATE), (3, 5, 2), mask=MASK),
    case("mask, all steps", two(of=SEQUENCES), (3, 5, 2), mask=MASK),
    case("mask, two outputs", two("LSTM", of=EVERYTHING, merge_mode=None), (3, 5, 2), mask=MASK),
    case("mask, initial_state", two(of=SEQUENCES), (2, 4, 2), *[(2, 3)] * 2, mask=PADDED),
    case("given mask, initial_state", two(of=SEQUENCES), (3, 5, 2), *[(3, 3)] * 2, given_mask=MASK),
]  # fmt: skip

def images(filters=2, kernel_size=2, **options):
    return dict(filters=filters, kernel_size=kernel_size, **options)


IMAGES, FEW = (2, 3, 4, 3, 1), (1, 2, 3, 3, 1)
OTHERS = dict(activation="elu", recurrent_activation="hard_sigmoid")
CONV_LSTM = [
    case("default", images(), IMAGES, step=0.1),
    case("batch 1, one step", images(3, (2, 3)), (1, 1, 3, 5, 1)),
    case("odd sizes, unknown steps", images(3, 3, padding="same", return_sequences=True), (3, 3, 3, 5, 2), symbolic=[(None, None, 3, 5, 2)]),
    case("strides 2, same", images(strides=2, padding="same", return_sequences=True), (2, 3, 5, 4, 2)),
    case("strides (1, 2)", images(strides=(1, 2)), IMAGES),
    case("dilation 2", images(dilation_rate=2), (2, 2, 4, 5, 1)),
    case("channels_first", images(3, data_format="channels_first", return_sequences=True, return_state=True), (2, 2, 2, 4, 3)),
    case("channels_first, other functions", images(3, padding="same", data_format="channels_first", return_state=True, **OTHERS), (2, 2, 2, 4, 4)),
    case("channels_first, initial_state", images(3, data_format="channels_first"), (2, 2, 2, 4, 3), *[(2, 3, 3, 2)] * 2),
    case("return_sequences and return_state", images(return_sequences=True, return_state=True), IMAGES),
    case("go_backwards", images(go_backwards=True, return_sequences=True), IMAGES),
    case("stateful", images(stateful=True), FEW, symbolic=[FEW]),
    case("unroll", images(unroll=True), FEW),
    case("initial_state", images(return_sequences=True), IMAGES, *[(2, 3, 2, 2)] * 2),
    case("functions of the Op", images(activation="relu", recurrent_activation="tanh", return_sequences=True), FEW),
    case("other functions", images(return_sequences=True, return_state=True, **OTHERS), IMAGES, step=0.1),
    case("without bias", images(use_bias=False), FEW),
    case("initializers", images(kernel_initializer=C(0.1), recurrent_initializer=C(-0.2), bias_initializer=C(0.25)), FEW, initial=True),
    case("unit_forget_bias off", images(unit_forget_bias=False, kernel_initializer=C(0.1), recurrent_initializer=C(-0.2)), FEW, initial=True),
    case("regularizers", images(kernel_regularizer=L1L2, recurrent_regularizer=R.L1(0.05), bias_regularizer="l2", activity_regularizer=L1L2), FEW),
    case("constraints", images(kernel_constraint=K.MaxNorm(1.0), recurrent_constraint="unit_norm", bias_constraint="non_neg"), FEW, step=0.1),
    case("float64", images(dtype="float64"), FEW),
    case("dropout, inference", images(dropout=0.5, recurrent_dropout=0.25, seed=3), FEW),
    case("dropout of all, training", images(dropout=1.0, recurrent_dropout=1.0), FEW, training=True),
    case("mask", images(return_sequences=True, return_state=True), (3, 5, 3, 3, 1), mask=MASK),
    case("mask, zero_output_for_mask", images(return_sequences=True, zero_output_for_mask=True), (3, 5, 3, 3, 1), mask=MASK),
    case("mask, other functions", images(return_sequences=True, go_backwards=True, **OTHERS), (3, 5, 3, 3, 1), mask=MASK),
    case("given mask, initial_state", images(), (3, 5, 3, 3, 1), *[(3, 2, 2, 2)] * 2, given_mask=MASK),
]  # fmt: skip


def of_rank(rank):
    """The cases of other ranks: what they do not share with ConvLSTM2D."""
    size = (4, 3, 2)[:rank]
    sizes = (3, 2, 2)[:rank]
    return [
        case("default", images(), (2, 3, *size, 2), step=0.1),
        case("strides, same, all options", images(kernel_size=sizes, strides=2, padding="same", unroll=True, return_sequences=True, return_state=True), (1, 2, *size, 1)),
        case("dilation, mask", images(1, dilation_rate=sizes, go_backwards=True, return_sequences=True, zero_output_for_mask=True), (3, 5, *(5, 4, 3)[:rank], 1), mask=MASK),
        case("channels_first", images(3, 1, data_format="channels_first", use_bias=False, unit_forget_bias=False), (1, 2, 1, *size[::-1])),
        case("stateful", images(stateful=True), (1, 2, *size, 1), symbolic=[(1, 2, *size, 1)]),
        case("other functions", images(dropout=0.5, recurrent_dropout=0.5, seed=1, **OTHERS), (1, 2, *size, 1)),
        case("initializers", images(kernel_initializer=C(0.1), recurrent_initializer=C(-0.2), bias_initializer=C(0.25)), (1, 2, *size, 1), initial=True),
        case("regularizers", images(kernel_regularizer=L1L2, recurrent_regularizer=R.L1(0.05), bias_regularizer="l2", activity_regularizer=L1L2), (1, 2, *size, 1)),
        case("constraints", images(kernel_constraint=K.MaxNorm(1.0), recurrent_constraint="unit_norm", bias_constraint="non_neg"), (1, 2, *size, 1), step=0.1),
    ]  # fmt: skip


STACKED = [
    case("default", dict(cells=lambda: [layers.LSTMCell(3), layers.GRUCell(2)]), (2, 5), (2, 3), (2, 3), (2, 2), step=0.1),
    case("one cell", dict(cells=lambda: [layers.GRUCell(2)]), (1, 3), (1, 2)),
    case("own cell", dict(cells=lambda: [MinimalCell(2), layers.SimpleRNNCell(2)]), (2, 3), (2, 2), (2, 2)),
]  # fmt: skip

SEED = case("seed", dict(units=2, seed=3), (1, 2, 2))
FORGET = dict(units=2, unit_forget_bias=False, kernel_initializer=C(0.1), recurrent_initializer=C(-0.2), bias_initializer=C(0.25))
PENALTY = case("activity_regularizer", dict(units=2, return_state=True, activity_regularizer=L1L2), (2, 3, 2))
BEFORE = [
    ("reset_after off", dict(units=3, reset_after=False, return_sequences=True)),
    ("reset_after off, without bias", dict(units=3, reset_after=False, use_bias=False)),
    ("reset_after off, other functions", dict(units=3, reset_after=False, activation="elu", recurrent_activation="hard_sigmoid")),
    ("without bias, other functions", dict(units=3, use_bias=False, activation="elu")),
]  # fmt: skip

CASES = {
    "Bidirectional": BIDIRECTIONAL,
    "ConvLSTM1D": of_rank(1),
    "ConvLSTM2D": CONV_LSTM,
    "ConvLSTM3D": of_rank(3),
    "LSTM": [*steps(2, True), SEED, PENALTY, case("unit_forget_bias off", FORGET, (2, 3, 2), initial=True)],
    "LSTMCell": [*cell(2, True), case("unit_forget_bias off", FORGET, (2, 3), (2, 2), (2, 2), initial=True)],
    "GRU": [*steps(1, True), SEED, PENALTY, *[case(name, args, (2, 4, 2)) for name, args in BEFORE]],
    "GRUCell": [*cell(1, True), case("reset_after off", dict(units=3, reset_after=False), (2, 5), (2, 3))],
    "RNN": RNN,
    "SimpleRNN": steps(1, False),
    "SimpleRNNCell": cell(1, False),
    "StackedRNNCells": STACKED,
}
