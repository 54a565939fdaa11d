"""The cases of each layer: a module a family, with CASES by class. families/layers.py records them."""

import importlib
import pkgutil

import numpy as np
from keras import constraints, initializers, regularizers


def case(name, args, *inputs, **options):
    """A case: the constructor's arguments, the inputs as shapes or arrays, and

    training   the call's argument
    mask       the mask of the single input
    masks      the masks of several inputs
    given_mask the call's argument mask
    call       its other arguments, and a list of masks
    symbolic   the shapes of the inputs that output_shapes belong to; default: batch None
    initial    keep the weights that the initializers made
    detached   the gradient stops at a part of the layer: it is not the derivative
    step       also record the weights after a step of SGD with this rate
    only       only the config
    blocked    no gradient gets to the inputs, although they are floats
    """
    return name, args, inputs, options


def yes(*rows):
    return np.array(rows, dtype=bool)


def ramp(*shape, dtype):
    """All bytes there are: 7·i modulo 256."""
    return (np.arange(np.prod(shape)) * 7 % 256).astype("uint8").view(dtype).reshape(shape)


C, R, K = initializers.Constant, regularizers, constraints
L1L2 = R.L1L2(l1=0.02, l2=0.03)


def everything():
    """All cases by class."""
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return {cls: cases for m in modules for cls, cases in m.CASES.items()}
