# Orderlane from a bare Python 3.11: every target sets up what it needs, and only what changed since last time.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
ARGS   ?=
# Tests run side by side in so many processes: one more than processors, because many wait for servers and clocks.
TESTERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

BIN      := .venv/bin
FRONTEND := webapp/frontend
BUILT    := webapp/static/dist/manifest.json
# node and npm come from the system, or else from a wheel in .venv (see .venv/.node).
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run test faults bench setup lock texts pictures clean
.DEFAULT_GOAL := help
# Python's packages and those of the front end are fetched side by side: neither needs the other.
MAKEFLAGS += --jobs=2

help:  ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "  HOST=127.0.0.1 PORT=8000 for run; ARGS='-k inbox' for test"

run: setup  ## Set everything up and serve the demo company on http://$(HOST):$(PORT)
	@orderlane run --host $(HOST) --port $(PORT)

# pytest keeps what it makes of the asserts of a test file, also where Python keeps no bytecode: else each process makes
# it anew in each run, half of the time that it takes to find all tests.
test: setup .venv/.system  ## Set everything up and run all tests
	ruff check .
	ruff format --check .
	PYTHONDONTWRITEBYTECODE= python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

faults: setup .venv/.system  ## Kill processes at work and walk 300 random orders, play 50,000 random processes, try 50,000 generated expressions
	ORDERLANE_FAULTS=all ORDERLANE_WALKS=300 ORDERLANE_GENERATED=50000 python -m pytest -n $(TESTERS) \
	    tests/faults tests/processes/test_walks.py tests/processes/records/test_completion_broken.py \
	    tests/engine/feel/test_fuzz.py tests/engine/gate/test_gate_and_engine.py \
	    tests/engine/forms/test_forged.py $(ARGS)
	ORDERLANE_TIMES=25 ORDERLANE_STORED=500 python -m pytest -n $(TESTERS) tests/engine/spiff \
	    -k test_random $(ARGS)

bench: setup  ## Run every benchmark; each prints one JSON line last
	@for file in bench/[a-z]*.py; do echo "== $$file"; python $$file --json || exit 1; done

setup: .venv/.project bytecode $(BUILT) translations

lock:  ## Write requirements.txt again from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --group dev pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --group pyproject.toml:node --output-file $(FRONTEND)/node.txt

texts: setup  ## Collect texts for the translators and name what is missing
	@orderlane texts update && orderlane texts check

pictures: setup  ## Draw the picture of every process anew
	@orderlane picture processes

clean:  ## Remove what set-up made (never the data in instance/)
	rm -rf .venv $(FRONTEND)/node_modules webapp/static/dist

# --- Python -----------------------------------------------------------------------------------------------------------

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Orderlane needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1)."; \
	    echo "Install a newer one and run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

# uv is taken from the lock with its hashes; where it cannot be had, pip installs the same lock, more slowly.
.venv/.packages: requirements.txt .venv/pyvenv.cfg
	@awk '/^[a-z]/ {mine = /^uv==/} mine' requirements.txt > .venv/uv.txt
	@$(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --require-hashes -r .venv/uv.txt \
	    || echo "uv could not be installed; pip does it, which takes a minute longer."
	@if $(BIN)/uv --version >/dev/null 2>&1; \
	    then $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt; \
	    else grep -v '^$$' requirements.txt | awk '/^[a-z]/ {mine = !/^uv==/} mine' > .venv/pip.txt; \
	         $(BIN)/python -m pip install --require-hashes -r .venv/pip.txt; fi
	@touch $@

.venv/.project: pyproject.toml .venv/.packages
	@if $(BIN)/uv --version >/dev/null 2>&1; \
	    then $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	    else $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .; fi
	@touch $@

# Where Python may not write its bytecode while it runs (PYTHONDONTWRITEBYTECODE), a start would compile everything anew.
.PHONY: bytecode translations
bytecode: .venv/.project
	@$(BIN)/python -m compileall -q engine processes webapp

translations: .venv/.packages
	@for file in $$(find webapp/translations -name '*.po' 2>/dev/null); do \
	    [ "$${file%.po}.mo" -nt "$$file" ] || $(BIN)/pybabel --quiet compile --input-file "$$file" --output-file "$${file%.po}.mo"; \
	done

# --- front end --------------------------------------------------------------------------------------------------------

.venv/.node: $(FRONTEND)/node.txt .venv/pyvenv.cfg
	@if node --eval 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1; \
	    then echo "Node.js $$(node --version) is used."; \
	    else echo "No Node.js 20 or newer was found: it is installed into .venv."; \
	         $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(FRONTEND)/node.txt \
	         || $(BIN)/python -m pip install --quiet --require-hashes -r $(FRONTEND)/node.txt; fi
	@touch $@

# npm writes this file itself. Install scripts stay off: one of them sends telemetry, and nothing needs them.
$(FRONTEND)/node_modules/.package-lock.json: $(FRONTEND)/package-lock.json .venv/.node
	cd $(FRONTEND) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): $(FRONTEND)/node_modules/.package-lock.json $(shell find $(FRONTEND)/src -type f 2>/dev/null) $(wildcard $(FRONTEND)/*.mjs)
	cd $(FRONTEND) && node build.mjs
	@touch $@

# --- what tests need from the system ----------------------------------------------------------------------------------

.venv/.system: .ci/system-packages .venv/pyvenv.cfg
	@.ci/system-packages && touch $@
