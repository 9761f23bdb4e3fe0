BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint format bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Make .venv and install what the system lacks
	@bin/setup

demo: setup ## Run the main job on the demo data, into var/demo
	@$(BIN)/fundapp demo

serve: setup ## Serve the site with the demo data on this machine
	@$(BIN)/fundapp serve

test: ## Check the code, then run every test
	@bin/setup --with-browser
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 2
	$(BIN)/pytest -n 2 --database postgresql tests/test_base.py tests/services tests/queries

lint: setup ## Check style, types and the layers
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## Lay out the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

bench: setup ## Measure the pages against a bare Flask page
	$(BIN)/python -m benchmarks.pages

lock: setup ## Pin all packages anew; UPGRADE=--upgrade takes newer ones
	$(BIN)/uv pip compile --quiet --universal --all-extras --group dev --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE) \
		--output-file requirements.lock pyproject.toml
	@bin/setup

clean: ## Remove .venv and the caches; data in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
