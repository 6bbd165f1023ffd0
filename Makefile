# What can be made here; `make help` says it in short. Works as root and without; sudo is used only where a package is
# missing and you are not root.
SWIFT ?= swift
# An import that Package.swift does not name as an arrow is an error (the walls of the house).
CHECKED = --explicit-target-dependency-import-check error
# A clinic's workstation has no Swift runtime.
RELEASE = -c release --static-swift-stdlib $(HARDENED) $(MAPPED) $(CHECKED)
# C files of others tell in which directory they were built: the same in every one.
MAPPED = -Xcc "-ffile-prefix-map=$(CURDIR)=."
# Symbols of libraries are looked up at the start and then read-only; no library is looked for beside the program, and
# nothing of it is offered to libraries, which also takes out what nobody calls.
HARDENED = --disable-local-rpath -Xlinker -z -Xlinker now -Xlinker --no-export-dynamic
SWIFT_SOURCES = $(wildcard Sources Tests Benchmarks Package.swift)
# Tests start programs that crash on purpose; nobody wants their backtraces collected.
export SWIFT_BACKTRACE = enable=no

# The newest commit's, for man pages and packages: they are the same on whichever day they are made.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)

# Where `make install` puts things; DESTDIR is in front of everything, for packages.
PREFIX ?= /usr
DESTDIR ?=
# Below share/. A distribution may have its own folder for packages.
ZSH_FUNCTIONS ?= zsh/site-functions
# What it installs, and what make deb packages.
BUILD ?= .build/release

.PHONY: help deps build demo test build-tests explore bench firmware-check format lint clean install uninstall fuzz sanitize
.DEFAULT_GOAL := help
# One thing at a time: two Swift builds would only wait for each other.
.NOTPARALLEL:

help:
	@echo 'make demo            a whole session on the simulated device, with a verified log to look at'
	@echo 'make test            every test, after the checks below'
	@echo
	@echo 'make build           smpd, smpctl and smpsim, release, in .build/release'
	@echo 'make install         what make build built, with units, udev rules and default configuration (PREFIX, DESTDIR)'
	@echo 'make deb             a Debian package of what make build built, in .build/deb (or of other programs: BUILD)'
	@echo 'make deb-check       installs, upgrades, removes and purges it in a plain Debian 12 (root)'
	@echo 'make uninstall       removes it, but for configuration and journal'
	@echo 'make explore         walks the states of session and firmware as deep as DEPTH events (default 10)'
	@echo 'make crash           ends daemons: at every point of a long session, and KILLS=1000 by SIGKILL from SEED=1'
	@echo 'make guest-test      the shipped programs on a real kernel and as a package, in virtual machines'
	@echo 'make fading          whole courses of CLIENTS=200 clients who fade differently, from SEED=1'
	@echo 'make simulate        whole lives drawn from seeds, everything going wrong: SEEDS=100 from SEED=1'
	@echo 'make bench           measures the budgets beside their references'
	@echo 'make fuzz            libFuzzer on what reads bytes of others (SECONDS of CPU for each target, or TARGET alone)'
	@echo 'make sanitize        the tests under ThreadSanitizer and under AddressSanitizer'
	@echo 'make firmware-check  compiles the firmware as Embedded Swift for a Cortex-M'
	@echo 'make lint            formatting and style, as make test wants them'
	@echo 'make format          formats the Swift sources'
	@echo 'make deps            installs what is missing for all of these (only then needs the network)'
	@echo 'make clean           removes what was built and demonstrated'

deps:
	@Tests/tools/deps.sh build test bench

build:
	@Tests/tools/deps.sh build
	@echo 'make: building release'
	@$(SWIFT) build $(RELEASE) --product smpsim
	@$(SWIFT) build $(RELEASE) --product smpctl
	@$(SWIFT) build $(RELEASE) --product smpd
	@systemd/man/pages .build/release

# Man pages and completions of the programs in BUILD, in BUILD/share.
.PHONY: man
man:
	@systemd/man/pages "$(BUILD)"

demo: build
	@Tests/tools/demo.sh .build/release

# The last line is that of `swift test`.
test: test-deps lint firmware-check build-tests
	@MAKE="$(MAKE)" Tests/tools/test.sh $(SWIFT) test --skip-build $(CHECKED)

.PHONY: test-deps
test-deps:
	@Tests/tools/deps.sh build test

