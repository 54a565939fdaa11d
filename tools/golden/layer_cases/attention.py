"""Attention."""

import numpy as np

from layer_cases import L1L2, case, yes

Q, V, K = (2, 3, 4), (2, 5, 4), (2, 5, 4)
Q_MASK, V_MASK = yes([1, 1, 0], [1, 0, 1]), yes([1, 1, 0, 1, 0], [1, 0, 1, 1, 1])
CAUSAL, SCORES = dict(use_causal_mask=True), dict(return_attention_scores=True)
SHARED = [
    case("query and value", {}, Q, V),
    case("batch 1, unknown steps", {}, (1, 2, 3), (1, 4, 3), symbolic=[(None, None, 3), (None, None, 3)]),
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
CASES = {
    "Attention": SHARED + [
        case("use_scale", dict(use_scale=True), Q, V),
        case("initial scale", dict(use_scale=True), Q, V, initial=True),
        case("concat", dict(score_mode="concat"), Q, V, K, masks=[Q_MASK, V_MASK, None]),
        case("concat, use_scale", dict(score_mode="concat", use_scale=True), Q, V, call=SCORES),
    ],
    "AdditiveAttention": SHARED + [case("without scale", dict(use_scale=False), Q, V, K, masks=[Q_MASK, V_MASK, None])],
}  # fmt: skip
