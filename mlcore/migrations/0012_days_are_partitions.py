"""On PostgreSQL the prediction log becomes one partition a day; SQLite has none."""

from django.db import migrations

from mlcore.monitoring import log_days

_TABLE = "mlcore_predictionlog"


def partition(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in (
        f"ALTER TABLE {_TABLE} RENAME TO {_TABLE}_old",
        f"CREATE TABLE {_TABLE} (LIKE {_TABLE}_old INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
        " INCLUDING STORAGE) PARTITION BY RANGE (created_at)",
        f"ALTER TABLE {_TABLE} ADD CONSTRAINT {_TABLE}_days PRIMARY KEY (id, created_at)",
        f"CREATE SEQUENCE {_TABLE}_ids OWNED BY {_TABLE}.id",
        f"SELECT setval('{_TABLE}_ids', (SELECT coalesce(max(id), 0) + 1 FROM {_TABLE}_old), false)",
        f"ALTER TABLE {_TABLE} ALTER COLUMN id SET DEFAULT nextval('{_TABLE}_ids')",
        f"CREATE TABLE {_TABLE}_default PARTITION OF {_TABLE} DEFAULT",
    ):
        schema_editor.execute(statement)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM {_TABLE}_old"
        )
        for (day,) in cursor.fetchall():
            log_days.make(day)
    log_days.make_ahead()
    schema_editor.execute(f"INSERT INTO {_TABLE} SELECT * FROM {_TABLE}_old")
    schema_editor.execute(f"DROP TABLE {_TABLE}_old")


class Migration(migrations.Migration):
    dependencies = [("mlcore", "0011_compact_prediction_log")]

    operations = [migrations.RunPython(partition)]
