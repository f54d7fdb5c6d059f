"""Color, body shape and size of each form: what its plate draws."""

import csv
from pathlib import Path

from django.db import migrations, models

COLORS = "red blue yellow green black brown purple gray white pink".split()
SHAPES = {
    "ball": "ball",
    "squiggle": "serpent",
    "fish": "fish",
    "arms": "head and arms",
    "blob": "head and base",
    "upright": "upright with a tail",
    "legs": "head and legs",
    "quadruped": "four legs",
    "wings": "two wings",
    "tentacles": "tentacles",
    "heads": "several heads",
    "humanoid": "humanoid",
    "bug-wings": "insect wings",
    "armor": "armor",
}
SIZES = ["small", "medium", "large"]


def fill_in(apps, schema_editor):
    """Rows that staff edited are left alone by later imports, so all rows get their looks here."""
    pokemon = apps.get_model("pokedex", "Pokemon")
    rows = pokemon.objects.in_bulk()
    if not rows:
        return
    with (Path(__file__).resolve().parents[1] / "data/pokemon.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            row = rows.get(int(line["id"]))
            if row is not None:
                row.color, row.shape, row.size = line["color"], line["shape"], line["size"]
    pokemon.objects.bulk_update(rows.values(), ["color", "shape", "size"], batch_size=100)


class Migration(migrations.Migration):

    dependencies = [("pokedex", "0004_plain_words")]

    operations = [
        migrations.AddField(
            model_name="pokemon",
            name="color",
            field=models.CharField(
                choices=[(name, name) for name in COLORS],
                default="gray",
                max_length=10,
                verbose_name="color",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="pokemon",
            name="shape",
            field=models.CharField(
                choices=list(SHAPES.items()),
                default="upright",
                max_length=10,
                verbose_name="body shape",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="pokemon",
            name="size",
            field=models.CharField(
                choices=[(name, name) for name in SIZES],
                default="large",
                help_text="How large it is drawn: by its stage of evolution.",
                max_length=10,
                verbose_name="size",
            ),
            preserve_default=False,
        ),
        *(
            migrations.AddConstraint(
                model_name="pokemon",
                constraint=models.CheckConstraint(
                    name=f"pokemon_{field}_known",
                    condition=models.Q(**{f"{field}__in": values}),
                    violation_error_message=f"{field} must be one of: {', '.join(values)}.",
                ),
            )
            for field, values in (("color", COLORS), ("shape", list(SHAPES)), ("size", SIZES))
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
