"""Layers that only move elements."""

import numpy as np

from layer_cases import case, ramp

CASES = {
    "Flatten": [
        case("rank 4", {}, (2, 2, 3, 2)),
        case("rank 3", {}, (1, 3, 5)),
        case("rank 2", {}, (2, 3)),
        case("rank 1", {}, (3,)),
        case("unknown axes", {}, (2, 2, 2, 3), symbolic=[(None, None, None, 3)]),
        case("uint8", {}, ramp(2, 2, 3, dtype="uint8")),
        case("channels_first rank 4", dict(data_format="channels_first"), (2, 2, 3, 2)),
        case("channels_first rank 3", dict(data_format="channels_first"), (2, 3, 2)),
        case("channels_first rank 2", dict(data_format="channels_first"), (2, 3)),
    ],
    "Reshape": [
        case("split", dict(target_shape=(2, 3)), (2, 6)),
        case("to rank 4", dict(target_shape=(2, 3, 1)), (1, 6)),
        case("flatten", dict(target_shape=(12,)), (2, 3, 4)),
        case("inferred axis", dict(target_shape=(-1, 2)), (2, 3, 4)),
        case("inferred axis, unknown size", dict(target_shape=(-1, 2)), (2, 3, 4), symbolic=[(None, None, 4)]),
        case("int32", dict(target_shape=(3, 2)), np.arange(12, dtype="int32").reshape(2, 2, 3)),
    ],
}  # fmt: skip
