# All targets work in a virtual environment of their own, made on first use.
PYTHON ?= python3
PORT ?= 3000
VENV := .venv
BIN := $(VENV)/bin
# Two processes, each with an embedded PostgreSQL; a given one is for one at a time.
PYTEST := $(BIN)/pytest $(if $(PGREST_TEST_URI),,--numprocesses 2 --dist loadfile)

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench build clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## Serve a sample database on port 3000 (PORT=… for another)
	@$(BIN)/python -m pgrest_wsgi.demo --port $(PORT)

test: $(VENV)/dev.stamp ## Run the tests on an embedded PostgreSQL (or PGREST_TEST_URI)
	$(PYTEST)

check: $(VENV)/dev.stamp ## Run the formatter, the linter, the type checker and the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

format: $(VENV)/dev.stamp ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp ## Run the benchmarks
	$(BIN)/python -m benchmarks

build: $(VENV)/dev.stamp ## Build the wheel and the source distribution into dist/
	$(BIN)/python -m build

clean: ## Remove everything that these targets made
	rm -rf $(VENV) build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The stamps remember what is installed: a second run starts at once.
$(VENV)/demo.stamp: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable '.[demo]'
	@touch $@

$(VENV)/dev.stamp: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/demo.stamp
