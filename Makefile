# Two commands matter: `make run` and `make test`. `make help` lists the rest.
HOST ?= 127.0.0.1
PORT ?= 8011
PYTEST_OPTIONS ?=
BENCH_OPTIONS ?=
LOCK_OPTIONS ?=

BIN := .venv/bin
MODULES := core plugins
LANGUAGES := ru

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: run test help lint check pytest pythons bench docs translations vendor lock clean look dev

run: look .venv/.run ## Start Eleven with the demo company on HOST (127.0.0.1) and PORT (8011)
	@$(BIN)/eleven db upgrade
	@$(BIN)/eleven demo --if-empty
	@$(BIN)/eleven serve --host "$(HOST)" --port "$(PORT)" --worker

test: lint check pytest ## Run everything: linters, types, architecture, then all tests

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

lint: dev ## Style of Python (ruff) and of templates (djlint)
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet $(MODULES)

check: dev ## Types (mypy) and the import order (import-linter)
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: dev ## Only the tests, on every engine found; PYTEST_OPTIONS="-k import -x" narrows
	@$(BIN)/python bin/services
	$(BIN)/pytest $(PYTEST_OPTIONS)

pythons: dev ## The tests on SQLite once more, on every other Python from 3.11 on that is found here
	@bin/pythons $(PYTEST_OPTIONS)

bench: dev ## Compare Eleven with a bare Flask application; BENCH_OPTIONS="--sizes 1000" shortens
	$(BIN)/python -m benchmarks $(BENCH_OPTIONS)

docs: dev ## Write the reference pages in docs/, and the site of all pages into build/docs
	$(BIN)/eleven docs
	$(BIN)/sphinx-build -W --keep-going -q -E docs build/docs
	@echo "build/docs/index.html is the site; a browser opens it without a server."

translations: .venv/.run ## Collect the texts of core and of every plugin into their catalogues, and compile them
	@mkdir -p build
	@set -e; for part in core $(patsubst %/__init__.py,%,$(wildcard plugins/*/__init__.py)); do \
		echo $$part; \
		$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keyword _l --keyword lazy_pgettext:1c,2 --add-comments NOTE \
			--no-location --sort-output --project Eleven --output build/messages.pot $$part; \
		for language in $(LANGUAGES); do \
			$(BIN)/pybabel --quiet update --init-missing --ignore-obsolete --no-fuzzy-matching \
				--ignore-pot-creation-date --input-file build/messages.pot --output-dir $$part/translations --locale $$language; \
			$(BIN)/pybabel --quiet compile --directory $$part/translations --locale $$language; \
		done; \
	done

vendor: dev ## Fetch the browser libraries named in package.json (needs Node; the result is committed)
	$(BIN)/python -m core.web.vendor

lock: dev ## Write both lock files from setup.cfg; LOCK_OPTIONS=--upgrade takes newer versions
	echo 'setuptools>=77' | $(COMPILE) setup.cfg - --output-file requirements.lock
	echo 'setuptools>=77' | $(COMPILE) setup.cfg - --extra test --extra dev \
		--constraint requirements.lock --output-file requirements-dev.lock

# setuptools is locked with the rest: the editable install builds with it, without downloading another.
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-annotate --custom-compile-command 'make lock' $(LOCK_OPTIONS)

clean: ## Remove .venv, caches and build results; instance/ (your data) stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	rm -rf ./*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

look:
	@bin/venv --look

dev: look .venv/.dev ## Add to .venv what developers need: pytest, linters, the tool of the docs

.venv/.run: requirements.lock setup.cfg pyproject.toml
	@bin/venv requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@bin/venv requirements-dev.lock
	@touch $@
