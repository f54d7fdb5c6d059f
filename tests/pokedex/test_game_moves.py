"""What the fields of moves say: lists of moves by what is special about them."""

import pytest

from mlcore.engine import specs
from pokedex import choices as pokedex_choices
from pokedex.models import Move

pytestmark = pytest.mark.django_db


def slugs(**conditions):
    return set(Move.objects.filter(**conditions).values_list("slug", flat=True))


def fields(slug, *names):
    return Move.objects.values_list(*names).get(slug=slug)


@pytest.mark.parametrize(
    ("slug", "number", "type_", "damage_class", "power", "accuracy", "pp", "priority"),
    [
        ("pound", 1, "normal", "physical", 40, 100, 35, 0),
        ("thunder-punch", 9, "electric", "physical", 75, 100, 15, 0),
        ("absorb", 71, "grass", "special", 40, 100, 15, 0),
        ("mega-drain", 72, "grass", "special", 75, 100, 10, 0),
        ("solar-beam", 76, "grass", "special", 200, 100, 10, 0),
        ("sky-attack", 143, "flying", "physical", 200, 90, 5, 0),
        ("teleport", 100, "psychic", "status", None, None, 20, -6),
        ("rest", 156, "psychic", "status", None, None, 10, 0),
        ("recover", 105, "normal", "status", None, None, 10, 0),
        ("roost", 355, "flying", "status", None, None, 10, 0),
        ("soft-boiled", 135, "normal", "status", None, None, 10, 0),
        ("bouncy-bubble", 733, "water", "special", 90, 100, 15, 0),
        ("buzzy-buzz", 734, "electric", "special", 90, 100, 15, 0),
        ("sizzly-slide", 735, "fire", "physical", 90, 100, 15, 0),
        ("glitzy-glow", 736, "psychic", "special", 90, 100, 15, 0),
        ("baddy-bad", 737, "dark", "special", 90, 100, 15, 0),
        ("sappy-seed", 738, "grass", "physical", 90, 100, 15, 0),
        ("freezy-frost", 739, "ice", "special", 90, 100, 15, 0),
        ("sparkly-swirl", 740, "fairy", "special", 90, 100, 15, 0),
        ("zippy-zap", 729, "electric", "physical", 50, 100, 15, 2),
        ("splishy-splash", 730, "water", "special", 90, 100, 15, 0),
        ("floaty-fall", 731, "flying", "physical", 90, 95, 15, 0),
        ("pika-papow", 732, "electric", "special", None, None, 20, 0),
        ("veevee-volley", 741, "normal", "physical", None, None, 20, 0),
        ("struggle", 165, "normal", "physical", 50, None, 1, 0),
        ("quick-attack", 98, "normal", "physical", 40, 100, 30, 1),
        ("swift", 129, "normal", "special", 60, None, 20, 0),
        ("thunder-wave", 86, "electric", "status", None, 90, 20, 0),
    ],
)
def test_a_move_is_known(slug, number, type_, damage_class, power, accuracy, pp, priority):
    names = ("id", "type__slug", "damage_class", "power", "accuracy", "pp", "priority")
    expected = (number, type_, damage_class, power, accuracy, pp, priority)
    assert fields(slug, *names) == expected


