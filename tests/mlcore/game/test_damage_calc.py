"""The damage calculation against the reference simulator, and against plain enumeration."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from mlcore.engine import damage as dm
from mlcore.engine.specs import Ailment, MoveColumn, Setups
from mlcore.game import damage_calc
from mlcore.game.damage_calc import Conditions, DamageKind
from mlcore.game.duel_lines import DuelSide, to_setups
from mlcore.game.spreads import Spread

GOLDEN = Path(__file__).parents[2] / "golden/rolls.jsonl"
STATS = ("hp", "atk", "def", "spa", "spd", "spe")


def golden_lines():
    """Lines that start from a fresh battle: the calculation knows no burns and no stages."""
    lines = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    return [line for line in lines if line["kind"] in ("flat", "setup")]


def side_of(game, line, side):
    given = line[side]
    return DuelSide(
        form=game.form_index(given["species"]),
        moves=(),
        spread=Spread(
            level=given.get("level", 50),
            nature=given.get("nature", "hardy"),
            friendship=70,
            ivs=tuple(given.get("ivs", {}).get(stat, 31) for stat in STATS),
            avs=tuple(given.get("avs", {}).get(stat, 0) for stat in STATS),
        ),
    )


@pytest.fixture
def calculate(game, duel):
    """Names of both sides to the Damage of one duel."""

    def one(form_a, move, form_b, **levels):
        a, moves, b, _reply = duel(form_a, move, form_b, "tackle", **levels)
        return damage_calc.calculate(game.tables, a, moves, b)

    return one


def uses_by_hand(damage, uses):
    """Chance to knock out within ``uses``, by going through everything that can happen."""
    hit = {}
    crit = damage.critical_chance[0]
    for share, rolls in ((1 - crit, damage.rolls[0]), (crit, damage.critical_rolls[0])):
        for roll in rolls:
            hit[int(roll)] = hit.get(int(roll), 0.0) + share / 16
    counts = {int(damage.min_hits[0]): 1.0}
    if (damage.min_hits[0], damage.max_hits[0]) == (2, 5):
        counts = {2: 0.35, 3: 0.35, 4: 0.15, 5: 0.15}
    use = {0: 1 - damage.accuracy[0]}
    for count, odds in counts.items():
        sums = {0: 1.0}
        for _ in range(count):
            sums = added(sums, hit)
        for value, share in sums.items():
            use[value] = use.get(value, 0.0) + odds * share * damage.accuracy[0]
    total = {0: 1.0}
    for _ in range(uses):
        total = added(total, use)
    return sum(share for value, share in total.items() if value >= damage.hp[0])


def added(first, second):
    out = {}
    for (x, p), (y, q) in itertools.product(first.items(), second.items()):
        out[x + y] = out.get(x + y, 0.0) + p * q
    return out


def test_rolls_are_the_reference_simulators(game):
    lines = golden_lines()
    assert len(lines) >= 240
    a, b = (to_setups([side_of(game, line, side) for line in lines]) for side in "ab")
    moves = np.array([game.move_index(line["a"]["move"]) for line in lines])
    damage = damage_calc.calculate(game.tables, a, moves, b)
    wrong = [
        line["id"]
        for k, line in enumerate(lines)
        if damage.rolls[k].tolist() != line["normal"]
        or damage.critical_rolls[k].tolist() != line["crit"]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("form_a", "move", "form_b"),
    [
        ("pikachu", "thunderbolt", "charizard"),
        ("pikachu", "thunder", "gyarados"),
        ("pikachu", "quick-attack", "caterpie"),
        ("machamp", "low-kick", "snorlax"),
        ("machamp", "karate-chop", "abra"),
        ("pikachu", "double-kick", "snorlax"),
        ("beedrill", "pin-missile", "alakazam"),
        ("beedrill", "fury-attack", "abra"),
        ("beedrill", "twineedle", "exeggutor"),
    ],
)
def test_chances_are_those_of_enumeration(calculate, form_a, move, form_b):
    damage = calculate(form_a, move, form_b)
    for uses in (1, 2, 3):
        expected = uses_by_hand(damage, uses)
        assert damage.knockout[0, uses - 1] == pytest.approx(expected, abs=1e-10)


def test_a_batch_is_its_single_rows(game, some_duels):
    a, moves, b, _ = some_duels
    whole = damage_calc.calculate(game.tables, a, moves, b)
    assert len(whole) == len(a)
    for k in range(0, len(a), 17):
        row = np.array([k])
        one = damage_calc.calculate(game.tables, a.take(row), moves[row], b.take(row))
        assert one.knockout[0] == pytest.approx(whole.knockout[k], abs=1e-10)
        assert one.expected[0] == pytest.approx(whole.expected[k], abs=1e-10)
        assert one.rolls[0].tolist() == whole.rolls[k].tolist()


def test_what_always_holds(game, some_duels):
    a, moves, b, _ = some_duels
    damage = damage_calc.calculate(game.tables, a, moves, b)
    assert (np.diff(damage.rolls, axis=1) >= 0).all()
    assert (damage.critical_rolls >= damage.rolls).all()
    assert (np.diff(damage.knockout, axis=1) >= -1e-12).all()
    assert (np.diff(damage.knockout_by_rolls, axis=1) >= -1e-12).all()
    assert ((damage.knockout >= 0) & (damage.knockout <= 1)).all()
    assert ((damage.expected >= 0) & (damage.expected <= 1)).all()
    nothing = damage.kind == DamageKind.NOTHING
    assert nothing.any()
    assert (damage.knockout[nothing] == 0).all()
    assert (damage.use_max[nothing] == 0).all()
    sure = (damage.most_uses > 0) & (damage.most_uses <= 3) & ~damage.only_once
    assert sure.any()
    for k in np.flatnonzero(sure):
        assert damage.knockout_by_rolls[k, damage.most_uses[k] - 1] == pytest.approx(1)
    early = damage.fewest_uses > 1
    assert early.any()
    for k in np.flatnonzero(early):
        before = min(damage.fewest_uses[k] - 2, 3)
        assert damage.knockout_by_rolls[k, before] == 0


def test_critical_chance_is_the_engines(game):
    moves = np.flatnonzero(game.tables.damaging)
    a = Setups.flat(np.zeros(len(moves), dtype=np.int32))
    damage = damage_calc.calculate(game.tables, a, moves, a)
    for k, move in enumerate(moves):
        if damage.kind[k] == DamageKind.FORMULA:
            odds = dm.critical_odds(game.tables.rules.moves, move, False)
            assert damage.critical_chance[k] == pytest.approx(1 / odds)


# The unusual ones


def test_an_immune_target_takes_nothing(calculate):
    damage = calculate("pikachu", "thunderbolt", "onix")
    assert damage.kind[0] == DamageKind.NOTHING
    assert damage.effectiveness[0] == 0
    assert damage.expected[0] == 0
    assert damage.fewest_uses[0] == 0


@pytest.mark.parametrize(
    ("move", "form", "amount"),
    [("seismic-toss", "machamp", 50), ("dragon-rage", "dragonite", 40)],
)
def test_fixed_damage(calculate, move, form, amount):
    damage = calculate(form, move, "snorlax")
    assert damage.kind[0] == DamageKind.FIXED
    assert damage.use_min[0] == damage.use_max[0] == amount
    assert damage.fewest_uses[0] == -(-damage.hp[0] // amount)
    assert damage.critical_chance[0] == 0


def test_psywave_is_even_between_half_and_one_and_a_half_levels(calculate):
    damage = calculate("drowzee", "psywave", "caterpie")
    assert (damage.use_min[0], damage.use_max[0]) == (25, 75)
    caterpie = damage.hp[0]
    amounts = np.maximum(1, (50 + np.arange(101)) * 50 // 100)
    chance = (amounts >= caterpie).mean() * damage.accuracy[0]
    assert damage.knockout[0, 0] == pytest.approx(chance)


def test_super_fang_never_finishes_quickly(calculate):
    damage = calculate("raticate", "super-fang", "snorlax")
    assert damage.use_max[0] == damage.hp[0] // 2
    assert damage.knockout[0].tolist() == [0, 0, 0]
    assert damage.fewest_uses[0] > 5
    assert damage_calc._halvings(3) == 3


@pytest.mark.parametrize(
    ("levels", "chance"), [((50, 50), 0.3), ((60, 50), 0.4), ((50, 51), 0.0), ((100, 1), 1.0)]
)
def test_one_hit_knock_out_depends_on_the_levels(calculate, levels, chance):
    damage = calculate("dugtrio", "fissure", "snorlax", level_a=levels[0], level_b=levels[1])
    assert damage.knockout[0, 0] == pytest.approx(chance)
    assert damage.knockout[0, 1] == pytest.approx(1 - (1 - chance) ** 2)


def test_reactive_moves_promise_nothing(calculate):
    damage = calculate("machamp", "counter", "snorlax")
    assert damage.kind[0] == DamageKind.REACTIVE
    assert damage.knockout[0].tolist() == [0, 0, 0]


def test_dream_eater_needs_a_sleeper(calculate):
    damage = calculate("hypno", "dream-eater", "machamp")
    assert damage.asleep_only[0]
    assert damage.use_max[0] > 0
    assert damage.expected[0] == 0
    assert damage.knockout_by_rolls[0].max() > 0
    assert damage.knockout[0].max() == 0


def test_moves_that_work_once(calculate):
    damage = calculate("persian", "fake-out", "snorlax")
    assert damage.only_once[0]
    assert damage.knockout[0].tolist() == [0, 0, 0]
    assert damage.fewest_uses[0] == 0


def test_always_critical(game, calculate):
    damage = calculate("pikachu-starter", "zippy-zap", "snorlax")
    assert damage.critical_chance[0] == 1
    assert damage.use_min[0] == damage.critical_rolls[0, 0]
    assert damage.use_max[0] == damage.critical_rolls[0, -1]


def test_power_that_is_not_in_the_table(game, calculate):
    assert game.tables.moves[game.move_index("low-kick"), MoveColumn.POWER] == 0
    assert calculate("machamp", "low-kick", "snorlax").power[0] == 120
    assert calculate("pikachu-starter", "pika-papow", "snorlax").power[0] == 28


def test_inputs_stay_as_they_are(game, duel):
    a, moves, b, _ = duel("pikachu", "thunderbolt", "charizard", "tackle")
    before = [a.ivs.copy(), moves.copy(), game.tables.moves.copy()]
    damage_calc.calculate(game.tables, a, moves, b)
    for was, now in zip(before, [a.ivs, moves, game.tables.moves], strict=True):
        assert (was == now).all()


# In the middle of a battle


@pytest.fixture
def struck(game):
    """Damage of Raichu's move on Snorlax, as the sides stand."""

    def one(move, **options):
        a, b = (Setups.flat([game.form_index(form)]) for form in ("raichu", "snorlax"))
        return damage_calc.calculate(
            game.tables, a, np.array([game.move_index(move)]), b, **options
        )

    return one


