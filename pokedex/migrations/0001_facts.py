# The facts of the game, as tables.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Species",
            fields=[
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="As PokeAPI writes it.",
                        max_length=40,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(max_length=40, unique=True, verbose_name="English name"),
                ),
                (
                    "name_fr",
                    models.CharField(max_length=40, unique=True, verbose_name="French name"),
                ),
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        help_text="Number in the national Pokédex.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="national number",
                    ),
                ),
            ],
            options={
                "verbose_name": "species",
                "verbose_name_plural": "species",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Type",
            fields=[
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="As PokeAPI writes it.",
                        max_length=40,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(max_length=40, unique=True, verbose_name="English name"),
                ),
                (
                    "name_fr",
                    models.CharField(max_length=40, unique=True, verbose_name="French name"),
                ),
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        help_text="PokeAPI's number.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                (
                    "sort_order",
                    models.PositiveSmallIntegerField(
                        help_text="Place in lists and in the type chart.",
                        unique=True,
                        verbose_name="sort order",
                    ),
                ),
            ],
            options={
                "verbose_name": "type",
                "verbose_name_plural": "types",
                "ordering": ("sort_order",),
            },
        ),
        migrations.CreateModel(
            name="GameDataVersion",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0, verbose_name="number")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
            ],
            options={
                "verbose_name": "game data version",
                "verbose_name_plural": "game data version",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="gamedataversion_single_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pokemon",
            fields=[
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="As PokeAPI writes it.",
                        max_length=40,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(max_length=40, unique=True, verbose_name="English name"),
                ),
                (
                    "name_fr",
                    models.CharField(max_length=40, unique=True, verbose_name="French name"),
                ),
                ("key_slug", models.CharField(editable=False, max_length=40, unique=True)),
                ("key_en", models.CharField(editable=False, max_length=40, unique=True)),
                ("key_fr", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "id",
                    models.PositiveIntegerField(
                        help_text="National number of a base form, PokeAPI's number of another form.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("base", "base form"),
                            ("alolan", "Alolan form"),
                            ("mega", "Mega Evolution"),
                            ("partner", "partner"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("base_hp", models.PositiveSmallIntegerField(verbose_name="base HP")),
                ("base_attack", models.PositiveSmallIntegerField(verbose_name="base Attack")),
                ("base_defense", models.PositiveSmallIntegerField(verbose_name="base Defense")),
                (
                    "base_special_attack",
                    models.PositiveSmallIntegerField(verbose_name="base Special Attack"),
                ),
                (
                    "base_special_defense",
                    models.PositiveSmallIntegerField(verbose_name="base Special Defense"),
                ),
                ("base_speed", models.PositiveSmallIntegerField(verbose_name="base Speed")),
                (
                    "weight_hg",
                    models.PositiveIntegerField(
                        help_text="In hectograms.", verbose_name="weight (hg)"
                    ),
                ),
                (
                    "base_form",
                    models.ForeignKey(
                        blank=True,
                        help_text="The form a Mega Evolution starts from; its moves are the Mega's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="megas",
                        to="pokedex.pokemon",
                        verbose_name="base form",
                    ),
                ),
                (
                    "species",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forms",
                        to="pokedex.species",
                        verbose_name="species",
                    ),
                ),
                (
                    "type_1",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pokedex.type",
                        verbose_name="type 1",
                    ),
                ),
                (
                    "type_2",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pokedex.type",
                        verbose_name="type 2",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pokémon",
                "verbose_name_plural": "Pokémon",
                "ordering": ("species_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="As PokeAPI writes it.",
                        max_length=40,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(max_length=40, unique=True, verbose_name="English name"),
                ),
                (
                    "name_fr",
                    models.CharField(max_length=40, unique=True, verbose_name="French name"),
                ),
                ("key_slug", models.CharField(editable=False, max_length=40, unique=True)),
                ("key_en", models.CharField(editable=False, max_length=40, unique=True)),
                ("key_fr", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "id",
                    models.PositiveIntegerField(
                        help_text="The game's own number.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                (
                    "damage_class",
                    models.CharField(
                        choices=[
                            ("physical", "physical"),
                            ("special", "special"),
                            ("status", "status"),
                        ],
                        max_length=10,
                        verbose_name="damage class",
                    ),
                ),
                (
                    "power",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: none of its own.",
                        null=True,
                        verbose_name="power",
                    ),
                ),
                (
                    "accuracy",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="In per cent. Empty: never misses.",
                        null=True,
                        verbose_name="accuracy",
                    ),
                ),
                (
                    "pp",
                    models.PositiveSmallIntegerField(
                        help_text="Before any increase.", verbose_name="PP"
                    ),
                ),
                ("priority", models.SmallIntegerField(default=0, verbose_name="priority")),
                (
                    "target",
                    models.CharField(
                        choices=[("opponent", "opponent"), ("user", "user"), ("field", "field")],
                        default="opponent",
                        max_length=10,
                        verbose_name="target",
                    ),
                ),
                (
                    "critical_stage",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="1: high chance of a critical hit.",
                        verbose_name="critical stage",
                    ),
                ),
                (
                    "always_crits",
                    models.BooleanField(default=False, verbose_name="always a critical hit"),
                ),
                (
                    "min_hits",
                    models.PositiveSmallIntegerField(default=1, verbose_name="fewest hits"),
                ),
                ("max_hits", models.PositiveSmallIntegerField(default=1, verbose_name="most hits")),
                (
                    "drain_percent",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Per cent of the damage that the user gains.",
                        verbose_name="drain",
                    ),
                ),
                (
                    "recoil_percent",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Per cent of the damage that the user takes.",
                        verbose_name="recoil",
                    ),
                ),
                (
                    "heal_percent",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Per cent of its maximum HP that the user gains.",
                        verbose_name="healing",
                    ),
                ),
                (
                    "ailment",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("paralysis", "paralysis"),
                            ("burn", "burn"),
                            ("poison", "poison"),
                            ("bad_poison", "bad poison"),
                            ("sleep", "sleep"),
                            ("freeze", "freeze"),
                            ("confusion", "confusion"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="ailment",
                    ),
                ),
                (
                    "ailment_chance",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="In per cent, once the move hits.",
                        verbose_name="ailment chance",
                    ),
                ),
                (
                    "flinch_chance",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="In per cent, once the move hits.",
                        verbose_name="flinch chance",
                    ),
                ),
                (
                    "attack_change",
                    models.SmallIntegerField(default=0, verbose_name="Attack change"),
                ),
                (
                    "defense_change",
                    models.SmallIntegerField(default=0, verbose_name="Defense change"),
                ),
                (
                    "special_attack_change",
                    models.SmallIntegerField(default=0, verbose_name="Special Attack change"),
                ),
                (
                    "special_defense_change",
                    models.SmallIntegerField(default=0, verbose_name="Special Defense change"),
                ),
                ("speed_change", models.SmallIntegerField(default=0, verbose_name="Speed change")),
                (
                    "accuracy_change",
                    models.SmallIntegerField(default=0, verbose_name="accuracy change"),
                ),
                (
                    "evasion_change",
                    models.SmallIntegerField(default=0, verbose_name="evasion change"),
                ),
                (
                    "stat_change_target",
                    models.CharField(
                        choices=[("user", "user"), ("target", "target")],
                        default="target",
                        max_length=10,
                        verbose_name="stats changed of",
                    ),
                ),
                (
                    "stat_change_chance",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="In per cent, once the move hits.",
                        verbose_name="stat change chance",
                    ),
                ),
                (
                    "fixed_damage",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="In HP, whatever the stats.",
                        null=True,
                        verbose_name="fixed damage",
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("struggle", "struggle"),
                            ("one_hit_ko", "knocks out in one hit"),
                            ("level_damage", "damage equal to the user's level"),
                            ("random_level_damage", "50 to 150 % of the user's level as damage"),
                            ("half_hp_damage", "halves the target's HP"),
                            ("counter", "returns physical damage twofold"),
                            ("mirror_coat", "returns special damage twofold"),
                            ("bide", "endures, then returns damage twofold"),
                            ("self_destruct", "user faints"),
                            ("charge", "charges for a turn"),
                            ("charge_raise_defense", "charges for a turn and raises Defense"),
                            ("charge_underground", "charges for a turn under the ground"),
                            ("charge_airborne", "charges for a turn in the air"),
                            ("recharge", "rests for a turn afterwards"),
                            ("lock_in", "repeats for 2 or 3 turns, then confuses the user"),
                            ("partial_trap", "traps and hurts the target for some turns"),
                            ("crash", "hurts the user on a miss"),
                            ("rage", "raises Attack when hit"),
                            ("double_when_statused", "doubled when the user has an ailment"),
                            ("use_target_attack", "uses the target's Attack"),
                            ("weight_power", "power by the target's weight"),
                            ("friendship_power", "power by the user's friendship"),
                            ("target_asleep_only", "works on sleepers only"),
                            ("target_attacking_only", "works on an attacking target only"),
                            ("first_turn_only", "works on the first turn only"),
                            ("break_protect", "breaks protection"),
                            ("break_screens", "breaks screens"),
                            ("reset_target_stages", "resets the target's stat changes"),
                            ("reset_all_stages", "resets all stat changes"),
                            ("leech_seed", "plants a seed on the target"),
                            ("light_screen", "halves special damage for some turns"),
                            ("reflect", "halves physical damage for some turns"),
                            ("cure_user", "cures the user"),
                            ("tri_status", "burns, freezes or paralyses"),
                            ("mist", "keeps stats from being lowered"),
                            ("substitute", "makes a substitute"),
                            ("protect", "protects the user"),
                            ("rest", "sleeps and heals fully"),
                            ("roost", "lands and heals"),
                            ("focus_energy", "critical hits are likelier"),
                            ("minimize", "makes the user small"),
                            ("disable", "disables the last move"),
                            ("encore", "makes the target repeat its move"),
                            ("taunt", "keeps the target from status moves"),
                            ("yawn", "puts the target to sleep a turn later"),
                            ("mimic", "copies the target's last move"),
                            ("transform", "becomes the target"),
                            ("metronome", "uses a random move"),
                            ("mirror_move", "uses the target's last move"),
                            ("conversion", "takes the type of a move of its own"),
                            ("fails_alone", "fails one against one"),
                            ("does_nothing", "does nothing one against one"),
                        ],
                        default="none",
                        help_text="What the other fields cannot say.",
                        max_length=24,
                        verbose_name="effect",
                    ),
                ),
                (
                    "blocked_by_protect",
                    models.BooleanField(default=True, verbose_name="blocked by Protect"),
                ),
                (
                    "bypasses_substitute",
                    models.BooleanField(default=False, verbose_name="bypasses a substitute"),
                ),
                (
                    "is_powder",
                    models.BooleanField(
                        default=False,
                        help_text="Does nothing to Grass types.",
                        verbose_name="powder",
                    ),
                ),
                (
                    "respects_type_immunity",
                    models.BooleanField(
                        default=True,
                        help_text="Fails where the type chart says x 0.",
                        verbose_name="respects type immunity",
                    ),
                ),
                ("thaws_user", models.BooleanField(default=False, verbose_name="thaws the user")),
                (
                    "thaws_target",
                    models.BooleanField(default=False, verbose_name="thaws the target"),
                ),
                (
                    "hits_airborne",
                    models.BooleanField(default=False, verbose_name="hits a target in the air"),
                ),
                (
                    "hits_underground",
                    models.BooleanField(
                        default=False, verbose_name="hits a target under the ground"
                    ),
                ),
                (
                    "doubled_by_airborne",
                    models.BooleanField(
                        default=False, verbose_name="doubled on a target in the air"
                    ),
                ),
                (
                    "doubled_by_underground",
                    models.BooleanField(
                        default=False, verbose_name="doubled on a target under the ground"
                    ),
                ),
                (
                    "doubled_by_minimize",
                    models.BooleanField(
                        default=False,
                        help_text="Such a move does not miss a minimized target either.",
                        verbose_name="doubled on a minimized target",
                    ),
                ),
                (
                    "can_be_mirrored",
                    models.BooleanField(default=False, verbose_name="can be mirrored"),
                ),
                (
                    "called_by_metronome",
                    models.BooleanField(default=False, verbose_name="called by Metronome"),
                ),
                (
                    "can_be_encored",
                    models.BooleanField(default=True, verbose_name="can be encored"),
                ),
                (
                    "can_be_mimicked",
                    models.BooleanField(default=True, verbose_name="can be mimicked"),
                ),
                ("makes_contact", models.BooleanField(default=False, verbose_name="makes contact")),
                ("is_sound", models.BooleanField(default=False, verbose_name="sound")),
                (
                    "tm_number",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, unique=True, verbose_name="TM number"
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="pokedex.type",
                        verbose_name="type",
                    ),
                ),
            ],
            options={
                "verbose_name": "move",
                "verbose_name_plural": "moves",
                "ordering": ("name_en",),
            },
        ),
        migrations.CreateModel(
            name="TypeEffectiveness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "× 0"), (50, "× ½"), (100, "× 1"), (200, "× 2")],
                        help_text="Damage in per cent of neutral damage.",
                        verbose_name="percent",
                    ),
                ),
                (
                    "attacking_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attacking",
                        to="pokedex.type",
                        verbose_name="attacking type",
                    ),
                ),
                (
                    "defending_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="defending",
                        to="pokedex.type",
                        verbose_name="defending type",
                    ),
                ),
            ],
            options={
                "verbose_name": "type effectiveness",
                "verbose_name_plural": "type chart",
                "ordering": ("attacking_type", "defending_type"),
            },
        ),
        migrations.CreateModel(
            name="LearnsetEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("level_up", "level up"),
                            ("evolution", "on evolution"),
                            ("tm", "TM"),
                            ("tutor", "move tutor"),
                            ("shake", "shake of the console"),
                            ("event", "event"),
                        ],
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="level"),
                ),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learnset",
                        to="pokedex.move",
                        verbose_name="move",
                    ),
                ),
                (
                    "pokemon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learnset",
                        to="pokedex.pokemon",
                        verbose_name="Pokémon",
                    ),
                ),
            ],
            options={
                "verbose_name": "learnset entry",
                "verbose_name_plural": "learnset entries",
                "ordering": ("pokemon", "method", "level", "move"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("level__isnull", False)),
                        fields=("pokemon", "move", "method", "level"),
                        name="learnsetentry_unique_with_level",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("level__isnull", True)),
                        fields=("pokemon", "move", "method"),
                        name="learnsetentry_unique_without_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "method__in",
                                ["level_up", "evolution", "tm", "tutor", "shake", "event"],
                            )
                        ),
                        name="learnsetentry_method_known",
                        violation_error_message="method must be one of: level_up, evolution, tm, tutor, shake, event.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level__gte", 1), ("level__lte", 100)),
                            ("level__isnull", True),
                            _connector="OR",
                        ),
                        name="learnsetentry_level_range",
                        violation_error_message="level must lie between 1 and 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level__isnull", False), ("method", "level_up")),
                            models.Q(
                                models.Q(("method", "level_up"), _negated=True),
                                ("level__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="learnsetentry_level_by_method",
                        violation_error_message="A move learned by level, and no other, has a level.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_by",
                        to="pokedex.move",
                        verbose_name="move",
                    ),
                ),
                (
                    "learned_as",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passed_on",
                        to="pokedex.pokemon",
                        verbose_name="learned as",
                    ),
                ),
                (
                    "pokemon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_moves",
                        to="pokedex.pokemon",
                        verbose_name="Pokémon",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept move",
                "verbose_name_plural": "kept moves",
                "ordering": ("pokemon", "move"),
                "constraints": [
                    models.UniqueConstraint(fields=("pokemon", "move"), name="keptmove_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("pokemon", models.F("learned_as")), _negated=True),
                        name="keptmove_learned_as_another",
                        violation_error_message="A kept move was learned as another form.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evolution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "is_curated",
                    models.BooleanField(
                        default=False,
                        help_text="Edited here: imports leave this row alone unless told to overwrite.",
                        verbose_name="curated",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("level_up", "level up"),
                            ("item", "item"),
                            ("trade", "trade"),
                            ("candy", "candy in Pokémon GO"),
                        ],
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="level"),
                ),
                (
                    "item",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fire-stone", "Fire Stone"),
                            ("water-stone", "Water Stone"),
                            ("thunder-stone", "Thunder Stone"),
                            ("leaf-stone", "Leaf Stone"),
                            ("moon-stone", "Moon Stone"),
                            ("ice-stone", "Ice Stone"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="item",
                    ),
                ),
                (
                    "from_pokemon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evolutions",
                        to="pokedex.pokemon",
                        verbose_name="from",
                    ),
                ),
                (
                    "to_pokemon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pre_evolutions",
                        to="pokedex.pokemon",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "evolution",
                "verbose_name_plural": "evolutions",
                "ordering": ("from_pokemon", "to_pokemon"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("from_pokemon", "to_pokemon"), name="evolution_unique_pair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_pokemon", models.F("to_pokemon")), _negated=True),
                        name="evolution_changes_form",
                        violation_error_message="A form cannot evolve into itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["level_up", "item", "trade", "candy"])),
                        name="evolution_method_known",
                        violation_error_message="method must be one of: level_up, item, trade, candy.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level__gte", 1), ("level__lte", 100)),
                            ("level__isnull", True),
                            _connector="OR",
                        ),
                        name="evolution_level_range",
                        violation_error_message="level must lie between 1 and 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level__isnull", False), ("method", "level_up")),
                            models.Q(
                                models.Q(("method", "level_up"), _negated=True),
                                ("level__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="evolution_level_by_method",
                        violation_error_message="Evolution by level, and no other, has a level.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "item__in",
                                    [
                                        "fire-stone",
                                        "water-stone",
                                        "thunder-stone",
                                        "leaf-stone",
                                        "moon-stone",
                                        "ice-stone",
                                    ],
                                ),
                                ("method", "item"),
                            ),
                            models.Q(models.Q(("method", "item"), _negated=True), ("item", "")),
                            _connector="OR",
                        ),
                        name="evolution_item_by_method",
                        violation_error_message="Evolution by item, and no other, has an item.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_hp__gte", 1), ("base_hp__lte", 255)),
                    ("base_hp__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_base_hp_range",
                violation_error_message="base_hp must lie between 1 and 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_attack__gte", 1), ("base_attack__lte", 255)),
                    ("base_attack__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_base_attack_range",
                violation_error_message="base_attack must lie between 1 and 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_defense__gte", 1), ("base_defense__lte", 255)),
                    ("base_defense__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_base_defense_range",
                violation_error_message="base_defense must lie between 1 and 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_special_attack__gte", 1), ("base_special_attack__lte", 255)),
                    ("base_special_attack__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_base_special_attack_range",
                violation_error_message="base_special_attack must lie between 1 and 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_special_defense__gte", 1), ("base_special_defense__lte", 255)),
                    ("base_special_defense__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_base_special_defense_range",
                violation_error_message="base_special_defense must lie between 1 and 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_speed__gte", 1), ("base_speed__lte", 255)),
                    ("base_speed__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_base_speed_range",
                violation_error_message="base_speed must lie between 1 and 255.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("weight_hg__gte", 1), ("weight_hg__lte", 99999)),
                    ("weight_hg__isnull", True),
                    _connector="OR",
                ),
                name="pokemon_weight_hg_range",
                violation_error_message="weight_hg must lie between 1 and 99999.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["base", "alolan", "mega", "partner"])),
                name="pokemon_kind_known",
                violation_error_message="kind must be one of: base, alolan, mega, partner.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("type_2__isnull", True),
                    models.Q(("type_1", models.F("type_2")), _negated=True),
                    _connector="OR",
                ),
                name="pokemon_types_differ",
                violation_error_message="The two types must differ.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_form__isnull", False), ("kind", "mega")),
                    models.Q(
                        models.Q(("kind", "mega"), _negated=True), ("base_form__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="pokemon_mega_has_base_form",
                violation_error_message="A Mega Evolution, and no other form, has a base form.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pokemon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("base_form__isnull", True),
                    models.Q(("base_form", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="pokemon_base_form_is_another",
                violation_error_message="A form cannot be its own base form.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("power__gte", 1), ("power__lte", 250)),
                    ("power__isnull", True),
                    _connector="OR",
                ),
                name="move_power_range",
                violation_error_message="power must lie between 1 and 250.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accuracy__gte", 1), ("accuracy__lte", 100)),
                    ("accuracy__isnull", True),
                    _connector="OR",
                ),
                name="move_accuracy_range",
                violation_error_message="accuracy must lie between 1 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pp__gte", 1), ("pp__lte", 40)), ("pp__isnull", True), _connector="OR"
                ),
                name="move_pp_range",
                violation_error_message="pp must lie between 1 and 40.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("priority__gte", -7), ("priority__lte", 5)),
                    ("priority__isnull", True),
                    _connector="OR",
                ),
                name="move_priority_range",
                violation_error_message="priority must lie between -7 and 5.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("critical_stage__gte", 0), ("critical_stage__lte", 3)),
                    ("critical_stage__isnull", True),
                    _connector="OR",
                ),
                name="move_critical_stage_range",
                violation_error_message="critical_stage must lie between 0 and 3.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fixed_damage__gte", 1), ("fixed_damage__lte", 999)),
                    ("fixed_damage__isnull", True),
                    _connector="OR",
                ),
                name="move_fixed_damage_range",
                violation_error_message="fixed_damage must lie between 1 and 999.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tm_number__gte", 1), ("tm_number__lte", 60)),
                    ("tm_number__isnull", True),
                    _connector="OR",
                ),
                name="move_tm_number_range",
                violation_error_message="tm_number must lie between 1 and 60.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("drain_percent__gte", 0), ("drain_percent__lte", 100)),
                    ("drain_percent__isnull", True),
                    _connector="OR",
                ),
                name="move_drain_percent_range",
                violation_error_message="drain_percent must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recoil_percent__gte", 0), ("recoil_percent__lte", 100)),
                    ("recoil_percent__isnull", True),
                    _connector="OR",
                ),
                name="move_recoil_percent_range",
                violation_error_message="recoil_percent must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("heal_percent__gte", 0), ("heal_percent__lte", 100)),
                    ("heal_percent__isnull", True),
                    _connector="OR",
                ),
                name="move_heal_percent_range",
                violation_error_message="heal_percent must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ailment_chance__gte", 0), ("ailment_chance__lte", 100)),
                    ("ailment_chance__isnull", True),
                    _connector="OR",
                ),
                name="move_ailment_chance_range",
                violation_error_message="ailment_chance must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("flinch_chance__gte", 0), ("flinch_chance__lte", 100)),
                    ("flinch_chance__isnull", True),
                    _connector="OR",
                ),
                name="move_flinch_chance_range",
                violation_error_message="flinch_chance must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stat_change_chance__gte", 0), ("stat_change_chance__lte", 100)),
                    ("stat_change_chance__isnull", True),
                    _connector="OR",
                ),
                name="move_stat_change_chance_range",
                violation_error_message="stat_change_chance must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attack_change__gte", -6), ("attack_change__lte", 6)),
                    ("attack_change__isnull", True),
                    _connector="OR",
                ),
                name="move_attack_change_range",
                violation_error_message="attack_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("defense_change__gte", -6), ("defense_change__lte", 6)),
                    ("defense_change__isnull", True),
                    _connector="OR",
                ),
                name="move_defense_change_range",
                violation_error_message="defense_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("special_attack_change__gte", -6), ("special_attack_change__lte", 6)),
                    ("special_attack_change__isnull", True),
                    _connector="OR",
                ),
                name="move_special_attack_change_range",
                violation_error_message="special_attack_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("special_defense_change__gte", -6), ("special_defense_change__lte", 6)
                    ),
                    ("special_defense_change__isnull", True),
                    _connector="OR",
                ),
                name="move_special_defense_change_range",
                violation_error_message="special_defense_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("speed_change__gte", -6), ("speed_change__lte", 6)),
                    ("speed_change__isnull", True),
                    _connector="OR",
                ),
                name="move_speed_change_range",
                violation_error_message="speed_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accuracy_change__gte", -6), ("accuracy_change__lte", 6)),
                    ("accuracy_change__isnull", True),
                    _connector="OR",
                ),
                name="move_accuracy_change_range",
                violation_error_message="accuracy_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("evasion_change__gte", -6), ("evasion_change__lte", 6)),
                    ("evasion_change__isnull", True),
                    _connector="OR",
                ),
                name="move_evasion_change_range",
                violation_error_message="evasion_change must lie between -6 and 6.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("damage_class__in", ["physical", "special", "status"])),
                name="move_damage_class_known",
                violation_error_message="damage_class must be one of: physical, special, status.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__in", ["opponent", "user", "field"])),
                name="move_target_known",
                violation_error_message="target must be one of: opponent, user, field.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ailment__in",
                        [
                            "none",
                            "paralysis",
                            "burn",
                            "poison",
                            "bad_poison",
                            "sleep",
                            "freeze",
                            "confusion",
                        ],
                    )
                ),
                name="move_ailment_known",
                violation_error_message="ailment must be one of: none, paralysis, burn, poison, bad_poison, sleep, freeze, confusion.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("stat_change_target__in", ["user", "target"])),
                name="move_stat_change_target_known",
                violation_error_message="stat_change_target must be one of: user, target.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "effect__in",
                        [
                            "none",
                            "struggle",
                            "one_hit_ko",
                            "level_damage",
                            "random_level_damage",
                            "half_hp_damage",
                            "counter",
                            "mirror_coat",
                            "bide",
                            "self_destruct",
                            "charge",
                            "charge_raise_defense",
                            "charge_underground",
                            "charge_airborne",
                            "recharge",
                            "lock_in",
                            "partial_trap",
                            "crash",
                            "rage",
                            "double_when_statused",
                            "use_target_attack",
                            "weight_power",
                            "friendship_power",
                            "target_asleep_only",
                            "target_attacking_only",
                            "first_turn_only",
                            "break_protect",
                            "break_screens",
                            "reset_target_stages",
                            "reset_all_stages",
                            "leech_seed",
                            "light_screen",
                            "reflect",
                            "cure_user",
                            "tri_status",
                            "mist",
                            "substitute",
                            "protect",
                            "rest",
                            "roost",
                            "focus_energy",
                            "minimize",
                            "disable",
                            "encore",
                            "taunt",
                            "yawn",
                            "mimic",
                            "transform",
                            "metronome",
                            "mirror_move",
                            "conversion",
                            "fails_alone",
                            "does_nothing",
                        ],
                    )
                ),
                name="move_effect_known",
                violation_error_message="effect must be one of: none, struggle, one_hit_ko, level_damage, random_level_damage, half_hp_damage, counter, mirror_coat, bide, self_destruct, charge, charge_raise_defense, charge_underground, charge_airborne, recharge, lock_in, partial_trap, crash, rage, double_when_statused, use_target_attack, weight_power, friendship_power, target_asleep_only, target_attacking_only, first_turn_only, break_protect, break_screens, reset_target_stages, reset_all_stages, leech_seed, light_screen, reflect, cure_user, tri_status, mist, substitute, protect, rest, roost, focus_energy, minimize, disable, encore, taunt, yawn, mimic, transform, metronome, mirror_move, conversion, fails_alone, does_nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("max_hits__lte", 10),
                    ("min_hits__gte", 1),
                    ("min_hits__lte", models.F("max_hits")),
                ),
                name="move_hits_ordered",
                violation_error_message="1 <= fewest hits <= most hits <= 10.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("damage_class", "status"), _negated=True),
                    models.Q(("fixed_damage__isnull", True), ("power__isnull", True)),
                    _connector="OR",
                ),
                name="move_status_has_no_power",
                violation_error_message="A status move has no power and no damage.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ailment", "none"), ("ailment_chance", 0)),
                    models.Q(
                        models.Q(("ailment", "none"), _negated=True), ("ailment_chance__gt", 0)
                    ),
                    models.Q(("ailment", "none"), ("effect", "tri_status")),
                    _connector="OR",
                ),
                name="move_ailment_with_chance",
                violation_error_message="An ailment needs a chance, and a chance an ailment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accuracy_change", 0),
                        ("attack_change", 0),
                        ("defense_change", 0),
                        ("evasion_change", 0),
                        ("special_attack_change", 0),
                        ("special_defense_change", 0),
                        ("speed_change", 0),
                        ("stat_change_chance", 0),
                    ),
                    models.Q(
                        ("stat_change_chance__gt", 0),
                        models.Q(
                            ("accuracy_change", 0),
                            ("attack_change", 0),
                            ("defense_change", 0),
                            ("evasion_change", 0),
                            ("special_attack_change", 0),
                            ("special_defense_change", 0),
                            ("speed_change", 0),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="move_stat_change_with_chance",
                violation_error_message="A stat change needs a chance, and a chance a stat change.",
            ),
        ),
        migrations.AddConstraint(
            model_name="typeeffectiveness",
            constraint=models.UniqueConstraint(
                fields=("attacking_type", "defending_type"), name="typeeffectiveness_unique_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="typeeffectiveness",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__in", (0, 50, 100, 200))),
                name="typeeffectiveness_percent_known",
                violation_error_message="The percentage must be 0, 50, 100 or 200.",
            ),
        ),
    ]
