# A session host. Its disk is /var/lib/wagate; everything else may be read-only but /tmp.
# From the top of the checkout: docker build -f infra/images/host.Dockerfile -t wagate-host .
# hadolint global ignore=DL3042
ARG PYTHON=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON} AS build
RUN --mount=type=cache,target=/root/.cache pip install uv==0.13.9
WORKDIR /wagate
COPY pyproject.toml uv.lock README.md LICENSE ./
ENV UV_LINK_MODE=copy UV_PYTHON_PREFERENCE=only-system UV_COMPILE_BYTECODE=1
RUN --mount=type=cache,target=/root/.cache \
    uv sync --frozen --no-dev --no-install-project --extra host --extra aws --extra otel \
    && uv export --frozen --no-dev --no-emit-project --extra host --extra aws --extra otel \
       --format cyclonedx1.5 --quiet --output-file sbom.json
COPY session_host session_host
COPY shared shared
RUN .venv/bin/python -m compileall -q session_host shared

FROM ${PYTHON}
RUN useradd --uid 10001 --home-dir /nonexistent wagate \
    && install --directory --owner=10001 --group=10001 --mode=700 /var/lib/wagate
COPY --from=build /wagate /wagate
WORKDIR /wagate
ENV PATH=/wagate/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 WAGATE_HOST_DIR=/var/lib/wagate WAGATE_DATA_DIR=/var/lib/wagate
USER 10001:10001
# An empty volume that is put here takes the owner of these folders.
VOLUME ["/var/lib/wagate", "/tmp"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 CMD ["python", "-m", "session_host.health"]
ENTRYPOINT ["python", "-m"]
CMD ["session_host"]
