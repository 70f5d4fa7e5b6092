# Everything a user or contributor does here, one word each. The work itself is CMake's (see
# CMakePresets.json); this file strings the steps together.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 180
JOBS ?= $(shell nproc)

root := $(CURDIR)
python := $(root)/.venv/bin/python
integrations_python := $(root)/.venv-integrations/bin/python
teacher := $(root)/.cache/teacher/all-MiniLM-L6-v2
# Lazily, so that a ccache that setup.sh installs a moment earlier is found.
launcher = $(if $(shell command -v ccache),-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
ctest = ctest --output-on-failure --no-tests=error --parallel $(JOBS)

# configure-and-build PRESET [CMAKE OPTIONS] [TARGETS]
define build
cmake --preset $(1) $(launcher) -DM2V_TEST_PYTHON=$(python) -DPython_EXECUTABLE=$(python) $(2) >build/$(1).configure.log 2>&1 || { cat build/$(1).configure.log >&2; exit 1; }
cmake --build --preset $(1) --parallel $(JOBS) $(3)
endef

# What the tests are given: the real teacher, a model distilled from it, and the reference data
# where it lies beside the repository.
export M2V_TEACHER := $(teacher)
export M2V_TEST_TEACHER := $(teacher)
export M2V_VOCABULARIES := $(root)/.cache/vocabularies
export M2V_TEST_MODEL := $(root)/build/dev/test-model
ifneq ($(wildcard $(root)/../shared/reference),)
export M2V_SHARED ?= $(abspath $(root)/../shared)
endif

.PHONY: help build demo test test-integrations wheel test-wheel exhaustive bench format install clean
.PHONY: setup setup-test dev sanitizers simd-targets fuzz docs

help: ## Show this list
	@printf 'm2v: static text embeddings on CPUs\n\n'
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='|' read -r target text; do printf '%-24s %s\n' "$$target" "$$text"; done
	@printf '\nStart with: make demo\n'

setup:
	@tools/setup.sh build
	@mkdir -p build

setup-test:
	@tools/setup.sh build demo test
	@mkdir -p build

build: setup ## Build the release command, build/release/cli/m2v
	@$(call build,release,-DM2V_BUILD_TESTS=OFF)

demo: ## Distil a real model, embed passages, ask three questions
	@tools/setup.sh build demo
	@mkdir -p build
	@[[ -x build/release/cli/m2v ]] || echo "Building m2v, once: about three minutes on two cores ..."
	@$(call build,release,-DM2V_BUILD_TESTS=OFF,--target m2v_cli m2v_distill)
	@tools/fetch_teacher.sh
	@tools/demo.sh

dev: setup-test
	@$(call build,dev)

test: dev ## Build and run the tests
	@PYTHON=$(python) tools/fetch_teacher.sh
	@PYTHON=$(python) tools/fetch_vocabularies.sh
	@PYTHON=$(python) tools/fetch_reference_tests.sh
	@build/dev/cli/m2v distill $(teacher) -o $(M2V_TEST_MODEL)
	@$(ctest) --test-dir build/dev

test-integrations: dev ## Test the adapters with their libraries (installs torch, 4 GB)
	@tools/setup.sh integrations
	@PYTHON=$(python) tools/fetch_teacher.sh
	@PYTHON=$(python) tools/fetch_reference_tests.sh
	@[[ -d $(M2V_TEST_MODEL) ]] || build/dev/cli/m2v distill $(teacher) -o $(M2V_TEST_MODEL)
	@cd tests/integrations && M2V_BINARY=$(root)/build/dev/cli/m2v PYTHONPATH=$(root)/build/dev/python \
	  $(integrations_python) -m pytest

wheel: ## Build the Python wheels into build/wheel/dist, one for each Python here
	@tools/setup.sh build wheel
	@JOBS=$(JOBS) tools/wheel.sh

test-wheel: dev wheel ## Install the wheels into clean environments, and test them there
	@PYTHON=$(python) tools/fetch_teacher.sh
	@[[ -d $(M2V_TEST_MODEL) ]] || build/dev/cli/m2v distill $(teacher) -o $(M2V_TEST_MODEL)
	@cd tests/wheel && M2V_BINARY=$(root)/build/dev/cli/m2v $(python) -m pytest

exhaustive: test ## Full sweeps, wheels, sanitizers, every SIMD target, long fuzzing (four hours)
	@PYTHON=$(python) tools/fetch_vocabularies.sh --all
	@tools/check_tidy.sh
	@M2V_EXHAUSTIVE=1 $(ctest) --test-dir build/dev --label-regex 'parity|faults|files' --timeout 14400
	@$(MAKE) test-wheel
	@$(MAKE) simd-targets
	@$(MAKE) sanitizers
	@$(MAKE) fuzz

# Unit tests compare every target by themselves; this runs the whole path on each.
simd-targets:
	@targets=$$(M2V_SIMD=which build/dev/cli/m2v --version 2>&1 | sed -n 's/.*it has //p' || true); \
	[[ -n $$targets ]] || { echo "cannot tell this machine's SIMD targets" >&2; exit 1; }; \
	for target in $$targets; do \
	  echo "== $$target"; \
	  M2V_SIMD=$$target $(ctest) --test-dir build/dev --tests-regex '^(unit_|parity_encode)'; \
	done

# What handles hostile input also runs as a command under the sanitizers, on damaged files.
sanitizers: setup-test
	@$(call build,asan-ubsan)
	@$(ctest) --test-dir build/asan-ubsan --tests-regex '^(unit_|replay_|capi_(c|guard)$$|parity_damaged|hub_safety|hub_endless|hub_pull_faults)'
	@$(call build,tsan)
	@TSAN_OPTIONS=die_after_fork=0 $(ctest) --test-dir build/tsan --tests-regex '^(unit_|capi_(c|guard)$$)'

fuzz: setup-test
	@tools/setup.sh fuzz
	@$(call build,fuzz)
	@for target in build/fuzz/fuzz/fuzz_*; do \
	  name=$${target##*/fuzz_}; found=build/fuzz/found/$$name; mkdir -p $$found; \
	  echo "== $$name, $(FUZZ_SECONDS) s"; \
	  $$target -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
	    -artifact_prefix=$$found/ $$found fuzz/corpus/$$name; \
	done

bench: setup-test ## Time m2v beside its peers (an hour; installs torch, 6 GB; see bench/README.md)
	@$(call build,release,-DM2V_BUILD_TESTS=OFF -DM2V_BUILD_PYTHON=ON)
	@PYTHON=$(python) tools/fetch_teacher.sh
	@$(python) bench/run.py all
	@$(python) bench/python_package.py
	@$(python) bench/cold_start.py
	@$(python) bench/search.py
	@$(python) bench/corpus_search.py
	@$(if $(M2V_SHARED),$(python) bench/train.py)

docs: ## Build the documentation site into build/docs
	@tools/setup.sh docs
	@mkdir -p build
	@.venv-docs/bin/mkdocs build --quiet --strict --config-file mkdocs.yml
	@echo "build/docs/index.html"

format: ## Rewrite the sources as clang-format wants them
	@tools/setup.sh test
	@tools/check_format.sh --fix

install: build ## Install the command, libraries and headers below PREFIX
	@cmake --install build/release --prefix $(PREFIX)

clean: ## Remove everything built; environments and .cache stay
	@rm -rf build out
