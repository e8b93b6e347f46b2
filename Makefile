# The two commands: make demo, make test. Each makes .venv first when it is missing or the lock has changed.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo test solved red-team reference-demo build lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    set up, then build, grade a class of 8 in four assignments and run a small reference grid (about 4 minutes)"
	@echo "make test    set up, then run the tests"
	@echo "make red-team set up, then let dishonest students attack the grader; part of make test"
	@echo "make solved  set up, then execute the four solved notebooks from nothing on the samples (about 10 minutes)"
	@echo "make reference-demo  set up, then run small grids of all four assignments and make a page of them (minutes)"
	@echo "make build   rebuild assignments/ and build/bundles/ from solutions/"
	@echo "make lock    resolve requirements.lock anew from pyproject.toml"
	@echo "make clean   remove build/ (never .venv)"

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) tools/set_up.py $(VENV)

demo: $(VENV)/ready
	@$(BIN)/python tools/demo.py

test: $(VENV)/ready
	@$(BIN)/python -m pytest $(PYTEST_ARGUMENTS)

red-team: $(VENV)/ready
	@$(BIN)/python -m pytest tests/red_team $(PYTEST_ARGUMENTS)

solved: $(VENV)/ready
	@$(BIN)/python tools/solved.py

reference-demo: $(VENV)/ready
	@for name in lstm_gates mnist_sweep char_lstm state_and_clipping; do \
	  $(BIN)/python -m solutions.reference run $$name --preset demo || exit 1; done
	@$(BIN)/python -m solutions.reference report --all

build: $(VENV)/ready
	@$(BIN)/autograder build
	@$(BIN)/autograder bundle

lock: $(VENV)/ready
	@$(BIN)/uv pip compile pyproject.toml --extra development --extra cluster --extra postgresql --extra tensorboard --universal --generate-hashes \
	  --python-version 3.11 --no-header --upgrade --quiet -o requirements.lock

clean:
	rm -rf build
