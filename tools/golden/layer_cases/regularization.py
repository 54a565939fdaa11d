"""Layers against overfitting."""

from layer_cases import case, yes

SPATIAL = [
    case("inference", dict(rate=0.4), (2, 5, 3)),
    case("rate 0, training", dict(rate=0.0), (2, 3, 2), training=True),
    case("rate 1, training", dict(rate=1.0), (1, 3, 2), training=True),
    case("seed, unknown sizes", dict(rate=0.25, seed=7), (1, 3, 2), symbolic=[(None, None, None)]),
]


def images(*axes):
    """The cases with more axes, and channels first."""
    cases = [(name, args, tuple(x[:1] + axes + x[1:] for x in inputs), {k: v for k, v in o.items() if k != "symbolic"}) for name, args, inputs, o in SPATIAL]
    return cases + [
        case("channels_first", dict(rate=0.3, data_format="channels_first"), (2, 3, *axes, 4)),
        case("mask passes", dict(rate=0.5), (2, 3, *axes, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ]


CASES = {
    "ActivityRegularization": [
        case("default", {}, (2, 3)),
        case("l1", dict(l1=0.1), (2, 3, 2), mask=yes([1, 0, 1], [1, 1, 0])),
        case("l1 and l2", dict(l1=0.02, l2=0.3), (1, 5)),
    ],
    "GaussianNoise": [
        case("inference", dict(stddev=0.5), (2, 5)),
        case("stddev 0, training", dict(stddev=0.0), (2, 3), training=True),
        case("seed, mask passes", dict(stddev=0.25, seed=7), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
    "GaussianDropout": [
        case("inference", dict(rate=0.5), (2, 5)),
        case("rate 0, training", dict(rate=0.0), (2, 3), training=True),
        case("seed, mask passes", dict(rate=0.25, seed=7), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
    "AlphaDropout": [
        case("inference", dict(rate=0.5), (2, 5)),
        case("rate 0, training", dict(rate=0.0), (2, 3), training=True),
        case("noise_shape", dict(rate=0.5, noise_shape=(None, 1, 3)), (2, 4, 3), symbolic=[(None, None, 3)]),
        case("seed, mask passes", dict(rate=0.25, seed=7), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
    "Dropout": [
        case("inference", dict(rate=0.4), (2, 5)),
        case("rate 0, training", dict(rate=0.0), (2, 5), training=True),
        case("rate 1, training", dict(rate=1.0), (2, 5), training=True),
        case("rate 1, inference", dict(rate=1.0), (2, 5)),
        case("noise_shape", dict(rate=0.5, noise_shape=(None, 1, 3)), (2, 4, 3), symbolic=[(None, None, 3)]),
        case("seed", dict(rate=0.25, seed=7), (1, 3)),
        case("mask passes", dict(rate=0.5), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0])),
    ],
    "SpatialDropout1D": SPATIAL + [case("mask passes", dict(rate=0.5), (2, 3, 2), mask=yes([1, 1, 0], [1, 0, 0]))],
    "SpatialDropout2D": images(2),
    "SpatialDropout3D": images(2, 1),
}  # fmt: skip
