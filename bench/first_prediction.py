"""What `gokeras predict MODEL -x ARRAY` does, in Python.

    KERAS_BACKEND=tensorflow|jax|torch python bench/first_prediction.py MODEL ARRAY
"""

import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

model = keras.models.load_model(sys.argv[1], compile=False)
print(model.predict(np.load(sys.argv[2]), verbose=0), flush=True)
