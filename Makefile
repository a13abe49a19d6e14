# Everything that people and CI do here. A machine needs python3, Node 20 and make; the rest installs itself:
# uv (pinned) into .local/tools, and from the one uv.lock an environment for each set of tools with pins of their own.
UV_VERSION := 0.13.8
TOOLS := .local/tools
UV := $(TOOLS)/bin/uv
PYTHON := .venv/bin/python
DEV := .venv/.synced
ENVIRONMENTS := .local/venvs
RUNTIME := $(DEV) $(ENVIRONMENTS)/sam/.synced $(ENVIRONMENTS)/emulator/.synced

# Behind a company's certificate authority the system's certificates are the ones to trust.
export UV_SYSTEM_CERTS ?= 1
export UV_NO_PROGRESS ?= 1
# An activated environment of somebody else's must not be taken for ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

.DEFAULT_GOAL := help
.PHONY: help setup start stop reset logs status load-network smoke screenshots test unit integration architecture e2e \
	lint format types security build bench publish-portal rebuild-lists contract drift pr clean

help: ## Show what make can do
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the laptop runtime

start: $(RUNTIME) ## Build, deploy and serve the whole system on this machine; prints addresses and sign-ins
	@$(PYTHON) -m local start

stop: $(DEV) ## Stop everything that start started; state is kept
	@$(PYTHON) -m local stop

reset: $(DEV) ## Stop and forget all local state
	@$(PYTHON) -m local reset

logs: $(DEV) ## Follow the logs of the running system
	@$(PYTHON) -m local logs

status: $(DEV) ## Say what is running, and where
	@$(PYTHON) -m local status

load-network: $(DEV) ## Load an invented network: DOCTORS=19000 PATIENTS=200000; `make reset` forgets it
	@PYTHONPATH=functions:layers/kernel $(PYTHON) -m local.network

smoke: $(DEV) ## Walk through a patient's journey over HTTP against the running system
	@$(PYTHON) -m local.smoke

screenshots: $(DEV) ## Take the README's pictures of the running system
	@$(PYTHON) -m local.screenshots

# --- tests

test: $(RUNTIME) ## Run every test: unit, integration, architecture and end-to-end on a stack of their own
	@$(PYTHON) -m local.testing -q -n 2 --dist loadfile tests

unit: $(DEV) ## Run the unit tests
	@$(PYTHON) -m pytest -q -n auto tests/unit

integration: $(DEV) ## Run the tests of repositories and services on moto
	@$(PYTHON) -m pytest -q -n auto --dist loadfile tests/integration

architecture: $(RUNTIME) ## Run the tests of templates, routes and isolation
	@$(PYTHON) -m pytest -q tests/architecture

e2e: $(RUNTIME) ## Run the end-to-end tests on a stack of their own
	@$(PYTHON) -m local.testing -q tests/e2e

bench: $(RUNTIME) ## Measure the budgets; prints figure beside budget
	@PYTHONPATH=functions:layers/kernel $(PYTHON) -m bench

# --- quality

lint: $(DEV) ## Check style, import rules, templates and the portal
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@PYTHONPATH=functions:layers/kernel .venv/bin/lint-imports
	@.venv/bin/cfn-lint template.yaml stacks/*.yaml
	@$(PYTHON) -m local.portal lint

format: $(DEV) ## Rewrite the code in the project's style
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

types: $(DEV) ## Check types
	@.venv/bin/mypy
	@$(PYTHON) -m local.portal types

security: $(ENVIRONMENTS)/security/.synced ## Check the templates against checkov's rules; waivers stand in .checkov.yaml
	@$(ENVIRONMENTS)/security/bin/checkov --config-file .checkov.yaml

build: $(RUNTIME) ## Build functions, layers and templates
	@$(PYTHON) -m local build

publish-portal: $(DEV) ## Build the portal and put it where an environment's edge serves it from; STAGE=dev|stage|prod
	@$(PYTHON) -m tools.publish_portal $(STAGE) $(OPTIONS)

rebuild-lists: $(DEV) ## Make the lists of free slots, boards and moves anew from the truth; STAGE=dev|stage|prod, else here
	@$(PYTHON) -m tools.rebuild_lists $(STAGE) $(OPTIONS)

contract: $(DEV) ## Regenerate api/*.yaml and the access matrix from the code
	@PYTHONPATH=functions:layers/kernel $(PYTHON) -m tools.contract
	@PYTHONPATH=functions:layers/kernel $(PYTHON) -m tools.access_matrix

drift: $(DEV) ## Fail if the committed contract is not what the code says
	@PYTHONPATH=functions:layers/kernel $(PYTHON) -m tools.contract --check
	@PYTHONPATH=functions:layers/kernel $(PYTHON) -m tools.access_matrix --check

pr: lint types drift security test ## Run all that CI runs

clean: ## Delete what can be built again; keeps the state of the running system
	rm -rf web/node_modules tests/fhir/node_modules web/dist web/dist.* .venv .aws-sam .local/build .local/venvs .local/tools .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- environments

setup: $(RUNTIME) $(ENVIRONMENTS)/security/.synced ## Install every tool now

$(TOOLS)/.uv-$(UV_VERSION):
	@echo "Installing uv $(UV_VERSION)"
	@for python in python3.13 python3 /usr/bin/python3; do \
		$$python -m venv --clear $(TOOLS) 2>/dev/null && break; done; test -x $(TOOLS)/bin/python || \
		{ echo "A python3 with its venv module is needed (on Debian: apt-get install python3-venv)."; exit 1; }
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(DEV): uv.lock .python-version | $(TOOLS)/.uv-$(UV_VERSION)
	@echo "Installing the development environment"
	@$(UV) sync --quiet --frozen
	@touch $@

$(ENVIRONMENTS)/%/.synced: uv.lock .python-version | $(TOOLS)/.uv-$(UV_VERSION)
	@echo "Installing the $* environment"
	@UV_PROJECT_ENVIRONMENT=$(ENVIRONMENTS)/$* $(UV) sync --quiet --frozen --only-group $*
	@touch $@