@pytest.mark.parametrize(
    ("effect", "moves"),
    [
        ("struggle", "struggle"),
        ("one_hit_ko", "fissure guillotine horn-drill"),
        ("level_damage", "seismic-toss night-shade"),
        ("random_level_damage", "psywave"),
        ("half_hp_damage", "super-fang"),
        ("counter", "counter"),
        ("mirror_coat", "mirror-coat"),
        ("bide", "bide"),
        ("self_destruct", "self-destruct explosion"),
        ("charge", "razor-wind solar-beam sky-attack"),
        ("charge_raise_defense", "skull-bash"),
        ("charge_underground", "dig"),
        ("charge_airborne", "fly"),
        ("recharge", "hyper-beam"),
        ("lock_in", "outrage thrash petal-dance"),
        ("partial_trap", "bind wrap clamp fire-spin"),
        ("crash", "jump-kick high-jump-kick"),
        ("rage", "rage"),
        ("double_when_statused", "facade"),
        ("use_target_attack", "foul-play"),
        ("weight_power", "low-kick"),
        ("friendship_power", "pika-papow veevee-volley"),
        ("target_asleep_only", "dream-eater"),
        ("target_attacking_only", "sucker-punch"),
        ("first_turn_only", "fake-out"),
        ("break_protect", "feint"),
        ("break_screens", "brick-break"),
        ("reset_target_stages", "clear-smog"),
        ("reset_all_stages", "haze freezy-frost"),
        ("leech_seed", "leech-seed sappy-seed"),
        ("light_screen", "light-screen glitzy-glow"),
        ("reflect", "reflect baddy-bad"),
        ("cure_user", "sparkly-swirl"),
        ("tri_status", "tri-attack"),
        ("mist", "mist"),
        ("substitute", "substitute"),
        ("protect", "protect"),
        ("rest", "rest"),
        ("roost", "roost"),
        ("focus_energy", "focus-energy"),
        ("minimize", "minimize"),
        ("disable", "disable"),
        ("encore", "encore"),
        ("taunt", "taunt"),
        ("yawn", "yawn"),
        ("mimic", "mimic"),
        ("transform", "transform"),
        ("metronome", "metronome"),
        ("mirror_move", "mirror-move"),
        ("conversion", "conversion"),
        ("fails_alone", "roar whirlwind teleport helping-hand"),
        ("does_nothing", "splash celebrate stealth-rock"),
    ],
)
def test_moves_by_special_effect(effect, moves):
    assert slugs(effect=effect) == set(moves.split())


def test_every_effect_is_one_of_some_move():
    assert set(Move.objects.values_list("effect", flat=True)) == set(
        pokedex_choices.MoveEffect.values
    )


@pytest.mark.parametrize(
    ("choices", "codes"),
    [
        (pokedex_choices.MoveEffect, specs.Effect),
        (pokedex_choices.Ailment, specs.Ailment),
        (pokedex_choices.DamageClass, specs.DamageClass),
        (pokedex_choices.MoveTarget, specs.Target),
    ],
    ids=lambda value: value.__name__,
)
def test_the_engine_knows_the_same_words(choices, codes):
    assert list(choices.values) == [code.name.lower() for code in codes]


@pytest.mark.parametrize("column", [column.name.lower() for column in specs.MoveColumn])
def test_the_engine_finds_each_of_its_columns(column):
    Move._meta.get_field(column)


def test_stat_changes_are_in_the_engines_order():
    assert (
        tuple(f"{stat}_change" for stat in specs.STAGED_STATS) == pokedex_choices.STAT_CHANGE_FIELDS
    )
    assert tuple(f"base_{stat}" for stat in specs.STATS) == pokedex_choices.BASE_STAT_FIELDS


@pytest.mark.parametrize(
    ("field", "moves"),
    [
        ("always_crits", "zippy-zap"),
        ("is_powder", "poison-powder stun-spore sleep-powder spore"),
        ("is_sound", "growl roar sing supersonic screech bug-buzz"),
        (
            "bypasses_substitute",
            (
                "growl roar sing supersonic screech bug-buzz whirlwind disable mimic haze encore "
                "taunt helping-hand"
            ),
        ),
        ("thaws_user", "flare-blitz scald sizzly-slide"),
        (
            "thaws_target",
            (
                "scald fire-punch ember flamethrower fire-spin fire-blast heat-wave flare-blitz "
                "sizzly-slide"
            ),
        ),
        ("hits_airborne", "gust thunder"),
        ("doubled_by_airborne", "gust"),
        ("hits_underground", "earthquake"),
        ("doubled_by_underground", "earthquake"),
        ("doubled_by_minimize", "body-slam stomp double-iron-bash"),
    ],
)
def test_moves_that_are_so(field, moves):
    assert slugs(**{field: True}) == set(moves.split())


