# The two commands: `make run` and `make test`. Everything is kept in .venv, node_modules and var of this folder.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install dev run test check bench bundle lock messages frontend clean

# Any Python from 3.11 on; PYTHON=… names another one.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_ARGS ?= -n auto --dist loadfile

help:
	@echo 'make run      install, start everything with the demonstration province at http://$(HOST):$(PORT)/'
	@echo 'make test     everything that is tested        make check    style, types, imports, translations, migrations'
	@echo 'make install  .venv with .venv/bin/pinzhi      make dev      the same with the tools for developing'
	@echo 'make bench    the table of measurements        make bundle   one archive that installs without a network'
	@echo 'make lock     renew the lock files             make messages compile the translations'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp for each set, so that later runs take no time.
$(VENV)/.installed: $(BIN)/python requirements/run.txt requirements/build.txt pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements/build.txt
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python hatch_build.py
	$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements/dev.txt
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.installed frontend
	@echo 'installed: $(BIN)/pinzhi'

# Nothing happens where the built files are those of the present sources.
frontend: $(VENV)/.installed
	@$(BIN)/python hatch_build.py

dev: $(VENV)/.developing frontend

run: install
	$(BIN)/pinzhi serve --demo --host $(HOST) --port $(PORT)

test: dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pinzhi manage makemigrations --check --dry-run
	PINZHI_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') PINZHI_HTTPS=1 \
		$(BIN)/pinzhi manage check --deploy --fail-level WARNING
	$(BIN)/python -m pinzhi.kernel.web.messages check

messages: dev
	$(BIN)/python -m pinzhi.kernel.web.messages compile

bench: dev
	$(BIN)/python -m bench

bundle: dev
	$(BIN)/python tools/bundle.py

lock: $(BIN)/python
	$(BIN)/python tools/lock.py

clean:
	rm -rf build dist node_modules src/pinzhi/kernel/web/static/pinzhi/vendor .mypy_cache .pytest_cache .ruff_cache
