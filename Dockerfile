# The image of PredictionDex. `worker` can train and serve; it runs as an ordinary user.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

FROM base AS worker
COPY requirements.txt ./
RUN pip install -r requirements.txt babel
COPY . .
RUN pybabel --quiet compile -D django -d locale \
 && useradd --system --uid 10001 --home-dir /var/lib/predictiondex --create-home predictiondex \
 && mkdir -p /var/lib/predictiondex \
 && chown -R predictiondex /var/lib/predictiondex
ENV VAR_DIR=/var/lib/predictiondex
USER predictiondex
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "predictiondex.wsgi"]