STAGES = {"up": (6, 6, 6, 6), "down": (-6, -6, -6, -6)}


def test_fresh_conditions_change_nothing(struck):
    for move in ("thunderbolt", "brick-break", "facade", "seismic-toss"):
        plain, fresh = struck(move), struck(move, of_a=Conditions(hp=1), of_b=Conditions(hp=999))
        assert plain.rolls.tolist() == fresh.rolls.tolist()
        assert plain.knockout.tolist() == fresh.knockout.tolist()


@pytest.mark.parametrize("move", ["thunderbolt", "brick-break"])
def test_stages_change_damage_but_for_critical_hits_only_to_the_better(struck, move):
    plain = struck(move)
    for of_a, of_b, better in (
        (STAGES["up"], None, True),
        (None, STAGES["down"], True),
        (STAGES["down"], None, False),
        (None, STAGES["up"], False),
    ):
        sides = {
            name: Conditions(stages=stages)
            for name, stages in (("of_a", of_a), ("of_b", of_b))
            if stages
        }
        staged = struck(move, **sides)
        assert (staged.rolls > plain.rolls).all() == better
        assert (staged.rolls < plain.rolls).all() != better
        assert (staged.critical_rolls == plain.critical_rolls).all() != better


def test_screens_halve_their_class_of_moves_but_no_critical_hit(struck):
    for move, screen, other in (
        ("thunderbolt", "light_screen", "reflect"),
        ("brick-break", "reflect", "light_screen"),
    ):
        plain = struck(move)
        halved = struck(move, of_b=Conditions(**{screen: True}))
        assert (halved.rolls == plain.rolls // 2).all()
        assert (halved.critical_rolls == plain.critical_rolls).all()
        assert (struck(move, of_b=Conditions(**{other: True})).rolls == plain.rolls).all()


def test_a_burn_halves_physical_moves_but_doubles_facade(struck):
    burned = Conditions(status=Ailment.BURN)
    assert (struck("brick-break", of_a=burned).rolls == struck("brick-break").rolls // 2).all()
    assert (struck("thunderbolt", of_a=burned).rolls == struck("thunderbolt").rolls).all()
    assert struck("facade", of_a=burned).power[0] == 2 * struck("facade").power[0]


def test_current_hp_is_what_has_to_be_taken(struck):
    full = struck("thunderbolt")
    low = int(full.use_min[0])
    tired = struck("thunderbolt", of_b=Conditions(hp=low))
    assert (tired.hp[0], tired.hp_left[0]) == (full.hp[0], low)
    assert tired.knockout_by_rolls[0, 0] == 1.0
    assert tired.fewest_uses[0] == tired.most_uses[0] == 1


def test_critical_hits_only(struck):
    damage = struck("thunderbolt", critical_only=True)
    assert damage.critical_chance[0] == 1.0
    assert damage.use_min[0] == damage.critical_rolls[0, 0]
    assert struck("seismic-toss", critical_only=True).critical_chance[0] == 0.0
