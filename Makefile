# Two commands on a fresh machine: `make run` and `make test`. Both bring what they need; nothing is installed.
# Needed beforehand: git, make, Python 3.11 or newer, apt (Debian, Ubuntu).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: run stop test check bench soak pictures docker clean lock help

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
STATE := .state
VENV := $(STATE)/venv/bin
BOOTSTRAP = $(PYTHON) -B -m tools.bootstrap
WORKERS ?= 4

ifeq ($(PYTHON),)
PYTHON = @echo "Python 3.11 or newer is missing. Install it: apt-get install python3" >&2; exit 1;
endif

run:  ## bring everything, start the service, and say which numbers to dial
	@$(BOOTSTRAP)
	@$(VENV)/python -m ivr run

stop:  ## stop what `make run` started
	@if [ -x $(VENV)/python ]; then $(VENV)/python -m ivr stop; else echo "Nothing is set up here."; fi

test:  ## all tests, on free ports and in a state folder of their own
	@$(BOOTSTRAP) --with dev --with postgresql --with chromium
	@PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest -n $(WORKERS) --dist worksteal --durations 10 $(TESTS)

check:  ## what needs no call: style, types, the arrows between rooms
	@$(BOOTSTRAP) --with dev
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/hadolint docker/*/Dockerfile
	@$(PYTHON) -B -m tools.pages check

bench:  ## measure the service beside the same journey in plain dialplan
	@$(BOOTSTRAP) --with dev
	@$(VENV)/python -m bench $(BENCH)

soak:  ## a thousand calls by people who do anything at any moment: nothing stuck, nothing lost, the sums hold
	@$(BOOTSTRAP) --with dev
	@$(VENV)/python -m soak $(SOAK)

pictures:  ## the pages' pictures in docs/pictures again, from real calls in a real browser
	@$(BOOTSTRAP) --with dev --with chromium
	@$(VENV)/python -m tools.screenshots

docker:  ## where Docker is: build the containers, place calls through them on both databases, remove them again
	@sh docker/try

clean: stop  ## stop, and remove everything that was brought or built
	rm -rf $(STATE)

lock:  ## resolve requirements*.in into the lock files again
	@$(BOOTSTRAP) --with dev
	@$(PYTHON) -B -m tools.lock

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1: \2/p' $(MAKEFILE_LIST)
