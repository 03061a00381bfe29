# The API: as a Lambda function, and with the command `python -m functions` behind any proxy. Nothing of WhatsApp is in it.
# From the top of the checkout: docker build -f infra/images/api.Dockerfile -t wagate-api .
# hadolint global ignore=DL3042
ARG PYTHON=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON} AS uv
RUN --mount=type=cache,target=/root/.cache pip install uv==0.13.9
WORKDIR /wagate
COPY pyproject.toml uv.lock README.md LICENSE ./
ENV UV_LINK_MODE=copy UV_PYTHON_PREFERENCE=only-system

FROM uv AS build
ENV UV_COMPILE_BYTECODE=1
RUN --mount=type=cache,target=/root/.cache \
    uv sync --frozen --no-dev --no-install-project --extra api --extra aws --extra otel --extra lambda \
    && uv export --frozen --no-dev --no-emit-project --extra api --extra aws --extra otel --extra lambda \
       --format cyclonedx1.5 --quiet --output-file sbom.json
COPY functions functions
COPY shared shared
# Imported from their byte code: compiling takes a third of a cold start.
RUN .venv/bin/python -m compileall -q functions shared

# docs/ as a site, which the API shows at /docs.
FROM uv AS site
RUN --mount=type=cache,target=/root/.cache uv sync --frozen --no-install-project --only-group docs
COPY . .
RUN .venv/bin/python -m tools.site /site

FROM ${PYTHON}
RUN useradd --uid 10001 --home-dir /nonexistent wagate \
    && install --directory --owner=10001 --group=10001 --mode=700 /var/lib/wagate
COPY --from=build /wagate /wagate
COPY --from=site /site /wagate/functions/reference/site
WORKDIR /wagate
ENV PATH=/wagate/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 WAGATE_HOST=0.0.0.0
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3000/health', timeout=4)"]
ENTRYPOINT ["python", "-m"]
CMD ["awslambdaric", "functions.lambda_handler.handler"]
