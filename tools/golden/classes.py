"""Classes of the guides' programs. They take the arguments of all layers, to be read from files."""

import keras
from keras import layers, ops


class CustomDense(layers.Layer):
    """The guide's layer; its weights have names here."""

    def __init__(self, units=32, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", name="kernel")
        self.b = self.add_weight(shape=(self.units,), initializer="random_normal", name="bias")

    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b


class CustomRNN(layers.Layer):
    """The guide's recurrence, unrolled."""

    def __init__(self, units=32, classifier=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.projection_1 = layers.Dense(units, activation="tanh")
        self.projection_2 = layers.Dense(units, activation="tanh")
        self.classifier = layers.Dense(1)
        if classifier:
            self.classifier = classifier

    def call(self, inputs):
        outputs, state = [], ops.zeros((inputs.shape[0], self.units))
        for t in range(inputs.shape[1]):
            state = self.projection_1(inputs[:, t, :]) + self.projection_2(state)
            outputs.append(state)
        return self.classifier(ops.stack(outputs, axis=1))


class MLP(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense_1 = layers.Dense(64, activation="relu")
        self.dense_2 = layers.Dense(10)

    def call(self, inputs):
        return self.dense_2(self.dense_1(inputs))


class MyCustomModel(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = layers.Conv2D(32, (3, 3), activation="relu")
        self.pool1 = layers.MaxPooling2D((2, 2))
        self.conv2 = layers.Conv2D(64, (3, 3), activation="relu")
        self.pool2 = layers.MaxPooling2D((2, 2))
        self.flatten = layers.Flatten()
        self.dense = layers.Dense(10, activation="softmax")

    def call(self, inputs):
        return self.dense(self.flatten(self.pool2(self.conv2(self.pool1(self.conv1(inputs))))))
