"""Loads the models that Go's tests left in a folder, compares what they give, and saves them again.

    python tools/interop/models.py FOLDER BACK

FOLDER has NAME.keras and NAME.json (package internal/interop writes them); BACK gets NAME.keras as this release
of Keras saves it. What a release cannot do, whoever has written the file, is left out: it has to fail.
"""

import collections
import fnmatch
import json
import pathlib
import re
import sys
import warnings

import keras
import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
import layer_cases.recurrent  # noqa: F401  it registers golden>MinimalCell
from classes import MLP, CustomDense, CustomRNN, MyCustomModel

RELEASE = tuple(int(n) for n in keras.__version__.split(".")[:2])

# What a release does not have, or does wrong with layers and files of its own, as has been tried with it
# alone: the first release and the last, what there is, the models.
LEFT_OUT = [
    ((3, 0), (3, 0), "a Bidirectional that adds a tuple to a list", "Bidirectional_RNN Bidirectional_all_outputs* Bidirectional_initial_state Bidirectional_mask Bidirectional_mask_two_outputs Bidirectional_return_state"),
    ((3, 0), (3, 0), "no states for an RNN of many cells", "RNN_stack RNN_stack_all_steps RNN_stack_mask RNN_stack_of_all_kinds*"),
    ((3, 0), (3, 0), "no scores of MultiHeadAttention in a model", "MultiHeadAttention_*_scores"),
    ((3, 0), (3, 0), "no initializer Identity by its name", "Dense_identity_initializer SimpleRNN_initializers"),
    ((3, 0), (3, 0), "the wrong axes resized for channels_first", "UpSampling2D_bilinear_channels_first"),
    ((3, 0), (3, 0), "another shape of the results in its summary", "Attention_query_value_and_key AdditiveAttention_query_value_and_key"),
    ((3, 0), (3, 0), "weights that are trainable in layers that are not, in its summary", "*_not_trainable* BatchNormalization_frozen_inference_in_training TimeDistributed_normalization_frozen_training"),
    ((3, 0), (3, 3), "integers taken for the type of the results", "BatchNormalization_uint8_input UpSampling2D_bilinear_int32"),
    ((3, 0), (3, 3), "no such argument", "MultiHeadAttention_dropout_seed ZeroPadding1D_channels_first"),
    ((3, 0), (3, 3), "rms_scaling along the last axis alone", "LayerNormalization_rms_scaling_without_gamma_axis_1"),
    ((3, 0), (3, 3), "masks in lists with None lost", "graph_masks_of_a_nested_model"),
    ((3, 0), (3, 6), "no scores of attention in a model", "*Attention_all_call_arguments *Attention_return_attention_scores Attention_concat_use_scale"),
    ((3, 0), (3, 6), "query_mask taken for that of the values", "MultiHeadAttention_given_masks"),
    ((3, 0), (3, 6), "output_shape no list, which it is in files", "MultiHeadAttention_output_shape*"),
    ((3, 0), (3, 6), "queries as wide as values alone", "MultiHeadAttention_query_value_and_key"),
    ((3, 0), (3, 6), "no files of layers that call each other in turn", "graph_shared_at_two_depths"),
    ((3, 0), (3, 6), "a mean for each entry of the axes alone", "Normalization_given_as_one_of_a_list Normalization_given_for_the_last_of_the_axes Normalization_given_inverted Normalization_given_without_deviation Normalization_uint8"),
    ((3, 8), (3, 12), "means along the last axis alone", "Normalization_given_for_axis_1"),
    ((3, 0), (3, 8), "other casts and masks in its summary", "graph_masks_of_texts"),
    ((3, 0), (3, 8), "no masks for an RNN of many cells", "graph_a_mask_of_steps"),
    ((3, 0), (3, 8), "no such layer", "RMSNormalization_*"),
    ((3, 0), (3, 10), "no masks given to attention in a model", "Attention_given_masks AdditiveAttention_given_masks Attention_two_given_masks AdditiveAttention_two_given_masks"),
    ((3, 0), (3, 10), "no operation ConvertToTensor in a file", "graph_attended_masks"),
    ((3, 0), (3, 10), "no names of operations with options", "graph_joined_masks"),
    ((3, 0), (3, 10), "output_padding of at least 1", "Conv?DTranspose_*output_padding_0 Conv?DTranspose_*output_padding_for_each_axis"),
    ((3, 0), (3, 10), "integers normalized in another precision", "LayerNormalization_of_integers_rounded"),
    ((3, 0), (3, 12), "attention among three axes alone", "Attention_samples_as_steps"),
    ((3, 0), (3, 12), "no such argument", "BatchNormalization_renorm* MultiHeadAttention_sliding_window* MultiHeadAttention_use_gate"),
    ((3, 0), (3, 12), "no strides together with dilation", "DepthwiseConv*_strides_2*_dilation_* SeparableConv*_strides_2*_dilation_*"),
    ((3, 10), (3, 12), "no inputs that are not used", "graph_an_input_that_is_not_used"),
]
if keras.backend.backend() != "tensorflow":
    LEFT_OUT.append(((3, 0), (3, 99), "synchronized with TensorFlow alone", "BatchNormalization_synchronized"))
if keras.backend.backend() == "numpy":
    LEFT_OUT.append(((3, 0), (3, 99), "no list of axes with NumPy, which it is in files", "Softmax_axes*"))

