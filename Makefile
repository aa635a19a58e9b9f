# The verbs. `make demo` and `make test` need nothing but make, a C library and Python 3.11 or later.
#   demo          a demonstration programme, fourteen months of it, in the browser; stays in the foreground
#   test          everything that needs no server beside it; BROWSER=0 leaves the browser tests out
#   test-servers  the tests against PostgreSQL, Spark, WordPress and a Bluesky network;
#                 PORTEVOIX_TEST_SERVERS=ghost adds Ghost
#   check         style, types, borders between parts, migrations, translations, documentation
#   fix           what can be mended by itself
#   bench         figures of speed; FACTS=50_000_000 for a whole host
#   docs          documents that are generated
#   lock          requirements/ anew from pyproject.toml (needs uv; UPGRADE=1 takes newer versions)
.PHONY: demo test test-servers check fix bench docs lock
.SILENT:
.NOTPARALLEL:

BROWSER ?= 1
READY = python="$$(tools/find-python)" && "$$python" tools/setup.py
BIN = .venv/bin
demo:
	$(READY) run
	exec $(BIN)/portevoix demo

test:
	$(READY) dev $(if $(filter 0,$(BROWSER)),,browser)
	$(BIN)/python tools/tests.py fast $(if $(filter 0,$(BROWSER)),--no-browser)

test-servers:
	$(READY) servers postgresql java redis npm compiler wordpress
	$(BIN)/python tools/node.py bluesky
	$(if $(findstring ghost,$(PORTEVOIX_TEST_SERVERS)),$(BIN)/python tools/ghost.py,)
	$(BIN)/python tools/tests.py servers

check:
	$(READY) dev
	$(BIN)/python tools/check.py

fix:
	$(READY) dev
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

bench:
	$(READY) dev
	$(BIN)/python -m bench $(if $(FACTS),--facts $(FACTS))

docs:
	$(READY) dev
	$(BIN)/python tools/documents.py

lock:
	tools/lock $(if $(UPGRADE),--upgrade)
