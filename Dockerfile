# One image for every process of Siklus; docker-compose.yml says which one a container runs.
FROM node:22-bookworm-slim AS assets
WORKDIR /assets
COPY services/portal/assets/package.json services/portal/assets/package-lock.json services/portal/assets/.npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/siklus/.venv/bin:$PATH
WORKDIR /opt/siklus
# Documents are drawn with Pango; the fonts are those the pages name.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uv
COPY requirements.lock ./
RUN uv pip sync --no-cache --python .venv/bin/python requirements.lock
COPY pyproject.toml README.md ./
COPY contracts contracts
COPY kit kit
COPY services services
COPY workflows workflows
COPY siklus siklus
COPY --from=assets /assets/node_modules services/portal/assets/node_modules
RUN uv pip install --no-cache --python .venv/bin/python --no-deps --editable . && useradd --system --uid 10001 siklus \
    && mkdir --parents /var/lib/siklus/evidence && chown -R siklus /var/lib/siklus
USER siklus
ENTRYPOINT ["siklus"]
CMD ["--help"]
