# Two images of one source: `web` serves, `worker` can also train and keeps MLflow. Both run as an
# ordinary user on a read-only file system; what they write goes to /var/lib/predictiondex. A third
# one, `proxy`, stands in front.
FROM python:3.11.11-slim-bookworm AS base
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    # Kernels are compiled once, below, for every processor of this architecture.
    NUMBA_CPU_NAME=generic \
    NUMBA_CPU_FEATURES="" \
    NUMBA_CACHE_DIR=/opt/numba
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home predictiondex \
 && install -d -o predictiondex /var/lib/predictiondex /var/lib/mlflow /var/lib/monitoring

FROM base AS packages-web
COPY requirements-web.txt ./
RUN python -m venv /opt/venv \
 && pip install --require-hashes -r requirements-web.txt

FROM base AS packages-worker
COPY requirements.txt ./
RUN python -m venv /opt/venv \
 && pip install --require-hashes -r requirements.txt

FROM packages-web AS source
COPY requirements-setup.txt ./
# Babel compiles the translations and stays behind here.
RUN pip install --require-hashes -r requirements-setup.txt
COPY . .
RUN pybabel --quiet compile -D django -d locale \
 && VAR_DIR=/tmp/var python manage.py setup_data --compile \
 && rm -rf /tmp/var

FROM base AS web
COPY --from=packages-web /opt/venv /opt/venv
COPY --from=source /opt/numba /opt/numba
COPY --from=source /app /app
ENV VAR_DIR=/var/lib/predictiondex NUMBA_CACHE_DIR=/tmp/numba HOST=0.0.0.0
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "deploy/healthy.py", "web"]
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "predictiondex.wsgi"]

FROM base AS worker
COPY --from=packages-worker /opt/venv /opt/venv
COPY --from=source /opt/numba /opt/numba
COPY --from=source /app /app
ENV VAR_DIR=/var/lib/predictiondex NUMBA_CACHE_DIR=/tmp/numba
USER 10001
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["python", "deploy/healthy.py", "worker"]
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["celery", "--app", "predictiondex", "worker", "--loglevel", "INFO"]

FROM caddy:2.11.7-alpine AS proxy
# The program comes with the right to open ports below 1024: not needed, and without capabilities a
# program with one does not start.
RUN setcap -r /usr/bin/caddy \
 && install -d -o 10001 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10001
EXPOSE 8080 8443
HEALTHCHECK --interval=15s --timeout=5s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8081/"]
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
