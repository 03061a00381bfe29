# The WhatsApp of our own, and session hosts that take it for WhatsApp: for trying a deployment without a phone.
# With the command `session_host` it is a host; the setting WAGATE_SHARD_LAUNCHER=sandbox.trust needs this image.
# From the top of the checkout: docker build -f infra/images/sandbox.Dockerfile -t wagate-sandbox .
# hadolint global ignore=DL3042
ARG PYTHON=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON} AS build
RUN --mount=type=cache,target=/root/.cache pip install uv==0.13.9
WORKDIR /wagate
COPY pyproject.toml uv.lock README.md LICENSE ./
ENV UV_LINK_MODE=copy UV_PYTHON_PREFERENCE=only-system UV_COMPILE_BYTECODE=1
RUN --mount=type=cache,target=/root/.cache \
    uv sync --frozen --no-dev --no-install-project --extra host --extra aws --extra otel --extra sandbox \
    && uv export --frozen --no-dev --no-emit-project --extra host --extra aws --extra otel --extra sandbox \
       --format cyclonedx1.5 --quiet --output-file sbom.json
COPY sandbox sandbox
COPY session_host session_host
COPY shared shared
RUN .venv/bin/python -m compileall -q sandbox session_host shared

FROM ${PYTHON}
RUN useradd --uid 10001 --home-dir /nonexistent wagate \
    && install --directory --owner=10001 --group=10001 --mode=700 /var/lib/wagate
COPY --from=build /wagate /wagate
WORKDIR /wagate
ENV PATH=/wagate/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 WAGATE_HOST_DIR=/var/lib/wagate WAGATE_DATA_DIR=/var/lib/wagate
USER 10001:10001
VOLUME ["/var/lib/wagate", "/tmp"]
EXPOSE 3999
ENTRYPOINT ["python", "-m"]
CMD ["sandbox"]
