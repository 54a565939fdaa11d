"""Attention."""

import numpy as np

import numpy as np

from layer_cases import L1L2, C, R, case, yes

Q, V, K = (2, 3, 4), (2, 5, 4), (2, 5, 4)
Q_MASK, V_MASK = yes([1, 1, 0], [1, 0, 1]), yes([1, 1, 0, 1, 0], [1, 0, 1, 1, 1])
K_MASK, HEADS = yes([1, 0, 1, 1, 1], [1, 1, 1, 0, 0]), dict(num_heads=2, key_dim=3)
CAUSAL, SCORES = dict(use_causal_mask=True), dict(return_attention_scores=True)
SHARED = [
    case("query and value", {}, Q, V),
    case("batch 1, unknown steps", {}, (1, 2, 3), (1, 4, 3), symbolic=[(None, None, 3), (None, None, 3)]),
    case("samples as steps", {}, (3, 4), (3, 4), symbolic=[(3, 4), (3, 4)]),
    case("one step", {}, (2, 1, 3), (2, 1, 3)),
    case("query, value and key", {}, (2, 3, 4), (2, 5, 3), (2, 5, 4)),
    case("masks", {}, Q, V, masks=[Q_MASK, V_MASK]),
    case("the mask of the query", {}, Q, V, masks=[Q_MASK, None]),
    case("the mask of the value", {}, Q, V, K, masks=[None, V_MASK, None]),
    case("the mask of the key", {}, Q, V, K, masks=[None, None, V_MASK]),
    case("given masks", {}, Q, V, masks=[Q_MASK, None], call=dict(mask=[None, V_MASK])),
    case("two given masks", {}, Q, V, K, call=dict(mask=[Q_MASK, V_MASK, V_MASK])),
    case("use_causal_mask", {}, (2, 3, 4), (2, 3, 4), call=CAUSAL),
    case("use_causal_mask, more values, mask", {}, Q, V, masks=[Q_MASK, V_MASK], call=CAUSAL),
    case("return_attention_scores", {}, Q, V, masks=[Q_MASK, V_MASK], call=SCORES),
    case("all call arguments", {}, Q, V, K, call=CAUSAL | SCORES),
    case("dropout, seed", dict(dropout=0.5, seed=7), Q, V),
    case("dropout 0, training", dict(dropout=0.0), Q, V, training=True),
    case("activity_regularizer", dict(activity_regularizer=L1L2), Q, V),
]


def two_thirds(*shape):
    """Every third one is false."""
    return (np.arange(np.prod(shape)) % 3 > 0).reshape(shape)


CASES = {
    "Attention": SHARED + [
        case("use_scale", dict(use_scale=True), Q, V),
        case("initial scale", dict(use_scale=True), Q, V, initial=True),
        case("concat", dict(score_mode="concat"), Q, V, K, masks=[Q_MASK, V_MASK, None]),
        case("concat, use_scale", dict(score_mode="concat", use_scale=True), Q, V, call=SCORES),
    ],
    "AdditiveAttention": SHARED + [case("without scale", dict(use_scale=False), Q, V, K, masks=[Q_MASK, V_MASK, None])],
    "MultiHeadAttention": [
        case("query and value", HEADS, Q, V),
        case("batch 1, unknown steps", dict(num_heads=1, key_dim=2), (1, 2, 3), (1, 4, 3), symbolic=[(None, None, 3), (None, None, 3)]),
        case("query, value and key", HEADS, (2, 3, 4), (2, 5, 2), (2, 5, 6)),
        case("value_dim", HEADS | dict(value_dim=4), Q, V),
        case("without bias", HEADS | dict(use_bias=False), Q, V),
        case("output_shape", HEADS | dict(output_shape=5), Q, V),
        case("output_shape of two axes", HEADS | dict(output_shape=(2, 3)), Q, V),
        case("use_gate", HEADS | dict(use_gate=True), Q, V),
        case("attention_axes", HEADS | dict(attention_axes=2), (2, 3, 4, 5), (2, 3, 2, 5)),
        case("attention_axes -3", HEADS | dict(attention_axes=(-3,)), (2, 3, 2, 5), (2, 4, 2, 5), symbolic=[(None, None, 2, 5)] * 2),
        case("over two axes", HEADS, (2, 3, 2, 4), (2, 2, 3, 4), call=dict(attention_mask=two_thirds(2, 3, 2, 2, 3))),
        case("masks", HEADS, Q, V, masks=[Q_MASK, V_MASK]),
        case("the mask of the key", HEADS, Q, V, K, masks=[None, None, V_MASK]),
        case("all masks", HEADS, Q, V, K, masks=[Q_MASK, V_MASK, K_MASK], call=dict(attention_mask=two_thirds(2, 3, 5))),
        case("all masks, scores", HEADS, Q, Q, masks=[Q_MASK, None], call=SCORES | dict(attention_mask=two_thirds(2, 3, 3))),
        case("given masks", HEADS, Q, V, K, call=dict(query_mask=Q_MASK, value_mask=V_MASK, key_mask=K_MASK)),
        case("use_causal_mask", HEADS, Q, V, call=CAUSAL),
        case("use_causal_mask, masks, scores", HEADS, Q, (2, 3, 4), masks=[Q_MASK, None], call=CAUSAL | SCORES),
        case("sliding_window", HEADS | dict(sliding_window=2), Q, V),
        case("sliding_window, causal", HEADS | dict(sliding_window=2), Q, V, call=CAUSAL),
        case("dropout, seed", HEADS | dict(dropout=0.5, seed=7), Q, V, masks=[Q_MASK, V_MASK]),
        case("dropout 0, training", HEADS, Q, V, training=True),
        case("initial bias", HEADS | dict(kernel_initializer=C(0.25), bias_initializer="ones"), Q, V, initial=True),
        case("regularizers", HEADS | dict(kernel_regularizer=R.L2(0.1), bias_regularizer="l1", activity_regularizer=L1L2), Q, V),
        case("constraints", HEADS | dict(kernel_constraint="unit_norm", bias_constraint="non_neg"), Q, V, step=0.1),
    ],
}  # fmt: skip
