# Two commands: `make demo` shows what exonym does, `make test` checks that it does it. Both install what they need.
BIN := .venv/bin
DEMO_LANGS := es ca gl fr pt it eo

.PHONY: demo serve test lint setup setup-dev eval bench container screenshots

demo: setup
	@$(BIN)/exonym translate seeds/*.txt --from en $(addprefix --to ,$(DEMO_LANGS)) --out out --table

# The page and the HTTP interfaces, at http://127.0.0.1:5000
serve: setup
	@$(BIN)/exonym serve

test: setup-dev lint
	@$(BIN)/pytest

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The Dockerfile's steps and both commands, in a bare Debian 12; needs root and debootstrap.
container: setup-dev
	@$(BIN)/pytest -m container tests/test_container.py

setup:
	@.ci/setup run

setup-dev:
	@.ci/setup dev

# How well names hold, on labelled outputs of real systems, where they are at hand.
EVAL := ../shared/eval
eval: setup
	@test -d $(EVAL) || { echo "make eval: $(EVAL) is not here; it is no part of this repository"; exit 1; }
	@$(BIN)/python $(EVAL)/run_names.py --exonym $(BIN)/exonym
	@$(BIN)/python -m bench.evaluate $(EVAL)

# Each view of the page at both widths, light and dark, into out/screenshots; those of the README into docs.
screenshots: setup-dev
	@$(BIN)/python tests/screenshots.py

# Measures for about 25 minutes, then puts the figures into the README and docs/bench.png.
bench:
	@.ci/setup bench
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench --readme
