# One command for each thing; continuous integration calls the same scripts. `make help` lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint docs clean conformance chaos nation bench copy-specimen test-browser setup fonts

# Variables given as NAME=value reach the scripts through the environment.

help: ## this list
	@awk 'BEGIN { FS = ":[^#]*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo "State (keys, databases, fonts) lives where JUKINET_STATE says:"
	@echo "  $$(scripts/state-directory)"

demo: setup fonts ## a small Japan at work; RESIDENTS= PORT= ONCE=1 BREAK=step
	@exec scripts/demo

test: setup fonts ## the tests; RING=unit, services or acceptance runs one ring
	@exec scripts/test

lint: setup ## style, format, types, who imports whom, what pages claim
	@exec scripts/lint

docs: setup ## the generated reference pages; checks every link
	@.venv/bin/python -m scripts.database_grants
	@exec .venv/bin/python -m scripts.docs

clean: ## removes the state and everything built here
	@exec scripts/clean

copy-specimen: setup fonts ## a copy for an invented household; its path comes last
	@exec .venv/bin/jukinet copy specimen

conformance: setup ## a line for each case of the law; MUTATE=1 changes the law
	@exec scripts/conformance

chaos: setup ## faults under load; SEED=n FOR=seconds, BREAK=all
	@exec scripts/chaos

nation: setup ## every municipality for a year; RESIDENTS= NODES= DAYS=
	@exec scripts/nation

bench: setup ## measurements; ONLY=register
	@exec scripts/bench

test-browser: ## the office in a real browser
	@exec scripts/not-built $@ "it will drive the office's pages in Chromium."

setup:
	@scripts/setup

fonts:
	@scripts/fonts
