# Everything from a fresh clone: only Python 3 and make are needed.
.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench clean
SHELL := /bin/sh

UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
RUN := .venv/bin/
READY := .venv/.ready
SCENARIO ?= scenarios/pays-de-la-loire.toml

help: ## cette aide
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

demo: $(READY) ## le dossier des Pays de la Loire, hors ligne
	$(RUN)territory-access run $(SCENARIO)

test: $(READY) ## tous les tests
	$(RUN)pytest -n auto

lint: $(READY) ## style, types, couches, dépendances
	$(RUN)ruff format --check
	$(RUN)ruff check
	$(RUN)mypy
	$(RUN)lint-imports
	$(RUN)deptry src

docs: $(READY) ## schéma et index des scénarios, à partir du code
	$(RUN)python -m territory_access.scenario scenarios

bench: $(READY) ## mesures, en rapports
	$(RUN)pytest tests/benchmarks -p no:xdist -s

clean:
	rm -rf .venv .tools resultats

.tools/uv/bin/uv:
	@echo "Installation de uv dans .tools/ …"
	@python3 -m pip install --quiet --disable-pip-version-check --target .tools/uv uv 2>/dev/null \
	  || { python3 -m venv .tools/pip && .tools/pip/bin/python -m pip install --quiet --target .tools/uv uv; }

$(READY): requirements.lock pyproject.toml .python-version | $(UV)
	$(UV) venv --quiet --allow-existing .venv
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements.lock
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --editable .
	@touch $@
