"""Embedding and Masking."""

import numpy as np

from layer_cases import L1L2, C, R, case, yes


def ids(*rows, dtype="int32"):
    return np.array(rows, dtype=dtype)


def steps(*rows, dtype="float32"):
    """Sequences of two features."""
    return np.array(rows, dtype=dtype)


WORDS = ids([3, 1, 0, 3], [2, 3, 0, 0])

CASES = {
    "Embedding": [
        case("default", dict(input_dim=5, output_dim=3), WORDS, step=0.1),
        case("batch 1, one row", dict(input_dim=1, output_dim=1), ids([0])),
        case("a vector of ids", dict(input_dim=4, output_dim=2), ids(3, 0, 3), symbolic=[(None,)]),
        case("rank 3, unknown axes", dict(input_dim=6, output_dim=3), ids([[5, 2], [0, 5], [1, 1]]), symbolic=[(None, None, 2)]),
        case("negative ids", dict(input_dim=4, output_dim=3), ids([-1, 3, -4])),
        *[case(f"{t} ids", dict(input_dim=4, output_dim=2, mask_zero=True), ids([3, 1, 0], dtype=t)) for t in ["bool", "uint8", "int8", "int16", "uint16", "uint32", "int64", "uint64"]],
        case("float ids are cut", dict(input_dim=4, output_dim=2, mask_zero=True), ids([3.9, 0.5, 0], dtype="float32"), blocked=True),
        case("mask_zero", dict(input_dim=5, output_dim=3, mask_zero=True), WORDS),
        case("embeddings_initializer", dict(input_dim=5, output_dim=3, embeddings_initializer=C(0.25)), WORDS, initial=True),
        case("embeddings_regularizer", dict(input_dim=5, output_dim=3, embeddings_regularizer=L1L2), WORDS),
        case("embeddings_constraint", dict(input_dim=5, output_dim=3, embeddings_constraint="max_norm"), WORDS, step=0.1),
        case("activity_regularizer", dict(input_dim=5, output_dim=3, activity_regularizer=R.L2(0.1)), WORDS),
        case("float64", dict(input_dim=5, output_dim=3, dtype="float64"), WORDS),
        case("not trainable", dict(input_dim=5, output_dim=3, trainable=False, embeddings_regularizer="l2"), WORDS),
    ],
    "Masking": [  # which jumps where a step is masked: no derivative there
        case("default", {}, steps([[0, 0], [0, 1], [2, 0]], [[0.5, -1], [0, 0], [-0.0, 0]]), detached=True),
        case("mask_value", dict(mask_value=-1.5), steps([[-1.5, -1.5], [0, -1.5]], [[0, 0], [3, 1]]), detached=True),
        case("batch 1, one step, unknown time", dict(mask_value=2.0), steps([[2, 2]]), symbolic=[(None, None, 2)], detached=True),
        case("rank 2", {}, steps([0, 0], [1, 0]), detached=True),
        case("rank 4", {}, steps([[[0, 0], [1, 2]], [[0, 3], [0, 0]]]), detached=True),
        case("int32", dict(mask_value=3), steps([[3, 3], [3, 4]], [[0, 0], [3, 3]], dtype="int32")),
        case("float64", dict(mask_value=0.5, dtype="float64"), steps([[0.5, 0.5], [0.5, 0]], dtype="float64"), detached=True),
        case("a mask gives way", {}, steps([[0, 0], [0, 1]], [[1, 1], [0, 0]]), mask=yes([1, 0], [1, 1]), detached=True),
    ],
}  # fmt: skip
