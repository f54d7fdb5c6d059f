"""The group of those who may correct facts, and nothing else."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "curator"
FACTS = (
    "type",
    "typeeffectiveness",
    "species",
    "pokemon",
    "evolution",
    "move",
    "learnsetentry",
    "keptmove",
    "boss",
    "bosspokemon",
)


def make_group(apps, schema_editor):
    # Permissions are made after all migrations; here they are needed now.
    for label in ("pokedex", "admin"):
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps)
    wanted = [
        *(f"{verb}_{name}" for name in FACTS for verb in ("add", "change", "delete", "view")),
        "view_gamedataversion",
        "view_logentry",
    ]
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=NAME)
    group.permissions.add(
        *apps.get_model("auth", "Permission").objects.filter(
            codename__in=wanted, content_type__app_label__in=("pokedex", "admin")
        )
    )


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pokedex", "0002_bosses"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
