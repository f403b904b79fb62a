# Everything from a fresh clone: only Python 3 and make are needed.
.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench wheel lock clean
SHELL := /bin/sh
# Offices often read the traffic with a certificate of their own: trust what the system trusts.
export UV_SYSTEM_CERTS := 1

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

docs: $(READY) ## documentation, hors ligne, dans docs/_build/html ; schéma et clés des scénarios
	$(RUN)territory-access schema --readme > scenarios/README.md
	$(RUN)territory-access schema > scenarios/scenario.schema.json
	$(RUN)sphinx-build -W --keep-going -q -b html -d docs/_build/tree docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: .tools/bench/.ready ## mesures, en rapports, à côté d’autres moteurs
	.tools/bench/bin/pytest tests/benchmarks -p no:xdist -s

# The engines that we measure against live apart: nothing else needs them.
.tools/bench/.ready: requirements.lock pyproject.toml | $(UV)
	$(UV) venv --quiet --allow-existing .tools/bench
	VIRTUAL_ENV=.tools/bench $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=.tools/bench $(UV) pip install --quiet --no-deps --editable .
	VIRTUAL_ENV=.tools/bench $(UV) pip install --quiet --group bench
	$(UV) venv --quiet --allow-existing .tools/spopt
	VIRTUAL_ENV=.tools/spopt $(UV) pip install --quiet --group spopt
	@touch $@

wheel: $(READY) ## la roue, installée à part, fait tourner la démonstration
	rm -rf dist .tools/wheel
	$(UV) build --quiet --wheel
	$(UV) venv --quiet .tools/wheel/env
	VIRTUAL_ENV=.tools/wheel/env $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=.tools/wheel/env $(UV) pip install --quiet --no-deps dist/*.whl
	cd .tools/wheel && env/bin/territory-access run pays-de-la-loire

lock: | $(UV) ## dépendances figées, avec leurs empreintes et sans adresse
	$(UV) pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --quiet -p 3.12 -o requirements.lock

clean:
	rm -rf .venv .tools resultats

.tools/uv/bin/uv:
	@echo "Installation de uv dans .tools/ …"
	@python3 -m pip install --quiet --disable-pip-version-check --target .tools/uv uv 2>/dev/null \
	  || { python3 -m venv .tools/pip && .tools/pip/bin/python -m pip install --quiet --target .tools/uv uv; }

$(READY): requirements.lock pyproject.toml .python-version | $(UV)
	$(UV) venv --quiet --allow-existing .venv
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --editable .
	@touch $@