# What a release forgets when it saves a model: it cannot read its own file either.
FORGOTTEN = [
    ((3, 0), (3, 3), "rms_scaling is not saved", "LayerNormalization_rms_scaling"),
    ((3, 0), (3, 12), "output_padding is not saved", "Conv?DTranspose_output_padding_1 Conv?DTranspose_same_output_padding_1_even_kernel"),
    ((3, 12), (3, 12), "output_padding is not saved", "Conv[12]DTranspose_output_padding_0 Conv?DTranspose_same_output_padding_0 Conv2DTranspose_same_output_padding_for_each_axis"),
]


class PooledRNN(CustomRNN):
    """The guide's recurrence with a model inside, which its config does not say."""

    def __init__(self, **kwargs):
        states = keras.Input((None, 32))
        pooled = keras.layers.GlobalAveragePooling1D()(states)
        super().__init__(classifier=keras.Model(states, keras.layers.Dense(1)(pooled)), **kwargs)


PooledRNN.__name__ = "CustomRNN"  # in files too


def reason(table, name):
    """Why a table has the model for this release; None if it has not."""
    for first, last, why, patterns in table:
        if first <= RELEASE <= last and any(fnmatch.fnmatchcase(name, p) for p in patterns.split()):
            return why
    return None


def decode(v):
    if isinstance(v, list):
        return [decode(e) for e in v]
    if "dict" in v:
        return {k: decode(e) for k, e in v["dict"].items()}
    return np.array(v["data"], v["dtype"]).reshape(v["shape"])


def compare(want, got, path=""):
    if isinstance(want, dict):
        assert want.keys() == got.keys(), (path, list(got))
        for k in want:
            compare(want[k], got[k], f"{path}[{k}]")
    elif isinstance(want, list):
        assert len(want) == len(got), (path, len(got))
        for i, w in enumerate(want):
            compare(w, got[i], f"{path}[{i}]")
    else:
        got = np.asarray(got)
        assert want.shape == got.shape, (path, want.shape, got.shape)
        finite = np.abs(want[np.isfinite(want)]) if want.size else want
        scale = max(finite.max(initial=0), 1e-3)
        with np.errstate(invalid="ignore"):
            near = (want == got) | (np.abs(want - got) <= 1e-5 * scale) | (np.isnan(want) & np.isnan(got))
        assert near.all(), f"{path} differs by {np.nanmax(np.abs(want - got))} of {scale}"


def summary(model):
    lines = []
    model.summary(print_fn=lambda text, **_: lines.append(text))
    return plain("\n".join(lines))


def plain(text):
    """A summary without sizes in bytes: TensorFlow counts updates in 8, the others in 4."""
    return re.sub(r" \([\d.]+ [KMG]?B\)", "", text).strip()


def load(path, want):
    """The model of a file, if it is as it should be."""
    rnn = PooledRNN if path.stem.endswith("pooled") else CustomRNN
    classes = {"CustomDense": CustomDense, "CustomRNN": rnn, "MLP": MLP, "MyCustomModel": MyCustomModel}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = keras.models.load_model(path, custom_objects=classes)
    caught = [str(w.message) for w in caught if "variable" in str(w.message)]
    assert not caught, caught
    x = decode(want["inputs"])
    if isinstance(x, list) and len(x) == 1:
        x = x[0]
    if isinstance(x, dict) and not isinstance(model._inputs_struct, dict):
        x = [x[t.name] for t in model.inputs]  # Keras 3.6 would take them in the order of the sorted names
    compare(decode(want["outputs"]), model.predict_on_batch(x))
    state = [v.numpy() for v in model.optimizer.variables] if model.compiled else []
    compare(decode(want["optimizer"]), state, "optimizer")
    if type(model).__module__.startswith("keras."):  # the shapes in a model of another class come from the backend
        assert summary(model) == plain(want["summary"]), summary(model) + want["summary"]
    return model


def cause(error):
    """The end of a chain of errors, of which each quotes a config."""
    return f"{type(error).__name__}: {str(error).rsplit('Exception encountered: ', 1)[-1][:1000]}"


def attempt(path, want, saved=None):
    """Loads a file, and saves the model again; what is wrong, or None."""
    keras.backend.clear_session()
    try:
        model = load(path, want)
        if saved:
            model.save(saved)
    except Exception as e:  # noqa: BLE001
        return cause(e)


def main(folder, back):
    back.mkdir(parents=True, exist_ok=True)
    passed, left_out, forgotten, failed = 0, collections.defaultdict(list), collections.defaultdict(list), []
    for path in sorted(folder.glob("*.keras")):
        name, want, saved = path.stem, json.loads(path.with_suffix(".json").read_text()), back / path.name
        error, why = attempt(path, want, saved), reason(LEFT_OUT, name)
        if why and error:
            left_out[why].append(name)
            continue
        if why or error:
            failed.append(f"{name}: {error or 'is as it should be, although listed: ' + why}")
            continue
        passed += 1
        why = reason(FORGOTTEN, name)
        if why and attempt(saved, want):
            forgotten[why].append(name)
            saved.unlink()
        elif why:
            failed.append(f"{name}: is saved as it should be, although listed: {why}")
    for text in failed:
        print("FAILED", text)
    for title, table in ("left out", left_out), ("not taken back", forgotten):
        for why, names in table.items():
            print(f"{title}, {why}: {', '.join(names)}")
    count = sum(map(len, left_out.values()))
    print(f"Keras {keras.__version__} ({keras.backend.backend()}): {passed} models are as they should be, {len(failed)} are not, {count} are left out")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
