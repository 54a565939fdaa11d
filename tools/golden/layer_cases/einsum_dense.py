"""EinsumDense."""

from keras import initializers

from layer_cases import L1L2, C, R, case, yes

PLAIN, HEADS = dict(equation="abc,cd->abd", output_shape=(None, 3)), dict(equation="abc,cde->abde", output_shape=(None, 2, 3))
CASES = {
    "EinsumDense": [
        case("without bias", PLAIN, (2, 3, 4)),
        case("as Dense", PLAIN | dict(bias_axes="d", activation="relu"), (2, 3, 4), step=0.1),
        case("one size", dict(equation="ab,bc->ac", output_shape=3, bias_axes="c", activation="tanh"), (1, 5)),
        case("heads", HEADS | dict(bias_axes="de"), (2, 3, 4)),
        case("heads, a bias for each", HEADS | dict(bias_axes="d"), (2, 3, 4)),
        case("a bias for one axis of two", HEADS | dict(bias_axes="e", activation="sigmoid"), (1, 2, 3)),
        case("from heads", dict(equation="abcd,cde->abe", output_shape=(None, 5), bias_axes="e"), (2, 3, 2, 4)),
        case("along steps", dict(equation="abc,bd->adc", output_shape=(2, None), bias_axes="d"), (2, 3, 4)),
        case("steps that are known", dict(equation="abc,bcd->abd", output_shape=(3, 2), bias_axes="bd"), (2, 3, 4)),
        case("a sum over steps", dict(equation="abc,cd->ad", output_shape=3, bias_axes="d"), (2, 3, 4)),
        case("dots in front", dict(equation="...x,xy->...y", output_shape=3, bias_axes="y"), (2, 3, 2, 4), symbolic=[(None, None, None, 4)]),  # Keras swaps known sizes
        case("dots in front of a vector", dict(equation="...x,xy->...y", output_shape=3, bias_axes="y"), (2, 4)),
        case("dots behind", dict(equation="ab...,bc->ac...", output_shape=3, bias_axes="c"), (2, 4, 5)),
        case("initial bias", PLAIN | dict(bias_axes="d", kernel_initializer=C(0.25), bias_initializer="ones"), (2, 3, 4), initial=True),
        case("kernel_regularizer", HEADS | dict(kernel_regularizer=R.L2(0.1)), (2, 3, 4)),
        case("bias_regularizer", HEADS | dict(bias_axes="de", bias_regularizer="l1"), (2, 3, 4)),
        case("activity_regularizer", PLAIN | dict(activity_regularizer=L1L2), (2, 3, 4)),
        case("kernel_constraint, bias_constraint", PLAIN | dict(bias_axes="d", kernel_constraint="unit_norm", bias_constraint="non_neg"), (2, 3, 4), step=0.1),
        case("not trainable, named", PLAIN | dict(trainable=False, name="rows"), (2, 3, 4)),
        case("a mask ends", PLAIN, (2, 3, 4), mask=yes([1, 1, 0], [1, 0, 0])),
        case("kernel_initializer", HEADS | dict(kernel_initializer=initializers.HeNormal(seed=3)), (2, 3, 4), only=True),
    ],
}  # fmt: skip
