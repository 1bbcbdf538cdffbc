# The commands of this repository. `make help` lists them.
#
# All of them work in a fresh clone: they make `.venv` when it is not there, and install again only when
# `pyproject.toml` has changed. Another interpreter: `make site PYTHON=python3.13`.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site serve test test-browser screenshots pictures audit soak cost bench docs lock clean
# Tests start hundreds of interpreters, which would compile the package each time.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
IN_VENV := $(VENV)/bin/python

# The first of these that runs and is 3.11 or newer; looked for only when `.venv` has to be made.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)

help: ## List the commands.
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

site: $(VENV)/installed ## Build this repository's own blog into site/ (ARGS="--drafts" adds options).
	$(IN_VENV) -m afterword build $(ARGS)

serve: $(VENV)/installed ## Show this repository's own blog while it is written (ARGS="--open" adds options).
	$(IN_VENV) -m afterword serve $(ARGS)

test: $(VENV)/installed-tests ## Run the linters, the type checker and all tests (ARGS="-k feed" goes to pytest).
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	$(VENV)/bin/zizmor --quiet --offline --min-severity medium .github
	$(IN_VENV) -m pytest -n auto --dist worksteal -m "not browser" $(ARGS)

test-browser: $(VENV)/installed-browser ## Look at this repository's blog in a Chromium, which has to be installed (some minutes).
	$(IN_VENV) -m pytest -n auto --dist loadgroup -m browser tests/browser $(ARGS)

screenshots: $(VENV)/installed-browser ## Take pictures of every kind of page into build/screenshots (ARGS="--only own-home").
	$(IN_VENV) -m tests.browser.screenshots build/screenshots $(ARGS)

pictures: $(VENV)/installed-browser ## Take the pictures of README.md into docs/images.
	$(IN_VENV) -m tests.browser.screenshots --readme docs/images

audit: $(VENV)/installed-audit ## Ask Lighthouse and the Nu HTML checker, which needs Java (ARGS="--only nu").
	$(IN_VENV) -m tests.browser.audit build/audit $(ARGS)

soak: $(VENV)/installed-tests ## Try 3,000 random sequences of edits, 500 kinds of damage to the cache, 3,400 repetitive and 400,000 random texts: hours.
	AFTERWORD_SEQUENCES=3000 AFTERWORD_DAMAGES=500 AFTERWORD_SHAPES=10000 AFTERWORD_TEXTS=50000 $(IN_VENV) -m pytest -n auto --dist worksteal tests/incremental tests/test_damage.py tests/test_cost.py tests/test_rule_dispatch.py $(ARGS)

cost: $(VENV)/installed-tests ## Measure the CPU time of texts of up to 200 KB that repeat one construct: hours (ARGS="--only '[12:34]'").
	$(IN_VENV) -m tests.cost $(ARGS)

bench: $(VENV)/installed ## Compare with other generators and write docs/benchmarks.md (ARGS="--posts 1000 --rounds 3").
	$(IN_VENV) -m tests.bench --output docs/benchmarks.md $(ARGS)

docs: $(VENV)/installed ## Update the generated sections of docs/.
	$(IN_VENV) -m afterword.docsgen

lock: $(VENV)/installed ## Write the requirements of the publishing and release jobs and of new blogs, with hashes.
	$(IN_VENV) -m pip install --quiet --group lock
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --group build pyproject.toml --output-file .github/requirements.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate pyproject.toml --output-file src/afterword/cli/blogs/starter_files/dependencies.txt
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --group release --output-file .github/release-requirements.txt

clean: ## Remove what was built: site/, caches, packages. (.venv stays; remove it by hand.)
	rm -rf site .afterword build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Afterword needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(IN_VENV) -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(IN_VENV) -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-tests: $(VENV)/installed
	$(IN_VENV) -m pip install --quiet --group test --group lint
	@touch $@

$(VENV)/installed-browser: $(VENV)/installed-tests
	$(IN_VENV) -m pip install --quiet --group browser
	@touch $@

$(VENV)/installed-audit: $(VENV)/installed-browser
	$(IN_VENV) -m pip install --quiet --group audit
	@touch $@