@pytest.mark.parametrize(
    ("field", "moves"),
    [
        ("can_be_encored", "encore metronome mimic mirror-move struggle transform"),
        ("can_be_mimicked", "mimic struggle transform"),
    ],
)
def test_moves_that_are_not_so(field, moves):
    assert slugs(**{field: False}) == set(moves.split())


def test_type_immunity_stops_damage_and_thunder_wave():
    assert slugs(respects_type_immunity=True, damage_class="status") == {"thunder-wave"}
    # Bide ends with a blow of type Normal; Struggle has no type.
    assert slugs(respects_type_immunity=False, damage_class__in=("physical", "special")) == {
        "struggle"
    }


def test_protect_stops_every_blow_but_feint():
    damaging = {"damage_class__in": ("physical", "special")}
    assert slugs(blocked_by_protect=False, **damaging) == {"feint"}
    assert slugs(blocked_by_protect=False, damage_class="status", target="opponent") == {
        "mirror-move",
        "roar",
        "transform",
        "whirlwind",
    }
    assert slugs(blocked_by_protect=True, target__in=("user", "field")) == {"bide"}


def test_mirror_move_copies_every_blow_but_these():
    assert slugs(can_be_mirrored=False, damage_class__in=("physical", "special")) == {
        "bide",
        "counter",
        "mirror-coat",
        "struggle",
    }


def test_metronome_calls_moves_of_the_first_games_only():
    called = Move.objects.filter(called_by_metronome=True)
    assert called.count() == 159
    assert called.order_by("-id").first().id == 164
    assert slugs(called_by_metronome=False, id__lte=165) == {
        "counter",
        "metronome",
        "mimic",
        "mirror-move",
        "struggle",
        "transform",
    }


def test_multiple_hits():
    rows = Move.objects.exclude(max_hits=1).values_list("slug", "min_hits", "max_hits")
    assert {slug: (low, high) for slug, low, high in rows} == {
        **dict.fromkeys(
            (
                "barrage",
                "comet-punch",
                "double-slap",
                "fury-attack",
                "fury-swipes",
                "pin-missile",
                "spike-cannon",
            ),
            (2, 5),
        ),
        **dict.fromkeys(("bonemerang", "double-kick", "twineedle", "double-iron-bash"), (2, 2)),
    }


def test_high_critical_ratio():
    assert slugs(critical_stage=1) == {
        "crabhammer",
        "drill-run",
        "karate-chop",
        "razor-leaf",
        "razor-wind",
        "sky-attack",
        "slash",
    }
    assert slugs(critical_stage__gt=1) == set()


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "drain_percent",
            dict.fromkeys(
                ("absorb", "mega-drain", "leech-life", "dream-eater", "bouncy-bubble"), 50
            ),
        ),
        (
            "recoil_percent",
            {"double-edge": 33, "flare-blitz": 33, "submission": 25, "take-down": 25},
        ),
        ("heal_percent", {"recover": 50, "soft-boiled": 50, "roost": 50}),
        (
            "flinch_chance",
            {
                "air-slash": 30,
                "bite": 30,
                "bone-club": 10,
                "dark-pulse": 20,
                "double-iron-bash": 30,
                "fake-out": 100,
                "floaty-fall": 30,
                "headbutt": 30,
                "hyper-fang": 10,
                "rock-slide": 30,
                "rolling-kick": 30,
                "sky-attack": 30,
                "stomp": 30,
                "waterfall": 20,
            },
        ),
        (
            "priority",
            {
                "helping-hand": 5,
                "protect": 4,
                "fake-out": 3,
                "feint": 2,
                "zippy-zap": 2,
                "aqua-jet": 1,
                "bide": 1,
                "ice-shard": 1,
                "quick-attack": 1,
                "sucker-punch": 1,
                "counter": -5,
                "mirror-coat": -5,
                "dragon-tail": -6,
                "roar": -6,
                "teleport": -6,
                "whirlwind": -6,
            },
        ),
    ],
)
def test_values_that_are_not_zero(field, expected):
    assert dict(Move.objects.exclude(**{field: 0}).values_list("slug", field)) == expected


