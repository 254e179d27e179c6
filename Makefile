# `make help` lists the targets. Everything is installed into .venv, from the two lock files.

PYTHON ?= $(shell for p in python3 python3.11 /usr/bin/python3.11; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install $(if $(CI),--quiet,) --no-deps
RUN := .venv/.installed
DEV := .venv/.installed-dev
PORT ?= 7860
LAWS ?= ../shared/laws/regulations.tar.gz

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run ask index install ocr test lint types unit browser gate bench bench-compare pytest format chromium audit lock clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

run: index ## serve the chat page at http://127.0.0.1:7860 (PORT=… for another port)
	@$(BIN)/policy-qa serve --port $(PORT)

ask: index ## answer in the terminal: make ask Q="首台套检测评定收费吗"
	@test -n "$$Q" || { echo '请给出问题：make ask Q="首台套检测评定收费吗"' >&2; exit 2; }
	@$(BIN)/policy-qa ask -- "$$Q"

index: $(RUN) ## build the index of the bundled compendium where there is none
	@$(BIN)/policy-qa index --if-missing

install: $(RUN) ## install the program into .venv

ocr: $(RUN) ## install text recognition too, for scanned pages and pictures
	$(PIP:--no-deps=) --constraint requirements.lock --constraint requirements-dev.lock onnxruntime rapidocr

$(RUN): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11（含 venv）。请先安装，或用 make PYTHON=/path/to/python3.11 指明。" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --requirement requirements.lock
	$(PIP) --no-build-isolation --editable .
	@$(BIN)/python -c 'import torch' 2>/dev/null || { echo "装到的 torch 不是 CPU 版，无法加载。请设置 PIP_EXTRA_INDEX_URL 为 PyTorch 的 CPU 软件源，删除 .venv 后重试。" >&2; exit 1; }
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	$(PIP) --requirement requirements-dev.lock
	@touch $@

test: lint types chromium gate pytest ## everything that CI runs

lint: $(DEV) ## ruff: style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV) ## mypy, strict
	$(BIN)/mypy

gate: $(DEV) ## the evaluation set against the accepted baseline
	rm -rf build/index
	$(BIN)/policy-qa --index-dir build/index index
	$(BIN)/policy-qa --index-dir build/index eval --gate

bench: $(RUN) ## measure speed and memory beside bare parts and a rival (SIZES=900,6000,28000,100000)
	$(BIN)/policy-qa bench $(if $(wildcard $(LAWS)),--laws $(LAWS)) $(if $(SIZES),--sizes $(SIZES))

bench-compare: $(RUN) ## two runs of the benchmark side by side: make bench-compare A=… B=…
	@test -n "$(A)" -a -n "$(B)" || { echo '请给出两次性能记录：make bench-compare A=runs/bench/….json B=runs/bench/….json' >&2; exit 2; }
	@$(BIN)/policy-qa bench compare $(A) $(B)

pytest: $(DEV) chromium ## all tests
	$(BIN)/pytest

unit: $(DEV) ## the tests without a browser
	$(BIN)/pytest -m "not browser"

browser: $(DEV) chromium ## the tests that drive a browser
	$(BIN)/pytest -m browser

format: $(DEV) ## let ruff mend style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Chromium and a Chinese font through apt-get where that may be used; elsewhere the browser tests are skipped.
chromium:
	@if [ -x /usr/bin/chromium ] && [ -d /usr/share/fonts/opentype/noto ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; else as="sudo -n"; fi; \
	if command -v apt-get >/dev/null && $$as true 2>/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		$$as apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null && \
		$$as apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium fonts-noto-cjk >/dev/null || \
		echo "apt-get could not install chromium: browser tests will be skipped" >&2; \
	else echo "no apt-get or no right to use it: browser tests will be skipped" >&2; fi

# Not part of `make test`: it asks a service on the network, and what it says changes without a change of ours.
audit: ## look the locked versions up among known vulnerabilities (needs a network)
	rm -rf build/audit && $(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet pip-audit
	build/audit/bin/pip-audit --no-deps --disable-pip --requirement requirements.lock --requirement requirements-dev.lock
	rm -rf build/audit

# Resolves pyproject.toml anew. torch comes first, so that nothing draws in another build of it.
lock: ## write both lock files anew
	@test -n "$(PYTHON)" || { echo "need Python 3.11" >&2; exit 1; }
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet 'setuptools>=77' torch==2.13.0
	build/lock/bin/python -m pip install --quiet --no-build-isolation --editable .
	$(call freeze) > build/lock/run
	build/lock/bin/python -m pip install --quiet --no-build-isolation --editable '.[dev]'
	$(call freeze) > build/lock/all
	@test -z "$$(LC_ALL=C comm -23 build/lock/run build/lock/all)" || { echo "the dev packages change a version" >&2; exit 1; }
	@{ echo "# What the program needs, every version exact. Made by make lock; install with pip install --no-deps -r."; \
		cat build/lock/run; } > requirements.lock
	@{ echo "# What checking it needs beside requirements.lock. Made by make lock; install with pip install --no-deps -r."; \
		LC_ALL=C comm -13 build/lock/run build/lock/all; } > requirements-dev.lock
	rm -rf build/lock

# The local part of a version (+cpu) names a build, which differs between machines.
freeze = build/lock/bin/python -m pip freeze --all --exclude pip --exclude-editable | sed 's/+cpu$$//' | LC_ALL=C sort

clean: ## remove .venv and everything that checks leave behind; the index stays
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
