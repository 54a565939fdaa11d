"""Writes the fixtures that tests compare with: what real Keras computes.

    python tools/golden/generate.py            all families
    python tools/golden/generate.py losses fit  some

Versions: requirements.txt. A second run writes the same bytes.
"""

import importlib
import importlib.metadata
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FAMILIES = sorted(p.stem for p in (HERE / "families").glob("[a-z]*.py"))
SCRIPTS = ["console", "hdf5", "mnist_npz", "output_losses", "real_datasets"]  # families that stand on their own


def pinned():
    lines = (HERE / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def generate(family):
    import golden  # before Keras

    for package, version in pinned().items():
        found = importlib.metadata.version(package)
        if found != version:
            sys.exit(f"{package} is {found}; requirements.txt wants {version}")
    golden.fresh()
    importlib.import_module(f"families.{family}").generate()


def main(names):
    for name in names:
        if name not in FAMILIES + SCRIPTS:
            sys.exit(f"no family {name}; there are: {', '.join(FAMILIES + SCRIPTS)}")
    # A process each, so that TensorFlow starts anew. Some error texts list a set: its order hangs on the hash seed.
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    for name in names or FAMILIES + SCRIPTS:
        print(name, flush=True)
        script = HERE / f"{name}.py" if name in SCRIPTS else __file__
        subprocess.run([sys.executable, script], env={**env, "GOLDEN_FAMILY": name}, check=True)


if __name__ == "__main__":
    if os.environ.get("GOLDEN_FAMILY"):
        generate(os.environ["GOLDEN_FAMILY"])
    else:
        main(sys.argv[1:])
