# The front door. `make help` lists what there is; every target installs what it needs first.
.DEFAULT_GOAL := help
.PHONY: help setup demo clean-demo test check bench e2e seed lock assets translations clean

PYTHON := $(shell command -v python3.11 || command -v python3 || echo python3)
PY := .venv/bin/python
DEMO_DIR ?= var/demo
PORT ?= 8000
export DEMO_DIR PORT

help: ## Deze lijst
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Installeert wat nodig is, alleen in deze map; klaar in een tel als er niets veranderd is
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 of nieuwer is nodig.")'
	@$(PYTHON) -m local.setup

demo: setup ## Start het portaal met de demoregio op http://localhost:8000 (PORT=8001 DEMO_DIR=var/demo2 voor een tweede)
	@$(PY) -m local.demo

clean-demo: setup ## Vergeet de demoregio: verwijdert DEMO_DIR (alleen als de demo niet draait)
	@$(PY) -m local.demo --clean

seed: setup ## Vult de draaiende demo aan met de voorbeelddossiers
	@test -f $(DEMO_DIR)/env || { echo "Start eerst de demo: make demo."; exit 1; }
	@. $(abspath $(DEMO_DIR))/env && .venv/bin/flask --app portal.app seed \
	  && .venv/bin/flask --app portal.app personas --json > $(abspath $(DEMO_DIR))/personas.new \
	  && mv $(abspath $(DEMO_DIR))/personas.new $(abspath $(DEMO_DIR))/personas.json

test: ## Installeert ook systeempakketten (waar dat mag) en draait alle toetsen; PYTEST_ARGS= geeft pytest iets mee
	@$(PYTHON) -m local.setup --system
	$(PY) -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

e2e: ## De reizen door de browser, met en zonder JavaScript
	@$(PYTHON) -m local.setup --system
	$(PY) -m pytest tests/journeys $(PYTEST_ARGS)

check: setup ## Leest de code na: ruff, importregels, HTML en CSS
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --if-present lint

bench: setup ## Meet snelheid naast een ondergrens op dezelfde machine; regels JSON
	@$(PY) -m tests.bench

lock: setup ## Legt alle Python-pakketten opnieuw vast, met hashes, in requirements.txt
	.venv/bin/uv pip compile pyproject.toml --group dev --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements.txt

assets: setup ## Bouwt stijl en scripts, ook als er niets veranderd is
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm run build

translations: setup ## Haalt alle teksten op, werkt de Engelse vertaling bij en maakt haar klaar voor gebruik
	$(PY) -m babel.messages.frontend -q extract -F babel.cfg --add-location=file --sort-by-file --width=120 \
	  --omit-header -o var/messages.pot portal config
	$(PY) -m babel.messages.frontend -q update -i var/messages.pot -d portal/translations -l en_GB -w 120 \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(PY) -m babel.messages.frontend compile --statistics -d portal/translations

clean: ## Verwijdert wat setup maakte (niet de demo); daarna begint make setup opnieuw
	rm -rf .venv node_modules portal/static/dist var/stamp var/log .pytest_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
