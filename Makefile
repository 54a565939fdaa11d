# What is checked, and how, stands in .ci/run.

PYTHON ?= python3
VENV   := tools/golden/.venv

.PHONY: check test race bench golden

check: ## everything that must pass before a change is shown to others
	.ci/run

test:
	go test ./...

race:
	.ci/run race

bench: ## all benchmarks, once
	go test -run '^$$' -bench . -benchmem ./...

# Writes the numbers that tests compare with, from real Keras: for new cases, or a
# new version of Keras. Nothing else needs Python. FAMILIES="losses fit" writes some.
golden: $(VENV)
	$(VENV)/bin/python tools/golden/generate.py $(FAMILIES)

$(VENV): tools/golden/requirements.txt
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --requirement $<
	touch $@