# The same suite as in `make test`, with more deaths. A failure prints the seed that repeats it.
KILLS ?= 1000
SEED ?= 1
DOTS ?= 120
.PHONY: crash
crash: test-deps build-tests
	@echo 'make: every point of a session of $(DOTS) dots, and $(KILLS) deaths from seed $(SEED)'
	@SMPD_CRASH_DOTS=$(DOTS) SMPD_KILLS=$(KILLS) SMPD_KILL_SEED=$(SEED) $(SWIFT) test --skip-build $(CHECKED) --filter CrashTests

# A failure prints its acts and the command that repeats it; a seed that found something is kept in Tests/SimulateTests.
SEEDS ?= 100
CLIENTS ?= 200
.PHONY: fading
fading: test-deps
	@echo 'make: building release, with what treats'
	@$(SWIFT) build -c release $(MAPPED) $(CHECKED) --product smpsim
	@.build/release/smpsim treat Tests/tools/fading.yaml --clients $(CLIENTS) --seed $(SEED)

.PHONY: simulate
simulate: test-deps
	@echo 'make: building release, with what simulates'
	@$(SWIFT) build -c release $(MAPPED) $(CHECKED) --product simulate
	@.build/release/simulate --seeds $(SEEDS) --first $(SEED)

# What the tests on a real kernel boot, of the programs in BUILD: a kernel and a Debian come from the archive, once.
.PHONY: guests guest-test
guests: deb
	@Tests/tools/deps.sh guest
	@Tests/Guest/build "$(BUILD)" "$$($(PACKAGED))"

# Emulated by QEMU: minutes. make test does the same with debug programs.
guest-test: guests test-deps build-tests
	@echo 'make: testing on a real kernel'
	@SMPD_GUESTS=all $(SWIFT) test --skip-build $(CHECKED) --filter 'KernelTests|InstalledTests'

# Under CI no debugger looks for lines.
build-tests:
	@echo 'make: building debug, with tests'
	@$(SWIFT) build --build-tests $(CHECKED) $(if $(CI),-debug-info-format none)

# Deeper than make test goes; every state on the way is kept in memory. SMPD_EXPLORE_SETTING=name takes one setting.
DEPTH ?= 10

explore: build-tests
	@SMPD_EXPLORE_DEPTH=$(DEPTH) $(SWIFT) test --skip-build $(CHECKED) --filter 'ExplorerTests.ExplorerTests'

firmware-check:
	@echo 'make: compiling the firmware as Embedded Swift'
	@Tests/tools/firmware-check.sh

lint:
	@echo 'make: linting'
	@$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_SOURCES)

format:
	@echo 'make: formatting'
	@$(SWIFT) format --in-place --parallel --recursive $(SWIFT_SOURCES)

bench:
	@Tests/tools/deps.sh build bench
	@Benchmarks/run

# What is measured is built as what is shipped.
.PHONY: release-flags
release-flags:
	@echo '$(RELEASE)'

# Of CPU time, for each target.
SECONDS ?= 60

# The short run, on the inputs that are kept, is part of make test.
fuzz:
	@Tests/tools/deps.sh build
	@SWIFT="$(SWIFT)" Tests/Fuzz/run --seconds $(SECONDS) $(if $(TARGET),--target $(TARGET))

# KIND: thread or address alone.
sanitize:
	@Tests/tools/deps.sh build test
	@SWIFT="$(SWIFT)" Tests/Sanitize/run $(KIND)

# Only what this Makefile made; demo/ holds simulated records and nothing else.
clean:
	@echo 'make: removing .build, .build-python, Benchmarks/out and demo'
	@rm -rf .build .build-python Benchmarks/out demo

# Needs no root, and no network once the helpers of Debian are there. The programs must not need a Swift runtime.
DEB = .build/deb
PACKAGED = sed -n 's|^\(smpd_[^ ]*[.]deb\) .*|$(DEB)/\1|p' $(DEB)/smpd/debian/files
.PHONY: deb deb-deps
deb: deb-deps $(if $(filter .build/release,$(BUILD)),build,man)
	@rm -rf $(DEB)/smpd
	@mkdir -p $(DEB)/smpd
	@cp -R systemd/debian $(DEB)/smpd/debian
	@echo 'make: packaging $(BUILD)'
	@cd $(DEB)/smpd && { PROGRAMS="$(abspath $(BUILD))" dpkg-buildpackage --build=binary --no-sign >../log 2>&1 \
	  || { tail -n 20 ../log >&2; exit 1; }; }
	@$(PACKAGED)

# Installs, upgrades, removes and purges it in a plain Debian 12 that is kept in .build/deb. Needs root.
.PHONY: deb-check
deb-check: deb
	@Tests/tools/deps.sh deb-check
	@Tests/tools/deb-check.sh "$$($(PACKAGED))"

