# Two commands do all set-up: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test check serve notebook readme lock clean eval-parsing eval-truth eval-leaks chaos check-grammars load bench-gateway drain leaving fuzz

VENV := .venv
BIN := $(VENV)/bin
# locust and schemathesis, apart from what the project needs.
BENCH := .bench
MINUTES ?= 10
# The newest Python this project supports that is installed; override with `make PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## create the virtual environment with the locked packages

$(VENV)/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found. Install one, or: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Setting up $(VENV) with $(PYTHON) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check "$$(sed -nE 's/^(uv==[^ ]+).*/\1/p' requirements.lock)" 2>/dev/null || true
	@# uv is quick; pip does the same where uv cannot reach the package index that pip is configured for.
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements.lock \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --no-index -e . 
	@touch $@

demo: setup ## set up, then tailor a real resume to a real job post
	@$(BIN)/resume-rag demo

test: check ## set up, then check style, types and layers, and run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadscope

check: setup ## style, types, layers
	@$(BIN)/ruff format --check -q . || { echo "run: ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/tmp/.import-linter.$$$$ 2>&1 || { cat /tmp/.import-linter.$$$$; rm -f /tmp/.import-linter.$$$$; exit 1; }; rm -f /tmp/.import-linter.$$$$

serve: setup ## start the HTTP service on http://127.0.0.1:8000
	@$(BIN)/resume-rag serve

notebook: setup ## run the notebooks again and keep their output
	@$(BIN)/python -m jupyter execute --inplace notebooks/*.ipynb

readme: setup ## print the tables of settings and errors into the README
	@RESUME_RAG_UPDATE_README=1 $(BIN)/python -m pytest -q tests/test_readme.py

eval-truth: setup ## lies caught and honest lines passed, by class and trade, with two baselines
	@$(BIN)/python -m resume_rag.evaluation.truth

eval-leaks: setup ## what a hostile model gets through from the examples and the post
	@$(BIN)/python -m resume_rag.evaluation.leaks

lock: setup ## resolve the packages anew
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --upgrade -o requirements.lock

eval-parsing: setup ## what the parser makes of damaged answers, beside other parsers, and in what time (corpora: RESUME_RAG_CORPORA)
	@$(BIN)/python -m resume_rag.evaluation.parsing $(if $(RESUME_RAG_CORPORA),--corpora $(RESUME_RAG_CORPORA)/json)

chaos: setup ## 10,000 requests against a server that fails in every way
	@$(BIN)/python tests/run_chaos.py --requests $(or $(REQUESTS),10000)

# xgrammar declares torch and transformers, gigabytes that its grammars do not use: installed here without them.
.xgrammar/.ready:
	@$(BIN)/python -m venv .xgrammar
	@.xgrammar/bin/python -m pip install -q --disable-pip-version-check apache-tvm-ffi pydantic numpy
	@.xgrammar/bin/python -m pip install -q --disable-pip-version-check --no-deps xgrammar==0.2.8
	@touch $@

check-grammars: setup .xgrammar/.ready ## compile the wire schema with the engines that hold models to it
	@RESUME_RAG_XGRAMMAR_PYTHON=.xgrammar/bin/python $(BIN)/python -m pytest -q tests/test_wire_schema.py

# --- the service under load; each runs the fake model server, and needs no model ---

$(BENCH)/.ready:
	@$(PYTHON) -m venv $(BENCH) && $(BENCH)/bin/python -m pip install -q --disable-pip-version-check locust schemathesis && touch $@

load: setup $(BENCH)/.ready ## 32 streams for 10 minutes: errors, memory, own overhead (MINUTES=1 for less)
	@$(BIN)/python -m tests.benchmarks.load --locust $(BENCH)/bin/locust --minutes $(MINUTES)

bench-gateway: setup ## the service beside the bare model server, FastAPI + httpx, and a naive LangServe chain
	@$(BIN)/python -m tests.benchmarks.gateway

drain: setup ## SIGTERM under 32 streams: with time to finish, and without
	@$(BIN)/python -m tests.benchmarks.drain

leaving: setup ## a client leaves each route: how soon the model's server is left as well
	@$(BIN)/python -m tests.benchmarks.leaving

fuzz: setup $(BENCH)/.ready ## more than 5,000 generated requests against the service's own OpenAPI document
	@$(BIN)/python -m tests.benchmarks.fuzz --schemathesis $(BENCH)/bin/schemathesis

clean: ## remove the virtual environment and what tools leave behind
	@rm -rf $(VENV) $(BENCH) .xgrammar .mypy_cache .ruff_cache .pytest_cache .hypothesis
