# The commands of this project; `make` alone lists them. All of them share one release build in
# .build, which also serves the tests.

export SWIFT ?= swift
FLAGS := -c release -Xswiftc -enable-testing
# `swift test` would add -enable-testing a second time, which makes it another build.
TEST_FLAGS := $(FLAGS) --disable-testable-imports
# The example depends on this package, so it is built in the same folder.
EXAMPLE := --package-path Examples/MyMethod --scratch-path .build
CONTA := .build/release/conta
SOURCES := Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources

# Variables of single commands, for example `make demo OUT=/tmp/demo DEMO_OPTIONS='--steps 20'`.
OUT ?= runs/demo
DEMO_OPTIONS ?=
FILTER ?=

.PHONY: help setup build demo test example soak format lint benchmark clean

help:
	@echo 'make demo       build, and print the baseline-vs-+CONTA table of four baselines'
	@echo 'make test       build and test (FILTER=Golden for some of the tests)'
	@echo 'make example    build and test Examples/MyMethod, a plugin in a package of its own'
	@echo 'make build      build .build/release/conta'
	@echo 'make soak       the long tests: kills, full grids, memory over thousands of steps'
	@echo 'make benchmark  time the stages that dominate a run'
	@echo 'make format     format the sources; make lint checks them, and what imports what'
	@echo 'make clean      delete the build and the runs'

setup:
	@scripts/setup.sh

build: setup
	$(SWIFT) build $(FLAGS) --product conta

demo: build
	$(CONTA) grid recipes/grids/demo.yaml --jobs 2 --out $(OUT) $(DEMO_OPTIONS)

test: setup
	scripts/test.sh $(TEST_FLAGS) $(if $(FILTER),--filter $(FILTER))

example: setup
	scripts/test.sh $(TEST_FLAGS) $(EXAMPLE)
	$(SWIFT) build $(FLAGS) $(EXAMPLE) --product my-method-conta

soak: setup
	CONTA_SOAK=1 scripts/test.sh $(TEST_FLAGS) $(if $(FILTER),--filter $(FILTER))

benchmark: setup
	Benchmarks/run.sh

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)
	scripts/check-imports.sh

clean:
	rm -rf .build Benchmarks/.build runs
