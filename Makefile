# Siklus: `make up` runs it, `make test` proves it. Everything is installed into .venv and node_modules on first use.

PYTHON := .venv/bin/python
UV := .venv/bin/uv
KAFKA ?= dev
NODE_FOLDERS := services/portal/assets

.PHONY: up demo pictures test test-events lint format bench schemas down clean setup lock

up: setup ## Run the whole city; Ctrl-C stops it, the next start resumes
	@exec $(PYTHON) -m siklus up --kafka $(KAFKA)

demo: setup ## Play a whole year of 60 people in about two minutes
	@exec $(PYTHON) -m siklus demo --kafka $(KAFKA)

pictures: setup ## The README's pictures, from one person's year in the fresh city that `make up` runs
	$(PYTHON) -m tests.browser.pictures

test: setup ## All tests, on real servers
	$(PYTHON) -m pytest -n 2 --dist loadgroup --kafka $(KAFKA)

test-events: setup ## The tests that talk to Kafka, on Apache Kafka
	$(PYTHON) -m pytest --kafka apache -m kafka

lint: setup ## Style, types, import rules
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy contracts kit services workflows siklus benchmarks tests
	.venv/bin/lint-imports

format: setup
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: setup ## Cases a second of the whole stack beside the bare engine
	$(PYTHON) -m benchmarks

schemas: setup ## Export the events' JSON Schemas
	$(PYTHON) -m contracts.export

down: setup ## Stop a city left running
	$(PYTHON) -m siklus down

clean: ## Forget all data and everything installed
	-test -x $(PYTHON) && $(PYTHON) -m siklus down
	rm -rf .var .venv $(addsuffix /node_modules,$(NODE_FOLDERS))

setup: .venv/installed $(addsuffix /node_modules/.installed,$(NODE_FOLDERS))

.venv/installed: requirements.lock pyproject.toml
	@command -v python3 > /dev/null || { echo "Siklus needs Python 3.11 or 3.12: install python3 and python3-venv."; exit 1; }
	test -x $(PYTHON) || python3 -m venv .venv
	test -x $(UV) || $(PYTHON) -m pip install --quiet uv
	$(UV) pip sync --quiet --python $(PYTHON) requirements.lock
	$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	$(PYTHON) -m pip --version > /dev/null 2>&1 || true
	@touch $@

%/node_modules/.installed: %/package-lock.json
	@command -v npm > /dev/null || { echo "Siklus needs npm for the portal's assets: install nodejs and npm."; exit 1; }
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

lock: ## Renew requirements.lock from pyproject.toml
	$(UV) pip compile --quiet --universal --all-extras --generate-hashes --no-header -o requirements.lock pyproject.toml
