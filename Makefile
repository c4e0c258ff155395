# The few verbs that people, hooks and CI share. On a fresh machine with Python, git and make,
# `make demo` and `make test` need nothing else.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
LOCKER := $(VENV)/locker
ONLY ?=
UPGRADE ?=
# More than the two processors of the machine that CI runs on: tests also wait, for agents and screens.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup demo test cover lint format docs bench lock clean

help: ## Show these verbs.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install Leafcut and its tools into .venv.

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Leafcut needs Python 3.11 or later" >&2; exit 7; }
	@echo "Leafcut and its tools go into $(VENV): a minute, once"
	$(PYTHON) -m venv $(VENV)
	@# The file names all that is needed: resolving anew would trip over any newer release.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# Where Python is told to write no bytecode, each start of leafcut would compile it anew.
	$(BIN)/python -m compileall -q orchestrator
	@touch $(STAMP)

demo: setup ## Run the main job on a real package.
	rm -rf build/demo build/demo-slices
	$(BIN)/leafcut demo build/demo
	@echo "  here leafcut is $(BIN)/leafcut, after . $(BIN)/activate just leafcut" >&2

lint: setup ## Check style, types and layers.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@# Every playbook is a program of its own: two of them may have a module of the same name.
	for playbook in $(sort $(dir $(wildcard playbooks/*/*.py))); do \
		MYPYPATH=$$playbook $(BIN)/mypy --explicit-package-bases $$playbook || exit 1; done
	$(BIN)/lint-imports --no-cache

test: setup lint ## Lint and run every test.
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

cover: setup ## Test, and show what no test reaches within its own process.
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term-missing:skip-covered

format: setup ## Format the code.
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: setup ## Write docs/reference and docs/json.md from the code.
	$(BIN)/python -m orchestrator.cli.manual docs

bench: setup ## Run the benchmarks, or one: make bench ONLY=plan.
	$(BIN)/python -m benchmarks $(ONLY)

lock: ## Pin what is not pinned yet; make lock UPGRADE=--upgrade pins all anew.
	$(PYTHON) -m venv $(LOCKER)
	$(LOCKER)/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(LOCKER)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--extra demo --extra redis-server --extra web --group dev $(UPGRADE) -o constraints.txt pyproject.toml

clean: ## Remove what make made.
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
