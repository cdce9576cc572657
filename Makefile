# Front door: each target is a script in scripts/ and can be run without make. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: asan bench bench-faults bootstrap build check demo format fuzz help test tsan
export MODEL_A MODEL_B DATA RECIPE FUZZ_SECONDS

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

bootstrap: ## install what is missing: Debian packages and .venv (every other target does this first)
	@scripts/bootstrap

build: bootstrap ## build the program: build/dlas
	@scripts/build release dlas

demo: build ## from nothing to a finished report; also MODEL_A=... MODEL_B=... DATA=... RECIPE=...
	@scripts/demo

test: bootstrap ## build and run all tests, then those of the readers, graph, operators and data under sanitizers
	@scripts/test

check: bootstrap ## formatting, include directions, lengths, links, static analysis
	@scripts/check/run

bench: build ## run the benchmarks and print the tables of docs/benchmarks.md
	@scripts/bench

bench-faults: bootstrap ## put faults into small networks, look for them and repair them: the table of docs/benchmarks.md
	@scripts/build release bench_faults_dlas && benchmarks/faults/run 3

fuzz: bootstrap ## run every fuzz target for FUZZ_SECONDS (60)
	@scripts/fuzz

asan: bootstrap ## run all tests under the address and undefined behaviour sanitizers
	@scripts/build asan && scripts/ctest build-asan

tsan: bootstrap ## run the tests of what uses threads under the thread sanitizer
	@scripts/build tsan dlas_base_test dlas_executor_test dlas_data_test dlas_study_test && scripts/ctest build-tsan -L '^(base|executor|data|study)$$'

format: bootstrap ## rewrite C++ and Python files in the style that `make check` wants
	@scripts/format
