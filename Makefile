# What is checked, and how, stands in .ci/run.

PYTHON ?= python3
FUZZTIME ?= 30s

.PHONY: check test test-arm64 race notebooks fuzz bench bench-keras golden interop

check: ## everything that must pass before a change is shown to others
	.ci/run

test:
	go test ./...

test-arm64: ## kernels, layers, models and ops on an emulated processor
	.ci/run arm64

race:
	.ci/run race

notebooks: ## every cell of the notebooks, on kernels built for that
	.ci/run notebooks

# Go fuzzes one target at a time, and would spend nearly all of it on making inputs smaller.
# What a target finds goes to testdata/fuzz beside it: commit that with the fix.
fuzz: ## every fuzz target, each for FUZZTIME
	@grep -rEo --include='*_test.go' '^func Fuzz\w+' . | sed 's|/[^/]*:func | |' | while read -r package target; do \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$package || exit; \
	done

bench: ## all benchmarks, once
	go test -run '^$$' -bench . -benchmem ./...

# Measures GoKeras beside Python Keras and writes docs/benchmarks.md; some ten minutes.
bench-keras: bench/.venv
	go run ./bench/compare -python $</bin/python

# Writes the numbers that tests compare with, from real Keras: for new cases, or a
# new version of Keras. Only this and bench-keras need Python. FAMILIES="losses fit" writes some.
golden: tools/golden/.venv
	$</bin/python tools/golden/generate.py $(FAMILIES)

interop: tools/golden/.venv ## Python's Keras, from 3.0 on, reads what Go wrote, and Go what Keras wrote: an hour
	$</bin/python tools/interop/hdf5.py
	$(PYTHON) tools/interop/releases.py

%/.venv: %/requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 is needed: install it, or say where it is with make PYTHON=…'; exit 1; }
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --requirement $< || { rm -r $@; exit 1; }
	touch $@
