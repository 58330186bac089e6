# Everything is made here from Python 3.11+ alone. `make help` lists what can be made.
PYTHON ?= python3
VENV := .venv
EMULATOR := .emulator

SHELL := /bin/bash
export PATH := $(CURDIR)/$(VENV)/node:$(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Without its bytecode, aws-cdk-lib takes two seconds more to import.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help synth test check format deploy-test snapshots practices benchmark lock wheel clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

synth: $(VENV)/.installed ## Synthesize every stack, fully checked, and sum up
	@python scripts/synth.py

test: $(VENV)/.installed ## Run all tests but the deploy test
	@pytest -n 2

check: $(VENV)/.installed ## Check format, lint and types
	@ruff format --check . && ruff check . && mypy

format: $(VENV)/.installed ## Format the code, and mend what can be mended
	@ruff format . && ruff check --fix .

deploy-test: $(VENV)/.installed $(EMULATOR)/.installed ## Deploy every stack to an emulator on this machine, and read it back
	@pytest tests/deploy -p no:xdist

snapshots: $(VENV)/.installed ## Accept what the templates are now
	@pytest -n 2 --snapshot-update

practices: $(VENV)/.installed ## Write PRACTICES.md from the catalogue
	@constructs-lib practices --markdown > PRACTICES.md

benchmark: $(VENV)/.installed ## Compare with CDK's own synth of bare constructs
	@python benchmarks/synth.py

lock: ## Write the lock files anew; wants an environment, be it an old one
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --extra cli --group dev pyproject.toml --output-file requirements/dev.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" requirements/emulator.in --output-file requirements/emulator.txt

wheel: $(VENV)/.installed ## Build the wheel into dist/
	@python -m hatchling build -t wheel

clean: ## Remove all that was made
	rm -rf $(VENV) $(EMULATOR) node_modules cdk.out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: requirements/dev.txt pyproject.toml package-lock.json scripts/bootstrap.py
	@$(PYTHON) scripts/bootstrap.py $(VENV) requirements/dev.txt project cdk
	@touch $@

$(EMULATOR)/.installed: requirements/emulator.txt scripts/bootstrap.py
	@$(PYTHON) scripts/bootstrap.py $(EMULATOR) requirements/emulator.txt
	@touch $@
