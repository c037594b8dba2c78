# `make` alone lists what there is.

PREFIX ?= /usr/local
BINARY := .build/release/coffre
# The standard library is linked in: the binary runs where no Swift is installed.
RELEASE := -c release --static-swift-stdlib --product coffre

.DEFAULT_GOAL := help
.PHONY: help quickstart build test test-all lint format bench bench-parts bench-scale bench-databases bench-archives bench-selftest docs install uninstall clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1   \2/p' $(MAKEFILE_LIST)

quickstart: build ## build, then back up, check and restore real files (folder build/quickstart)
	@scripts/quickstart $(BINARY)

build: ## build the program, optimised, into .build/release
	@scripts/setup-build
	@scripts/build $(RELEASE)

test: ## run the user guide's commands and the tests (debug build)
	@scripts/setup-test
	@scripts/build --build-tests
	@scripts/check-guide .build/debug/coffre
	@scripts/test

test-all: ## run the tests, the slow ones too
	@scripts/setup-test
	@scripts/build --build-tests
	@scripts/check-guide .build/debug/coffre
	@COFFRE_TEST_ALL=1 scripts/test

lint: ## check layout, imports, the fence around unsafe code, and that all texts are said in French
	@scripts/setup-test
	@swift format lint --strict --parallel -r Sources Tests Package.swift
	@scripts/check-layers --self-test
	@scripts/check-layers
	@scripts/check-messages --self-test
	@scripts/check-messages

format: ## lay out the code as `make lint` wants it
	@swift format format --in-place --parallel -r Sources Tests Package.swift

bench: build ## measure beside restics and borg, into docs/benchmarks.md (an hour; BENCH="--rounds 1 --scale 0.1")
	@scripts/setup-test
	@benchmarks/run --coffre $(BINARY) $(BENCH)

bench-parts: ## measure what one core does with each part of the engine (builds the tests optimised)
	@scripts/setup-build
	@COFFRE_BENCH=1 swift test -c release -Xswiftc -enable-testing --disable-xctest --filter EngineBench 2>&1 | grep '^|'

bench-scale: build ## measure 10 000 to a million files, into docs/benchmarks.md and a plot (half an hour)
	@scripts/setup-test
	@benchmarks/scale --coffre $(BINARY) $(BENCH)

bench-databases: build ## measure backups and restores of databases beside their own tools, into docs/benchmarks.md (an hour)
	@scripts/setup-test
	@benchmarks/databases --coffre $(BINARY) $(BENCH)
	@benchmarks/mariadb --coffre $(BINARY) $(BENCH)
	@benchmarks/mongodb --coffre $(BINARY) $(BENCH)
	@benchmarks/sqlite --coffre $(BINARY) $(BENCH)

bench-archives: build ## measure archives beside the tools of their formats, into docs/benchmarks.md (ten minutes)
	@scripts/setup-test
	@benchmarks/archives --coffre $(BINARY) $(BENCH)

bench-selftest: build ## run the benchmarks on a handful of files and see that they tell all (five minutes)
	@scripts/setup-test
	@benchmarks/selftest $(BINARY)

docs: ## make the reference of all symbols (build/docs) and check the links of every page
	@scripts/make-docs build/docs

install: ## install the program below PREFIX (default /usr/local)
	@# Under sudo there is often no swift in PATH: what was built before is taken then.
	@[ -n "$$SUDO_USER" ] && [ -x $(BINARY) ] || $(MAKE) --no-print-directory build
	@install -D -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/coffre" \
	  || { echo "do: Run 'sudo make install', or choose a folder of yours: make install PREFIX=~/.local"; exit 1; }
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/coffre"

uninstall: ## remove what install installed
	@rm -f "$(DESTDIR)$(PREFIX)/bin/coffre"
	@echo "Removed $(DESTDIR)$(PREFIX)/bin/coffre"

clean: ## remove everything that was built
	@rm -rf .build build
