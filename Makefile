# The only entry points anyone needs. Each sets itself up on a fresh Debian 12 and is quick the second time.
.DEFAULT_GOAL := demo
.PHONY: demo test bench lint format clean
SHELL := bash
JOBS ?= $(shell nproc)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)

PYTHON := .venv/bin/python
SOURCES := $(shell find include src python proto cmake CMakeLists.txt pyproject.toml -type f -not -name '*_test.cc' -not -path '*/__pycache__/*')

demo: .cache/installed  ## Build, install into .venv and run Module 0 end to end on local files
	examples/module_0/demo

test: .cache/installed  ## All tests; the last line counts them
	tools/setup test
	tools/test

bench: .cache/installed  ## Our figures beside DuckDB's, Polars', ClickHouse's and others', in one run
	$(PYTHON) -m pip install -q --disable-pip-version-check -r bench/requirements.txt
	$(PYTHON) bench/point_in_time.py

lint: .cache/installed  ## Formatting, clang-tidy, ruff, shellcheck, layers, style rules
	tools/setup test
	tools/lint

format: .cache/installed
	tools/setup test
	git ls-files '*.cc' '*.h' | xargs clang-format -i
	.venv/bin/ruff format -q python tests tools bench

.cache/installed: $(SOURCES) tools/packages.txt tools/requirements-build.txt tools/requirements.txt
	@tools/install
	@touch $@

clean:
	rm -rf build build-* .cache/installed