deb-deps:
	@Tests/tools/deps.sh build deb

UNITS = smpd.service smpd.socket smpd-stop.socket
RULES = 60-smpd.rules 72-smpd.rules
CONFIGURATION = smpd.yaml limits.yaml
# For a technician. Architecture and Simulation are for whoever has the sources.
ARTICLES = Sources/Core/SMPGuard/SMPGuard.docc/Safety.md Sources/Host/SMPDaemon/SMPDaemon.docc/Operating.md \
  $(addprefix Sources/Host/SMPPlanFile/SMPPlanFile.docc/,TreatmentPlan.md SiteLimits.md) \
  Sources/Device/SMPWire/SMPWire.docc/DeviceProtocol.md
TO = "$(DESTDIR)$(PREFIX)"

# Builds nothing, so that root need not build. Configuration that is there is the clinic's and stays as it is.
install:
	@for program in smpd smpctl smpsim; do \
	  test -x "$(BUILD)/$$program" || { echo "make: no $(BUILD)/$$program: run make build first" >&2; exit 1; }; done
	@test -d "$(BUILD)/share" || { echo "make: no $(BUILD)/share: run make man first" >&2; exit 1; }
	@install -D -m 755 "$(BUILD)/smpd" $(TO)/sbin/smpd
	@install -D -m 755 -t $(TO)/bin "$(BUILD)/smpctl" "$(BUILD)/smpsim"
	@install -D -m 644 -t $(TO)/lib/systemd/system $(UNITS:%=systemd/system/%)
	@sed -i 's|^ExecStart=/usr/|ExecStart=$(PREFIX)/|' $(TO)/lib/systemd/system/smpd.service
	@install -D -m 644 -t $(TO)/lib/sysusers.d systemd/sysusers.d/smpd.conf
	@install -D -m 644 -t $(TO)/lib/tmpfiles.d systemd/tmpfiles.d/smpd.conf
	@install -D -m 644 -t $(TO)/lib/udev/rules.d $(RULES:%=udev/%)
	@for page in "$(BUILD)"/share/man/man*/*; do \
	  install -D -m 644 -t $(TO)/share/man/man$${page##*.} "$$page"; done
	@install -D -m 644 -t $(TO)/share/bash-completion/completions "$(BUILD)"/share/bash-completion/completions/*
	@install -D -m 644 -t $(TO)/share/$(ZSH_FUNCTIONS) "$(BUILD)"/share/zsh/site-functions/*
	@install -D -m 644 -t $(TO)/share/fish/vendor_completions.d "$(BUILD)"/share/fish/vendor_completions.d/*
	@install -D -m 644 -t $(TO)/share/doc/smpd $(ARTICLES)
	@install -D -m 644 -t $(TO)/share/doc/smpd/examples systemd/examples/*.yaml
# Links between articles are DocC's.
	@sed -i 's|<doc:\([A-Za-z]*\)>|`\1.md`|g; s|``|`|g' $(addprefix $(TO)/share/doc/smpd/,$(notdir $(ARTICLES)))
	@for file in $(CONFIGURATION); do test -e "$(DESTDIR)/etc/smpd/$$file" \
	  || install -D -m 644 -t "$(DESTDIR)/etc/smpd" "systemd/etc/$$file"; done
	@test -n "$(DESTDIR)" || { echo 'make: installed. To put it into use, as root:'; \
	  echo '  systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload && udevadm control --reload'; \
	  echo '  systemctl enable --now smpd.socket smpd-stop.socket smpd.service'; }

uninstall:
	@rm -f $(TO)/sbin/smpd $(TO)/bin/smpctl $(TO)/bin/smpsim $(UNITS:%=$(TO)/lib/systemd/system/%) \
	  $(TO)/lib/sysusers.d/smpd.conf $(TO)/lib/tmpfiles.d/smpd.conf $(RULES:%=$(TO)/lib/udev/rules.d/%)
	@for name in smpd smpctl smpsim; do \
	  rm -f $(TO)/share/man/man?/$$name.? $(TO)/share/man/man?/$$name-*.? $(TO)/share/man/man5/$$name.yaml.5 \
	    $(TO)/share/bash-completion/completions/$$name $(TO)/share/$(ZSH_FUNCTIONS)/_$$name \
	    $(TO)/share/fish/vendor_completions.d/$$name.fish; done
	@rm -rf $(TO)/share/doc/smpd
	@echo 'make: left as they are: /etc/smpd and /var/lib/smpd, the user smpd and the group smp'
