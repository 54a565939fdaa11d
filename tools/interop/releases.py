"""Trades models with releases of Python's Keras, in both directions.

    python tools/interop/releases.py [RELEASE...]

Go's tests leave their models in a folder: every case of every layer, the graphs of keras/models and the guide's
programs. Each release loads them (models.py), compares what they give, and saves them; Go loads that, and compares.
Each release has a virtual environment beside this file, which is made the first time.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent import futures

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


def run(command, **environment):
    """The exit status and the output of a command."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def go_test(*packages, **environment):
    return run(["go", "test", "-count=1", *packages], **environment)


def exchange(release, left, back):
    """Keras loads what Go left and saves it, Go loads that."""
    # NumPy compiles nothing, which saves most of the time; with Keras 3.0 it needs PyTorch.
    backend = "jax" if release == "3.0.5" else "numpy"
    failed, text = run([python(release), HERE / "models.py", left, back], KERAS_BACKEND=backend, JAX_ENABLE_X64="1", PYTHONWARNINGS="ignore")
    failed_back, text_back = go_test("./internal/interop", GOKERAS_INTEROP=str(left), GOKERAS_INTEROP_BACK=str(back))
    if failed_back:
        return True, f"{text}{text_back}"
    return bool(failed), f"{text}Go loads what it saved: {len(list(back.glob('*.keras')))} models are as they should be\n"


def main(releases):
    with tempfile.TemporaryDirectory() as folder:
        left = pathlib.Path(folder) / "left"
        left.mkdir()
        failed, text = go_test(".", "./keras/layers", "./keras/models", GOKERAS_INTEROP=str(left))
        if failed:
            print(text)
            return True
        print(f"Go saved {len(list(left.glob('*.keras')))} models", flush=True)
        with futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for one, text in pool.map(lambda r: exchange(r, left, pathlib.Path(folder) / r), releases or RELEASES):
                print(text, flush=True)
                failed |= one
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
