"""Trades models with releases of Python's Keras, in both directions.

    python tools/interop/releases.py [RELEASE...]

Go's tests leave their models in a folder: every case of every layer, the graphs of keras/models and the guide's
programs. Each release loads them (models.py), compares what they give, and saves them; Go loads that, and compares.
Each release has a virtual environment beside this file, which is made the first time. A release takes some ten minutes.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# What each release of Keras ran with in its time: JAX, NumPy.
RELEASES = {
    "3.0.5": ("0.4.30", "1.26.4"),
    "3.3.3": ("0.4.30", "1.26.4"),
    "3.6.0": ("0.4.38", "2.2.6"),
    "3.8.0": ("0.4.38", "2.2.6"),
    "3.10.0": ("0.4.38", "2.2.6"),
    "3.12.1": ("0.7.2", "2.2.6"),
    "3.15.1": ("0.7.2", "2.2.6"),
}


def python(release):
    venv = HERE / f".venv-{release}"
    if not venv.exists():
        jax, numpy = RELEASES[release]
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "--quiet", f"keras=={release}", f"jax[cpu]=={jax}", f"numpy=={numpy}", "h5py"], check=True)
    return venv / "bin/python"


def go_test(packages, **environment):
    return subprocess.run(["go", "test", "-count=1", *packages], cwd=ROOT, env={**os.environ, **environment}).returncode


def main(releases):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        left = pathlib.Path(folder) / "left"
        left.mkdir()
        failed |= go_test([".", "./keras/layers", "./keras/models"], GOKERAS_INTEROP=str(left))
        for release in releases or RELEASES:
            back = pathlib.Path(folder) / release
            # NumPy compiles nothing, which saves most of the time; with Keras 3.0 it needs PyTorch.
            backend = "jax" if release == "3.0.5" else "numpy"
            environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONWARNINGS": "ignore"}
            failed |= subprocess.run([python(release), HERE / "models.py", left, back], env=environment).returncode
            failed |= go_test(["./internal/interop"], GOKERAS_INTEROP=str(left), GOKERAS_INTEROP_BACK=str(back))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
