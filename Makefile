# Each target works alone on a fresh clone: it makes the environment it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Threads that wait by spinning slow training tenfold when the machine has other work.
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: demo test lint types docs check notebooks pictures demo-model bench forget-loops clean help

help:  ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/'

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hyperquery needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY)  ## Answer the article's queries from the bundled catalog
	@$(BIN)/python examples/demo.py

test: $(READY)  ## Run every test
	$(BIN)/python -m pytest

lint: $(READY)  ## Lint, format check, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY)  ## Check types
	$(BIN)/mypy

docs: $(READY)  ## Build the documentation into site/, warnings as errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

check: test lint types docs  ## Everything that CI checks

notebooks: $(READY)  ## Execute the notebooks of examples/ again
	$(BIN)/jupyter execute --inplace examples/notebooks/*.ipynb

pictures: $(READY)  ## Draw the pictures of the documentation again
	$(BIN)/python docs/make_pictures.py

demo-model: $(READY)  ## Train the bundled demo model again
	$(BIN)/python -m hyperquery.demo.build

bench: $(READY)  ## Measure on the ESCI slice, beside the peers
	$(BIN)/python benchmarks/esci.py

forget-loops:  ## Let numba compile the loops again
	find src -name '*.nb[ic]' -delete

clean:  ## Remove the environment and all build output
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
