# What is checked, and how, stands in .ci/run.

PYTHON ?= python3

.PHONY: check test test-arm64 race bench bench-keras golden

check: ## everything that must pass before a change is shown to others
	.ci/run

test:
	go test ./...

test-arm64: ## kernels, layers, models and ops on an emulated processor
	.ci/run arm64

race:
	.ci/run race

bench: ## all benchmarks, once
	go test -run '^$$' -bench . -benchmem ./...

# Measures GoKeras beside Python Keras and writes docs/benchmarks.md; some ten minutes.
bench-keras: bench/.venv
	go run ./bench/compare -python $</bin/python

# Writes the numbers that tests compare with, from real Keras: for new cases, or a
# new version of Keras. Only this and bench-keras need Python. FAMILIES="losses fit" writes some.
golden: tools/golden/.venv
	$</bin/python tools/golden/generate.py $(FAMILIES)

%/.venv: %/requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 is needed: install it, or say where it is with make PYTHON=…'; exit 1; }
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --requirement $< || { rm -r $@; exit 1; }
	touch $@