def test_fixed_damage():
    rows = Move.objects.exclude(fixed_damage=None).values_list("slug", "fixed_damage")
    assert dict(rows) == {"dragon-rage": 40, "sonic-boom": 20}


def test_damaging_moves_without_a_power_say_how_they_hurt():
    without = Move.objects.damaging().filter(power=None, fixed_damage=None)
    assert not without.filter(effect="none").exists()
    assert without.count() == 13


@pytest.mark.parametrize(
    ("slug", "ailment", "chance"),
    [
        ("thunder-wave", "paralysis", 100),
        ("toxic", "bad_poison", 100),
        ("spore", "sleep", 100),
        ("will-o-wisp", "burn", 100),
        ("poison-gas", "poison", 100),
        ("confuse-ray", "confusion", 100),
        ("dizzy-punch", "confusion", 20),
        ("body-slam", "paralysis", 30),
        ("ice-beam", "freeze", 10),
        ("scald", "burn", 30),
        ("smog", "poison", 40),
        ("buzzy-buzz", "paralysis", 100),
        ("sizzly-slide", "burn", 100),
        ("splishy-splash", "paralysis", 30),
        ("tri-attack", "none", 20),
        ("yawn", "none", 0),
        ("rest", "none", 0),
        ("tackle", "none", 0),
    ],
)
def test_ailments(slug, ailment, chance):
    assert fields(slug, "ailment", "ailment_chance") == (ailment, chance)


def test_status_moves_always_inflict_their_ailment():
    inflicting = Move.objects.filter(damage_class="status").exclude(ailment="none")
    assert set(inflicting.values_list("ailment_chance", flat=True)) == {100}


@pytest.mark.parametrize(
    ("slug", "changes", "whose", "chance"),
    [
        ("swords-dance", {"attack": 2}, "user", 100),
        ("growth", {"attack": 1, "special_attack": 1}, "user", 100),
        ("defense-curl", {"defense": 1}, "user", 100),
        ("minimize", {"evasion": 2}, "user", 100),
        ("string-shot", {"speed": -2}, "target", 100),
        ("smokescreen", {"accuracy": -1}, "target", 100),
        ("superpower", {"attack": -1, "defense": -1}, "user", 100),
        ("quiver-dance", {"special_attack": 1, "special_defense": 1, "speed": 1}, "user", 100),
        (
            "shell-smash",
            {"attack": 2, "defense": -1, "special_attack": 2, "special_defense": -1, "speed": 2},
            "user",
            100,
        ),
        ("moonblast", {"special_attack": -1}, "target", 30),
        ("psychic", {"special_defense": -1}, "target", 10),
        ("skull-bash", {}, "target", 0),
        ("rage", {}, "target", 0),
        ("tackle", {}, "target", 0),
    ],
)
def test_stat_changes(slug, changes, whose, chance):
    move = Move.objects.get(slug=slug)
    columns = {name: getattr(move, name) for name in pokedex_choices.STAT_CHANGE_FIELDS}
    assert {name: value for name, value in columns.items() if value} == {
        f"{stat}_change": value for stat, value in changes.items()
    }
    assert (move.stat_change_target, move.stat_change_chance) == (whose, chance)


def test_a_plain_status_move_does_something():
    """A status move without an effect's name changes stats, heals or inflicts an ailment."""
    plain = Move.objects.filter(damage_class="status", effect="none")
    assert not plain.filter(stat_change_chance=0, ailment_chance=0, heal_percent=0).exists()
