"""Writes digits.keras, which keras-files.ipynb opens: a small network, trained by Python's Keras 3.15.

    KERAS_BACKEND=tensorflow python digits.py
"""

import keras
from keras import layers

keras.utils.set_random_seed(1)
(x, y), test = keras.datasets.mnist.load_data()

inputs = keras.Input((28, 28, 1), name="image")
h = layers.Rescaling(1 / 255)(inputs)
for filters in (8, 16, 32):
    h = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(h)
h = layers.GlobalAveragePooling2D()(h)
outputs = layers.Dense(10, activation="softmax", name="digit")(h)
model = keras.Model(inputs, outputs, name="digits")

model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=128, epochs=5, verbose=2)
model.evaluate(*test, verbose=2)
print(model.predict(test[0][:1], verbose=0).round(4))
model.save("digits.keras")
