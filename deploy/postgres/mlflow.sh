#!/bin/sh
# Runs once, on an empty volume: MLflow's tables live in a database of their own.
set -eu
createdb --username "$POSTGRES_USER" mlflow
