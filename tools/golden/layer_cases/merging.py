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
    "Dot": [
        case("two vectors", dict(axes=1), (3, 4), (3, 4)),
        case("axis -1, batch 1", dict(axes=-1), (1, 5), (1, 5)),
        case("cosines", dict(axes=1, normalize=True), (3, 4), (3, 4)),
        case("matrices (1, 2)", dict(axes=(1, 2)), (2, 3, 5), (2, 4, 3)),
        case("matrices (2, 1), unknown sizes", dict(axes=(2, 1)), (2, 3, 4), (2, 4, 5), symbolic=[(None, None, 4), (None, 4, None)]),
        case("matrices -1", dict(axes=-1), (2, 3, 4), (2, 5, 4)),
        case("matrices (-1, -2)", dict(axes=(-1, -2)), (2, 3, 4), (2, 4, 2)),
        case("matrices, normalized", dict(axes=(2, 1), normalize=True), (2, 3, 4), (2, 4, 5)),
        case("a vector and a matrix", dict(axes=1), (2, 3), (2, 3, 4)),
        case("a matrix and a vector", dict(axes=(2, 1)), (2, 4, 3), (2, 3)),
        case("rank 4 and 3", dict(axes=(2, 1)), (2, 3, 4, 2), (2, 4, 3)),
        case("rank 4 and 4", dict(axes=(3, 1)), (1, 2, 3, 2), (1, 2, 3, 2)),
        case("a vector and rank 4", dict(axes=(1, 2)), (2, 3), (2, 2, 3, 4)),
        case("masks end", dict(axes=2), (2, 3, 2), (2, 3, 2), masks=[yes([1, 1, 0], [1, 0, 0]), yes([1, 0, 0], [1, 1, 0])]),
    ],
}  # fmt: skip
