# Needs Python 3.11 or newer, make and a package index. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
OUT := $(CURDIR)/out
# What goes into the wheel, so that `make demo` builds it again only when something changed.
SOURCES := pyproject.toml README.md LICENSE cli.py \
	$(shell find criteria evaluator reports commands locale examples -type f -not -name '*.pyc' 2>/dev/null)
STRICT := evaluator/*,criteria/formula.py
SPARK := tests/test_spark.py tests/test_spark_cluster.py

.PHONY: help demo test lint pytest coverage soak mutate mutate-catalogue messages docs format bench bench-scale bench-province bench-peers clean
.DELETE_ON_ERROR:

help:
	@echo "make demo      install the wheel and score the example city"
	@echo "make test      every check that CI runs"
	@echo "make lint      the checks without the tests"
	@echo "make soak      ten million findings against the reference, 20,000 damaged workbooks, 300 worlds, Spark from a packed environment (an hour)"
	@echo "make mutate    whether the tests would notice changes of the engine"
	@echo "make mutate-catalogue  whether the cases would notice changes of the criteria"
	@echo "make docs      the handbook of the national catalogue, into docs/handbook"
	@echo "make messages  translations: extract, update, compile"
	@echo "make format    write the Python files as ruff would"
	@echo "make bench     how long things take on this machine"
	@echo "make bench-scale  rounds read in slices, on this machine and on Spark"
	@echo "make bench-province  a province at 1/1000, day by day, its rounds added and evaluated anew"
	@echo "make bench-peers  how long the same rules take in other engines; writes docs/benchmarks.md"
	@echo "make clean     remove what was made here"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# One environment, in one of two states: the project as it lies here with the tools for the tests, or the built wheel.
$(VENV)/sources.stamp: pyproject.toml | $(BIN)/python
	$(PIP) install --editable '.[test]'
	@rm -f $(VENV)/wheel.stamp
	@touch $@

build/wheel.stamp: $(SOURCES) | $(BIN)/python
	@rm -rf build *.egg-info
	$(PIP) wheel --no-deps --wheel-dir build/wheel .
	@touch $@

$(VENV)/wheel.stamp: build/wheel.stamp
	$(PIP) install build/wheel/*.whl
	$(PIP) install --no-deps --force-reinstall build/wheel/*.whl
	@rm -f $(VENV)/sources.stamp
	@touch $@

demo: $(VENV)/wheel.stamp
	@cd / && $(CURDIR)/$(BIN)/duibiao check \
		"$$($(CURDIR)/$(BIN)/python -c 'import duibiao.cli as cli, pathlib; print(pathlib.Path(cli.__file__).parent / "examples" / "zhoukou")')" \
		-o "$(OUT)"

test: lint pytest coverage

lint: $(VENV)/sources.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/duibiao lint

# The drawn cities beside all the other tests, and without tracing: they are half of the work. Spark's come after them:
# a process has one session.
# One thread a process, as there are three of them; tests/test_same_bytes.py sees to it that threads change nothing.
pytest: export POLARS_MAX_THREADS = 1
pytest: $(VENV)/sources.stamp
	@mkdir -p build
	@{ $(BIN)/python -m pytest --no-cov tests/test_reference.py > build/beside.log 2>&1; status=$$?; \
	COVERAGE_FILE=.coverage.spark $(BIN)/python -m pytest --cov --cov-report= $(SPARK) >> build/beside.log 2>&1 || status=1; \
	exit $$status; } & beside=$$!; \
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report= --ignore tests/test_reference.py $(SPARK:%=--ignore %); \
	status=$$?; wait $$beside || status=1; cat build/beside.log; \
	$(BIN)/coverage combine --quiet --append .coverage.spark; exit $$status

coverage: pytest
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=95
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=100 --include='$(STRICT)'

# FINDINGS=100000 FILES=500 WORLDS=30 for a shorter one.
soak: FINDINGS ?= 10000000
soak: FILES ?= 20000
soak: WORLDS ?= 300
soak: $(VENV)/sources.stamp
	$(BIN)/python -m tests.soak --findings $(FINDINGS)
	$(BIN)/python -m tests.damage --files $(FILES)
	$(BIN)/python -m tests.worlds --worlds $(WORLDS)
	$(BIN)/python -m pytest --no-cov -m soak

$(VENV)/mutate.stamp: $(VENV)/sources.stamp
	$(PIP) install --editable '.[mutate]'
	@touch $@

mutate: $(VENV)/mutate.stamp
	nice -n 19 $(BIN)/python -m mutation.run

mutate-catalogue: $(VENV)/sources.stamp
	POLARS_MAX_THREADS=1 $(BIN)/python -m mutation.catalogue

messages: $(VENV)/sources.stamp
	@mkdir -p build
	PYTHONPATH=locale $(BIN)/pybabel -q extract -F locale/babel.cfg -k N_ -k say --add-location file --project duibiao -o build/duibiao.pot criteria evaluator reports $(wildcard commands/*.py) cli.py
	$(BIN)/pybabel -q update -i build/duibiao.pot -d locale -D duibiao -l zh --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d locale -D duibiao -l zh

docs: $(VENV)/sources.stamp
	$(BIN)/duibiao catalogue handbook national -o docs/handbook

format: $(VENV)/sources.stamp
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/sources.stamp
	$(BIN)/python benchmarks/bench.py

# VISITS="1000000 10000000" for larger ones.
bench-scale: VISITS ?= 100000 1000000
bench-scale: $(VENV)/sources.stamp
	$(BIN)/python benchmarks/scale.py --visits $(VISITS)

# ARGS='--days 4 --round-days 2' for a shorter one, ARGS='--engine spark' elsewhere.
bench-province: $(VENV)/sources.stamp
	$(BIN)/python benchmarks/province.py $(ARGS)

# ARGS='--rows 1000,10000 --only pandas_peer' for a shorter one; --json FILE leaves the page as it is.
bench-peers: $(VENV)/sources.stamp $(PEERS)/requirements.stamp
	$(BIN)/python -m benchmarks.peers.run $(ARGS)

$(PEERS)/requirements.stamp: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip --quiet --disable-pip-version-check install --requirement $<
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS) build dist out docs/handbook *.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
