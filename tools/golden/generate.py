"""Writes the fixtures that tests compare with: what real Keras computes.

    python tools/golden/generate.py            all families
    python tools/golden/generate.py losses fit  some

Versions: requirements.txt. A second run writes the same bytes.
"""

import importlib
import importlib.metadata
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FAMILIES = sorted(p.stem for p in (HERE / "families").glob("[a-z]*.py"))


def pinned():
    lines = (HERE / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def main(names):
    for name in names:
        if name not in FAMILIES:
            sys.exit(f"no family {name}; there are: {', '.join(FAMILIES)}")
    if len(names) != 1:  # a process each: TensorFlow and name counters start anew
        for name in names or FAMILIES:
            print(name, flush=True)
            subprocess.run([sys.executable, __file__, name], check=True)
        return

    import golden  # before Keras

    for package, version in pinned().items():
        found = importlib.metadata.version(package)
        if found != version:
            sys.exit(f"{package} is {found}; requirements.txt wants {version}")
    golden.fresh()
    importlib.import_module(f"families.{names[0]}").generate()


if __name__ == "__main__":
    main(sys.argv[1:])
