"""Layers that merge several inputs."""

from layer_cases import case, yes

MERGE = [
    case("two", {}, (2, 3), (2, 3)),
    case("rank 4, odd sizes", {}, (1, 3, 5, 2), (1, 3, 5, 2)),
    case("broadcast", {}, (2, 3, 1), (2, 1, 4)),
    case("lower rank gets axis 1", {}, (2, 3), (2, 4, 3)),
    case("higher rank first", {}, (2, 2, 3), (2, 3)),
    case("unknown axes", {}, (2, 3, 2), (2, 3, 2), symbolic=[(None, None, 2), (None, None, 2)]),
    case("masks", {}, (2, 3, 2), (2, 3, 2), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0])]),
    case("one mask of two", {}, (2, 3, 2), (2, 3, 2), masks=[yes([1, 1, 0], [1, 0, 0]), None]),
]
MERGE_MANY = MERGE + [
    case("three", {}, (2, 3), (2, 3), (2, 3)),
    case("one", {}, (2, 3)),
    case("three ranks", {}, (2, 3), (2, 1, 3), (2, 4, 2, 3)),
    case("three masks", {}, *[(2, 3, 2)] * 3, masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0]), yes([1, 0, 0], [0, 0, 0])]),
]
CASES = {
    "Add": MERGE_MANY,
    "Subtract": MERGE,
    "Multiply": MERGE_MANY,
    "Average": MERGE_MANY,
    "Maximum": MERGE_MANY,
    "Minimum": MERGE_MANY,
    "Concatenate": [
        case("two", {}, (2, 3), (2, 2)),
        case("three", {}, (1, 2, 3), (1, 2, 1), (1, 2, 2)),
        case("axis 1", dict(axis=1), (2, 3, 2), (2, 1, 2), symbolic=[(None, None, 2), (None, 1, 2)]),
        case("axis 2 of 4", dict(axis=2), (2, 3, 1, 2), (2, 3, 2, 2)),
        case("axis -2", dict(axis=-2), (2, 1, 3), (2, 2, 3)),
        case("axis 0", dict(axis=0), (2, 3), (1, 3), symbolic=[(2, 3), (1, 3)]),
        case("unknown axes", {}, (1, 3, 5, 1), (1, 3, 5, 2), symbolic=[(None, None, None, 1), (None, None, 5, 2)]),
        case("masks along another axis", {}, (2, 3, 2), (2, 3, 1), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0])]),
        case("masks along the masked axis", dict(axis=1), (2, 3, 2), (2, 2, 2), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0], [1, 1])]),
        case("one mask of two", dict(axis=1), (2, 3, 2), (2, 2, 2), masks=[yes([1, 1, 0], [1, 0, 0]), None]),
    ],
}  # fmt: skip
