# PredictionDex. `make help` lists everything.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
# Found by deploy/find_python.sh when not named.
PYTHON ?=
PROFILE ?= quick
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
MANAGE := $(PY) manage.py
# Where the site keeps its files, and targets theirs.
VAR := $(or $(VAR_DIR),var)
CLIENTS := $(VAR)/clients

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z][a-z_-]*:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

# Setting up ------------------------------------------------------------------------------------
# Each finished step leaves a stamp; a step runs again only when what it depends on has changed.
# Of two at once the second waits for the first. The database is asked itself (setup_data).

IN_TURN := $(shell command -v flock >/dev/null 2>&1 && echo flock Makefile)

# Every file that is fetched must have the checksum that is written down.
$(STAMPS)/venv: requirements-setup.txt
	@python=$$(PYTHON="$(PYTHON)" sh deploy/find_python.sh) && "$$python" -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/requirements: requirements.txt $(STAMPS)/venv
	$(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements.txt
	@touch $@

$(STAMPS)/requirements-dev: requirements-dev.txt $(STAMPS)/requirements
	$(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes -r requirements-dev.txt
	@touch $@

CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
$(STAMPS)/catalogues: $(CATALOGUES) $(STAMPS)/requirements
	$(if $(CATALOGUES),$(VENV)/bin/pybabel --quiet compile -D django -d locale)
	@touch $@

.PHONY: env
env: ## Create the environment in .venv
	@$(IN_TURN) $(MAKE) --no-print-directory $(STAMPS)/requirements $(STAMPS)/catalogues

.PHONY: database
database: env ## Migrate the database and import the game data
	@$(MANAGE) setup_data

.PHONY: setup
setup: env ## Everything but serving: environment, database, game data, a champion
	@$(MANAGE) setup_data --train --profile $(PROFILE)

.PHONY: run
run: setup ## A working site on http://127.0.0.1:8000 (PORT= picks another port)
	@PORT=$(PORT) $(VENV)/bin/gunicorn --config deploy/gunicorn.conf.py predictiondex.wsgi

.PHONY: dev
dev: setup ## The same with auto-reload and DEBUG
	@DEBUG=1 $(MANAGE) runserver $(PORT)

# Checking --------------------------------------------------------------------------------------

.PHONY: test
test: $(STAMPS)/requirements-dev $(STAMPS)/catalogues ## All tests a change needs, fast ones first
	@bash deploy/test.sh

.PHONY: test-interpreted
test-interpreted: $(STAMPS)/requirements-dev ## Engine tests with the compiler off, with line coverage
	NUMBA_DISABLE_JIT=1 $(PY) -m pytest tests/mlcore/engine -m "not slow" -q --cov=mlcore.engine --cov-report=term-missing:skip-covered --cov-fail-under=95

.PHONY: coverage
coverage: $(STAMPS)/requirements-dev $(STAMPS)/catalogues ## Line coverage of mlcore by its own tests
	$(PY) -m pytest tests/mlcore -n 2 -m "not browser" -q --cov=mlcore --cov-config=deploy/coverage-compiled.ini --cov-report=term-missing:skip-covered --cov-fail-under=90

.PHONY: lint
lint: $(STAMPS)/requirements-dev ## ruff, mypy, import-linter, templates, system checks
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	git ls-files -z -- 'templates/*.html' | xargs -0 --no-run-if-empty $(VENV)/bin/djade --target-version 5.2 --check
	$(VENV)/bin/djlint --lint templates
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check --fail-level WARNING

RENDERED := $(VAR)/rendered

.PHONY: lint-deploy
lint-deploy: $(STAMPS)/requirements-dev ## Image, compose, Kubernetes, workflows, Prometheus, production settings
	$(VENV)/bin/hadolint Dockerfile
	$(VENV)/bin/shellcheck .ci/run deploy/*.sh deploy/postgres/*.sh
	$(VENV)/bin/caddy validate --adapter caddyfile --config deploy/Caddyfile
	SITE_ADDRESS=dex.example.org SITE_TLS="tls internal" FRONT_PROXIES=10.0.0.0/8 \
	  $(VENV)/bin/caddy validate --adapter caddyfile --config deploy/Caddyfile
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml deploy/compose.*.yml
	$(VENV)/bin/kubernetes-validate --strict --quiet -k 1.31 deploy/kubernetes/[!k]*.yaml
	$(VENV)/bin/kubernetes-validate --strict --quiet deploy/kubernetes/[!k]*.yaml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(VENV)/bin/zizmor --offline --no-progress --quiet .github
	@rm -rf $(RENDERED)
	@$(PY) deploy/render.py $(RENDERED) >/dev/null && cp -r deploy/prometheus/tests $(RENDERED)/prometheus/
	promtool check config $(RENDERED)/prometheus/prometheus.yml
	promtool test rules $(RENDERED)/prometheus/tests/alerts.yml
	amtool check-config $(RENDERED)/alertmanager/alertmanager.yml
	DJANGO_ENV=production SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  ALLOWED_HOSTS=dex.example.org SITE_URL=https://dex.example.org DATABASE_URL=sqlite://:memory: \
	  $(MANAGE) check --deploy --fail-level WARNING

.PHONY: format
format: $(STAMPS)/requirements-dev ## Format Python and templates
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	git ls-files -z -- 'templates/*.html' | xargs -0 --no-run-if-empty $(VENV)/bin/djade --target-version 5.2

.PHONY: test-data test-ml test-model
test-data: $(STAMPS)/requirements-dev $(STAMPS)/catalogues ## Only the tests of facts and data sets
	$(PY) -m pytest -q tests/pokedex tests/mlcore/datasets
test-ml: $(STAMPS)/requirements-dev $(STAMPS)/catalogues ## Only those of engine, exact solver, game, jobs
	$(PY) -m pytest -q -n 2 tests/mlcore/{engine,exact,game,jobs,lib} -m "not slow"
test-model: $(STAMPS)/requirements-dev $(STAMPS)/catalogues ## Only those of features and a trained model
	$(PY) -m pytest -q tests/mlcore/{learning,serving,evaluation,pipeline,rankings,monitoring}

.PHONY: faults
faults: setup $(STAMPS)/requirements-dev ## What each fault costs, as a table (root, PostgreSQL, Redis; five minutes)
	$(PY) -m tests.faults.table

.PHONY: integration
integration: $(STAMPS)/requirements-dev $(STAMPS)/catalogues $(CLIENTS)/installed ## The suite against PostgreSQL and Redis
	@bash deploy/integration.sh

# Two generators and what their clients need; Java comes with them.
$(CLIENTS)/installed: requirements-clients.txt $(STAMPS)/venv
	$(VENV)/bin/uv venv --quiet --clear --python $(PY) $(CLIENTS)
	$(VENV)/bin/uv pip install --quiet --python $(CLIENTS)/bin/python --require-hashes -r requirements-clients.txt
	@touch $@

.PHONY: clients
clients: $(STAMPS)/requirements-dev $(STAMPS)/catalogues $(CLIENTS)/installed ## Generate two REST clients and call every operation through them
	$(PY) -m pytest -q tests/load/test_generated_clients.py

.PHONY: schemathesis
schemathesis: setup $(STAMPS)/requirements-dev ## The API against its own schema, thousands of cases (some minutes)
	$(PY) -m tests.load.schema

.PHONY: load
load: setup $(STAMPS)/requirements-dev ## The API under load, during changes, and its log (needs PostgreSQL and wrk)
	$(PY) -m tests.load.run --postgres "$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres}"

tools/lighthouse/node_modules: tools/lighthouse/package-lock.json
	cd tools/lighthouse && npm ci
	@touch $@

.PHONY: attack
attack: setup $(STAMPS)/requirements-dev ## Half-open connections and attackers, and what others feel of them (two minutes)
	$(PY) -m tests.load.attack

.PHONY: lighthouse
lighthouse: setup tools/lighthouse/node_modules ## Lighthouse on the main pages, median of five (needs Node and chromium)
	node tools/lighthouse/run.mjs --details

.PHONY: screenshots
screenshots: $(STAMPS)/requirements-dev ## Photograph every page of the running site into VAR_DIR/screenshots (needs chromium)
	$(PY) tools/screenshots/tour.py --site http://127.0.0.1:$(PORT)

.PHONY: compose-native
compose-native: $(STAMPS)/requirements-dev ## Every service of the compose file without containers (root)
	$(PY) tests/ops/native.py

.PHONY: nightly
nightly: setup $(STAMPS)/requirements-dev ## Tests with real servers that take minutes each
	REQUIRE_SERVERS=1 REQUIRE_MONITORING=1 $(PY) -m pytest -q -m nightly

.PHONY: full
full: test lint integration test-interpreted nightly ## Everything, also what is too long for CI

# The referee: Pokémon Showdown's simulator, needs Node -----------------------------------------

SEED ?= 1
MINUTES ?= 5

tools/showdown/node_modules: tools/showdown/package-lock.json
	cd tools/showdown && npm ci
	@touch $@

.PHONY: referee
referee: tools/showdown/node_modules ## Play the golden duels anew (SEED=, about 40 minutes)
	cd tools/showdown && node golden.mjs --seed $(SEED) --plays 400 --jobs 2 --out ../../tests/golden

.PHONY: readers
readers: tools/showdown/node_modules database $(STAMPS)/requirements-dev ## Give 200 battle logs to the programs that read them
	DJANGO_SETTINGS_MODULE=predictiondex.settings $(PY) -m tests.battles.play.write_logs 200 > $(VAR)/logs.txt
	node tools/showdown/readlog.mjs < $(VAR)/logs.txt
	$(VENV)/bin/uv run --quiet --no-project --with poke-env python tools/showdown/read_with_poke_env.py < $(VAR)/logs.txt

.PHONY: sets
sets: tools/showdown/node_modules database ## Pasted text beside the simulator's own reader, 400 fresh sets (SEED=)
	$(PY) -m tests.battles.common.against_teams_import --seed $(SEED)

.PHONY: fuzz
fuzz: tools/showdown/node_modules database $(STAMPS)/requirements-dev ## Hunt for disagreements with the simulator (MINUTES=)
	$(PY) -m tests.mlcore.engine.fuzz --minutes $(MINUTES)

# Models and data -------------------------------------------------------------------------------

.PHONY: train
train: database ## Dataset, training, evaluation, gate (PROFILE=quick or full)
	$(MANAGE) ml --mode=all --profile $(PROFILE)

.PHONY: mlflow
mlflow: setup ## The runs, in MLflow's own pages (http://127.0.0.1:5000)
	$(VENV)/bin/mlflow ui --port 5000 --workers 1 --backend-store-uri "$${MLFLOW_TRACKING_URI:-sqlite:///$(VAR)/mlflow.sqlite3}"

.PHONY: score
score: setup ## The champion and the baselines on duels played by the referee
	$(PY) -m tests.mlcore.evaluation.score

.PHONY: bench
bench: setup ## Measure engine, model, pages and API side by side
	$(MANAGE) bench

.PHONY: model-artefact
model-artefact: $(STAMPS)/requirements ## The champion with its card and checksums, in VAR_DIR/artefact
	rm -rf $(VAR)/artefact && mkdir -p $(VAR)/artefact
	$(MANAGE) model_card > $(VAR)/artefact/MODEL_CARD.md
	cp $(VAR)/models/champion.json $(VAR)/models/battle_winner_* $(VAR)/artefact/
	cd $(VAR)/artefact && sha256sum -- * > SHA256SUMS && sha256sum --check --quiet SHA256SUMS

.PHONY: version
version: ## The version, from CHANGELOG.md
	@python=$$(PYTHON="$(PYTHON)" sh deploy/find_python.sh) && "$$python" deploy/version.py

.PHONY: gamedata
gamedata: ## Rebuild pokedex/data from the pinned packages (needs Node)
	cd tools/gamedata && npm ci && npm run build

COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
.PHONY: requirements
requirements: $(STAMPS)/venv ## Compile requirements*.in to files of versions and checksums
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) -c requirements.txt requirements-web.in -o requirements-web.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-setup.in -o requirements-setup.txt
	$(COMPILE) requirements-clients.in -o requirements-clients.txt

.PHONY: docs
docs: setup $(STAMPS)/requirements-dev ## Rewrite the generated pages under docs/
	$(MANAGE) spectacular --file docs/openapi.yaml
	$(MANAGE) model_card > docs/MODEL_CARD.md

.PHONY: clean
clean: ## Remove what was generated (environment and var/; another VAR_DIR stays)
	rm -rf $(VENV) var .pytest_cache .ruff_cache .mypy_cache .hypothesis htmlcov .coverage
