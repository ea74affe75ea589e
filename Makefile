# Two commands do all the set-up: `make run` and `make test`. The others are for those who change the product.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
MESSAGES := locale/en/LC_MESSAGES/django.po

.PHONY: run test soak tour verify bench capabilities messages docs lock clean

run: .venv/.ready-run
	@$(BIN)/zhanggui run --port $(PORT) $(if $(DEMO),--demo)

test: .venv/.ready-test
	@$(BIN)/python tests/run.py

# The long proofs; tests/crash/soak.py says how to make them longer.
soak: .venv/.ready-test
	@$(BIN)/python tests/crash/soak.py

tour: .venv/.ready-run
	@$(BIN)/zhanggui tour $(FILE)

verify: .venv/.ready-run
	@$(BIN)/zhanggui verify

bench: .venv/.ready-run
	@$(BIN)/zhanggui bench --list

capabilities: .venv/.ready-test
	@$(BIN)/python tests/capabilities.py

# Gather what people read into the English catalogue; the Chinese is in the source itself.
messages: .venv/.ready-test
	@$(BIN)/python tests/messages.py

docs: .venv/.ready-test
	@$(BIN)/python tests/reference.py

.venv/bin/python:
	@$(PYTHON) -m venv .venv

.venv/.ready-run: requirements.txt pyproject.toml $(MESSAGES) | .venv/bin/python
	@echo "setting up (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-warn-script-location --require-hashes --requirement requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/pybabel --quiet compile --directory locale --domain django
	@touch $@

.venv/.ready-test: requirements-dev.txt .venv/.ready-run
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-warn-script-location --require-hashes --requirement requirements-dev.txt
	@touch $@

# New versions, with hashes and without any address. Needs pip-tools.
lock:
	pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-annotate --no-header --extra build --output-file requirements.txt pyproject.toml
	pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-annotate --no-header --extra build --extra dev --constraint requirements.txt \
	  --output-file requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv build
