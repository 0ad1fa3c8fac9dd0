# Every target does its own set-up on a fresh machine: Python >= 3.11 and make are all it needs.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
UV := .tools/bin/uv
RUN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: demo test test-service test-programs test-parts test-plugins test-alone lint docs bench clean system-packages

SERVICE_TESTS := tests/cloud tests/vault
PROGRAM_TESTS := tests/demo tests/device tests/docs tests/api tests/cli tests/template \
	tests/testing tests/wheels examples

demo: .venv/ready
	$(RUN)/thenar demo

test: .venv/ready system-packages
	$(RUN)/coverage erase
	rm -rf .pytest_cache/suites
	@echo "Four suites side by side, for about a quarter of an hour; each is shown when it is done."
	$(MAKE) --no-print-directory -j4 -O test-service test-programs test-parts test-plugins
	@$(MAKE) --no-print-directory test-alone
	$(RUN)/coverage combine --quiet
	$(RUN)/coverage report

# They wait for programs and networks much of the time, so side by side they take half as long.
# What a suite is told to remember is which of its tests failed: exit code 1 says that some did.
SUITE = $(RUN)/coverage run -m pytest -o cache_dir=.pytest_cache/suites/$(@:test-%=%)

test-service:
	$(SUITE) $(SERVICE_TESTS) || test $$? -eq 1

test-programs:
	$(SUITE) $(PROGRAM_TESTS) || test $$? -eq 1

test-parts:
	$(SUITE) tests $(addprefix --ignore=,$(SERVICE_TESTS) $(PROGRAM_TESTS)) || test $$? -eq 1

test-plugins:
	$(SUITE) plugins || test $$? -eq 1

# The few that failed beside the other suites are run once more with the machine to themselves.
test-alone:
	@RUN=$(RUN) sh tests/alone.sh

lint: .venv/ready
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy sdk/src plugins/*/src
	$(RUN)/lint-imports

docs: .venv/ready
	$(RUN)/sphinx-build -W --keep-going -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

bench: .venv/ready
	$(RUN)/python -m bench

clean:
	rm -rf .venv .tools docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# What the tests need from outside Python: a browser, an MQTT broker, a serial line.
system-packages:
	@sh tests/system-packages.sh

.venv/ready: $(UV) pyproject.toml sdk/pyproject.toml $(wildcard plugins/*/pyproject.toml examples/*/pyproject.toml)
	@echo "Setting up .venv: a minute or two the first time."
	$(UV) sync --quiet --python $(PYTHON) --all-packages --extra all --all-groups
	@touch $@

$(UV):
	@test -n "$(PYTHON)" || { echo "Thenar needs Python 3.11 or newer; none was found on PATH. Debian or Ubuntu: apt-get install python3 python3-venv; macOS: brew install python. Or name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Thenar needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.13,<0.14'
