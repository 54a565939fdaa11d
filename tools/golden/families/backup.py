"""keras/models/testdata/backup: what BackupAndRestore leaves of a training that is interrupted, and how Keras goes on."""

import shutil

import keras
from keras import layers

import golden
from golden import cosine

FOLDER = golden.ROOT / "keras/models/testdata/backup"


class Interrupt(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def fit(*callbacks):
    golden.fresh()
    inputs = keras.Input((3,))
    x = layers.BatchNormalization()(layers.Dense(4, activation="tanh")(inputs))
    m = keras.Model(inputs, layers.Dense(1)(x))
    m.compile(optimizer=keras.optimizers.Adam(0.01, amsgrad=True), loss="mse", jit_compile=False)
    backup = keras.callbacks.BackupAndRestore(FOLDER, delete_checkpoint=False)
    return m, m.fit(cosine((12, 3)), cosine((12, 1)), batch_size=4, epochs=5, shuffle=False, verbose=0, callbacks=[backup, *callbacks])


def generate():
    shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        fit(Interrupt())
    except KeyboardInterrupt:
        pass
    files = {p: p.read_bytes() for p in FOLDER.iterdir()}
    m, history = fit()
    for path, content in files.items():
        path.write_bytes(content)
    case = {"epoch": history.epoch, "loss": history.history["loss"], "weights": [golden.tensor(w) for w in m.get_weights()],
            "iterations": int(m.optimizer.iterations.numpy())}  # fmt: skip
    golden.write("keras/models/testdata/backup.json", cases=[case])
