"""Status moves that change stages, status or HP (test_status_moves_of_play.py: the others).

Unless a test says otherwise a Mew (all stats 122, 175 HP) faces a Mew. Source of the rules:
generation 7 as the reference simulator's mod gen7letsgo plays it; the tables of stages and
accuracy are its move data.
"""

import pytest

from tests.mlcore.engine.arena import (
    A_FIRST,
    HIT,
    MAX,
    NO_CRIT,
    accurate,
    fails,
    fighter,
    first,
    happens,
    idle,
    pick,
)
from tests.mlcore.engine.formula import damage

# Stages --------------------------------------------------------------------------------------

# move -> PP and changes of the user's own stages
RAISING = {
    "acid-armor": (20, {"defense": 2}),
    "agility": (30, {"speed": 2}),
    "amnesia": (20, {"special_defense": 2}),
    "barrier": (20, {"defense": 2}),
    "bulk-up": (20, {"attack": 1, "defense": 1}),
    "calm-mind": (20, {"special_attack": 1, "special_defense": 1}),
    "defense-curl": (40, {"defense": 1}),
    "double-team": (15, {"evasion": 1}),
    "growth": (20, {"attack": 1, "special_attack": 1}),
    "harden": (30, {"defense": 1}),
    "meditate": (40, {"attack": 1}),
    "minimize": (10, {"evasion": 2}),
    "nasty-plot": (20, {"special_attack": 2}),
    "quiver-dance": (20, {"special_attack": 1, "special_defense": 1, "speed": 1}),
    "sharpen": (30, {"attack": 1}),
    "shell-smash": (
        15,
        {"attack": 2, "special_attack": 2, "speed": 2, "defense": -1, "special_defense": -1},
    ),
    "swords-dance": (20, {"attack": 2}),
    "withdraw": (40, {"defense": 1}),
}
# move -> PP, accuracy, stat and change of the target's stage, whether sound
LOWERING = {
    "flash": (20, 100, "accuracy", -1, False),
    "growl": (40, 100, "attack", -1, True),
    "kinesis": (15, 80, "accuracy", -1, False),
    "leer": (30, 100, "defense", -1, False),
    "sand-attack": (15, 100, "accuracy", -1, False),
    "screech": (40, 85, "defense", -2, True),
    "smokescreen": (20, 100, "accuracy", -1, False),
    "string-shot": (40, 95, "speed", -2, False),
    "tail-whip": (30, 100, "defense", -1, False),
}


@pytest.mark.parametrize("move", RAISING)
def test_move_that_changes_the_user(arena, move):
    pp, changes = RAISING[move]
    battle = arena.battle(fighter("mew", move), idle(stages={"speed": -6}))
    battle.turn(move, "splash", [])
    assert battle.a.stages == changes
    assert battle.a.moves == {move: pp * 8 // 5 - 1}


@pytest.mark.parametrize("move", RAISING)
def test_stages_stop_at_six(arena, move):
    _, changes = RAISING[move]
    extreme = {stat: 6 if change > 0 else -6 for stat, change in changes.items()}
    battle = arena.battle(fighter("mew", move, stages=extreme), idle(stages={"speed": -6}))
    battle.turn(move, "splash", [])
    assert battle.a.stages == extreme
    # Minimize leaves its mark even when evasion cannot rise.
    assert battle.happened("FAIL", "A") is (move != "minimize")


@pytest.mark.parametrize("move", LOWERING)
def test_move_that_lowers_the_target(arena, move):
    pp, accuracy, stat, change, _ = LOWERING[move]
    battle = arena.battle(first(move), idle())
    battle.turn(move, "splash", accurate(accuracy))
    assert battle.b.stages == {stat: change}
    assert battle.a.moves == {move: pp * 8 // 5 - 1}
    battle.b.set(stages={stat: -6})
    battle.turn(move, "splash", accurate(accuracy))
    assert battle.b.stages == {stat: -6}
    assert battle.happened("FAIL", "A")
    if accuracy < 100:
        battle.b.set(stages={stat: 0})
        battle.turn(move, "splash", [fails(accuracy)])
        assert battle.b.stages == {}


@pytest.mark.parametrize("move", LOWERING)
def test_a_substitute_keeps_lowering_moves_away_unless_they_sound(arena, move):
    _, accuracy, stat, change, sound = LOWERING[move]
    battle = arena.battle(first(move), idle(substitute=43))
    battle.turn(move, "splash", accurate(accuracy))
    assert battle.b.stages == ({stat: change} if sound else {})


@pytest.mark.parametrize("move", LOWERING)
def test_mist_keeps_lowering_moves_away(arena, move):
    _, accuracy, *_ = LOWERING[move]
    battle = arena.battle(first(move), idle(mist=5))
    battle.turn(move, "splash", accurate(accuracy))
    assert battle.b.stages == {}
    assert battle.b.mist == 4


@pytest.mark.parametrize("move", LOWERING)
def test_protect_keeps_lowering_moves_away(arena, move):
    battle = arena.battle(first(move), idle("protect"))
    battle.turn(move, "protect", [])
    assert battle.b.stages == {}


# Status --------------------------------------------------------------------------------------

# move -> PP, accuracy, status, a form that is immune (None: none), powder, sound
INFLICTING = {
    "glare": (30, 100, "paralysis", "raichu", False, False),
    "hypnosis": (20, 60, "sleep", None, False, False),
    "lovely-kiss": (10, 75, "sleep", None, False, False),
    "poison-gas": (40, 90, "poison", "arbok", False, False),
    "poison-powder": (35, 75, "poison", "arbok", True, False),
    "sing": (15, 55, "sleep", None, False, True),
    "sleep-powder": (15, 75, "sleep", "tangela", True, False),
    "spore": (15, 100, "sleep", "tangela", True, False),
    "stun-spore": (30, 75, "paralysis", "raichu", True, False),
    "thunder-wave": (20, 90, "paralysis", "raichu", False, False),
    "toxic": (10, 90, "bad_poison", "melmetal", False, False),
    "will-o-wisp": (15, 85, "burn", "charizard", False, False),
}
#: What the new status asks for in the turn it is inflicted: the length of the sleep, whether
#: paralysis lets the target act.
FOLLOWING = {"sleep": [pick(1, 3)], "paralysis": [fails(1, 4)]}
TICKS = {"poison": 175 // 8, "bad_poison": 175 // 16, "burn": 175 // 16}


@pytest.mark.parametrize("move", INFLICTING)
def test_move_that_inflicts_a_status(arena, move):
    pp, accuracy, status, *_ = INFLICTING[move]
    battle = arena.battle(first(move), idle())
    battle.turn(move, "splash", [*accurate(accuracy), *FOLLOWING.get(status, [])])
    assert battle.b.status == status
    assert battle.b.lost == TICKS.get(status, 0)
    assert battle.a.moves == {move: pp * 8 // 5 - 1}
    if accuracy < 100:
        battle = arena.battle(first(move), idle())
        battle.turn(move, "splash", [fails(accuracy)])
        assert battle.b.status == "none"


@pytest.mark.parametrize("move", INFLICTING)
def test_a_status_does_not_replace_another(arena, move):
    _, accuracy, *_ = INFLICTING[move]
    battle = arena.battle(first(move), idle(status="burn"))
    battle.turn(move, "splash", accurate(accuracy))
    assert battle.b.status == "burn"
    assert battle.happened("FAIL", "A")


@pytest.mark.parametrize("move", [move for move, row in INFLICTING.items() if row[3]])
def test_immunity_by_type_to_a_status(arena, move):
    _, accuracy, _, immune, powder, _ = INFLICTING[move]
    battle = arena.battle(first(move, stages={"speed": 6}), idle(form=immune))
    script = [] if powder and immune == "tangela" else accurate(accuracy)
    battle.turn(move, "splash", script)
    assert battle.b.status == "none"


@pytest.mark.parametrize("move", ["poison-powder", "stun-spore", "sleep-powder", "spore"])
def test_powder_does_nothing_to_grass(arena, move):
    battle = arena.battle(first(move, stages={"speed": 6}), idle(form="tangela"))
    battle.turn(move, "splash", [])
    assert battle.b.status == "none"
    assert battle.happened("IMMUNE", "B")


def test_thunder_wave_does_nothing_to_ground(arena):
    """The one status move that respects the type chart. Glare does not."""
    battle = arena.battle(first("thunder-wave", "glare", stages={"speed": 6}), idle(form="dugtrio"))
    battle.turn("thunder-wave", "splash", [])
    assert battle.b.status == "none"
    battle.turn("glare", "splash", [fails(1, 4)])
    assert battle.b.status == "paralysis"


def test_glare_paralyses_ghosts(arena):
    battle = arena.battle(first("glare", stages={"speed": 6}), idle(form="gengar"))
    battle.turn("glare", "splash", [fails(1, 4)])
    assert battle.b.status == "paralysis"


@pytest.mark.parametrize("move", INFLICTING)
def test_a_substitute_keeps_status_away_unless_it_sounds(arena, move):
    _, accuracy, status, *_, sound = INFLICTING[move]
    battle = arena.battle(first(move), idle(substitute=43))
    following = FOLLOWING.get(status, []) if sound else []
    battle.turn(move, "splash", [*accurate(accuracy), *following])
    assert battle.b.status == (status if sound else "none")


def test_toxic_of_a_poison_type_never_misses_even_a_hidden_target(arena):
    toxic = first("toxic", form="arbok", stages={"accuracy": -6, "speed": 6})
    battle = arena.battle(toxic, idle("dig", stages={"evasion": 6}))
    battle.turn("toxic", "dig", [])
    assert battle.b.status == "bad_poison"
    battle = arena.battle(toxic, idle("dig", charging="dig", hidden=2))
    battle.turn("toxic", None, HIT)
    assert battle.b.status == "bad_poison"


def test_toxic_grows_worse_every_turn(arena):
    battle = arena.battle(first("toxic", "splash"), idle())
    battle.turn("toxic", "splash", [happens(90)])
    total = 10
    assert battle.b.lost == total
    for n in range(2, 6):
        battle.turn("splash", "splash", [])
        total += n * 10
        assert battle.b.lost == total


def test_toxic_stops_growing_at_fifteen_sixteenths(arena):
    battle = arena.battle(
        idle(), idle(status="bad_poison", status_counter=14, hp=3200, max_hp=1600)
    )
    battle.turn("splash", "splash", [A_FIRST])
    battle.turn("splash", "splash", [A_FIRST])
    assert battle.b.status_counter == 15
    assert battle.b.hp == 3200 - 2 * 15 * 100


@pytest.mark.parametrize(("move", "accuracy"), [("confuse-ray", 100), ("supersonic", 55)])
def test_move_that_confuses(arena, move, accuracy):
    battle = arena.battle(first(move), idle())
    battle.turn(move, "splash", [*accurate(accuracy), pick(3, 4), fails(33)])
    assert battle.b.confusion == 4
    battle.turn(move, "splash", [*accurate(accuracy), fails(33)])
    assert battle.happened("FAIL", "A")  # confused already
    assert battle.b.confusion == 3


def test_supersonic_sounds_through_a_substitute_and_confuse_ray_does_not(arena):
    battle = arena.battle(first("supersonic", "confuse-ray"), idle(substitute=43))
    battle.turn("confuse-ray", "splash", [])
    assert battle.b.confusion == 0
    battle.turn("supersonic", "splash", [happens(55), pick(0, 4), fails(33)])
    assert battle.b.confusion == 1


def test_confuse_ray_works_on_normal_types(arena):
    """Status moves other than Thunder Wave do not ask the type chart."""
    battle = arena.battle(first("confuse-ray", stages={"speed": 6}), idle(form="snorlax"))
    battle.turn("confuse-ray", "splash", [pick(3, 4), fails(33)])
    assert battle.b.confusion == 4


# Yawn ----------------------------------------------------------------------------------------


def test_yawn(arena):
    """Asleep at the end of the next turn."""
    battle = arena.battle(first("yawn", "splash"), idle())
    battle.turn("yawn", "splash", [])
    assert battle.b.status == "none"
    assert battle.b.yawn_turns == 1
    battle.turn("splash", "splash", [pick(2, 3)])
    assert battle.b.status == "sleep"
    assert battle.b.status_counter == 4
    assert battle.b.yawn_turns == 0


def test_yawn_fails_on_the_drowsy_and_on_those_with_a_status(arena):
    battle = arena.battle(first("yawn"), idle(status="burn"))
    battle.turn("yawn", "splash", [])
    assert battle.happened("FAIL", "A")
    battle = arena.battle(first("yawn"), idle())
    battle.turn("yawn", "splash", [])
    battle.turn("yawn", "splash", [pick(0, 3)])
    assert battle.happened("FAIL", "A")
    assert battle.b.status == "sleep"


def test_a_status_caught_in_between_keeps_the_drowsy_awake(arena):
    battle = arena.battle(first("yawn", "will-o-wisp"), idle())
    battle.turn("yawn", "splash", [])
    battle.turn("will-o-wisp", "splash", [happens(85)])
    assert battle.b.status == "burn"


# Healing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["recover", "soft-boiled", "roost"])
def test_healing_move(arena, move):
    """Half of the maximum HP, rounded half up; fails at full HP. 10 PP."""
    battle = arena.battle(first(move, hp=50), idle())
    battle.turn(move, "splash", [])
    assert battle.a.hp == 50 + 88
    battle.turn(move, "splash", [])
    assert battle.a.hp == 175
    battle.turn(move, "splash", [])
    assert battle.happened("FAIL", "A")
    assert battle.a.moves == {move: 13}


def test_roost_takes_the_flying_type_away_for_the_turn(arena):
    battle = arena.battle(
        first("roost", "splash", form="pidgeot", hp=1, stages={"speed": 6}), idle("earthquake")
    )
    battle.turn("roost", "earthquake", [NO_CRIT, MAX])
    expected = damage(100, defense=battle.a.defense)
    assert battle.a.hp == 1 + (battle.a.max_hp + 1) // 2 - expected
    assert battle.a.types == ["normal", "flying"]
    battle.turn("splash", "earthquake", [])
    assert battle.happened("IMMUNE", "A")


def test_a_purely_flying_type_that_roosts_is_normal_until_the_turn_ends(arena):
    battle = arena.battle(
        first("roost", "conversion", form="mew", hp=100, stages={"speed": 6}),
        idle("night-shade", "splash"),
    )
    battle.turn("conversion", "splash", [])
    assert battle.a.types == ["flying"]
    battle.turn("roost", "night-shade", [])
    assert battle.happened("IMMUNE", "A")
    assert battle.a.types == ["flying"]
    battle.turn("conversion", "night-shade", [])
    assert not battle.happened("IMMUNE", "A")


def test_a_roost_that_fails_keeps_the_flying_type(arena):
    battle = arena.battle(first("roost", form="pidgeot", stages={"speed": 6}), idle("earthquake"))
    battle.turn("roost", "earthquake", [])
    assert battle.happened("FAIL", "A")
    assert battle.happened("IMMUNE", "A")


def test_rest(arena):
    """Full HP, no other status, two turns of sleep."""
    battle = arena.battle(first("rest", "tackle", hp=20, status="burn"), idle())
    battle.turn("rest", "splash", [])
    assert (battle.a.hp, battle.a.status) == (175, "sleep")
    for _ in range(2):
        battle.turn("tackle", "splash", [])
        assert battle.happened("CANT", "A")
    battle.turn("tackle", "splash", HIT)
    assert battle.a.status == "none"
    assert battle.b.lost == damage(40)


def test_rest_fails_at_full_hp_even_with_a_status(arena):
    battle = arena.battle(first("rest", status="poison"), idle())
    battle.turn("rest", "splash", [])
    assert battle.happened("FAIL", "A")
    assert battle.a.status == "poison"


# Screens and the like ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "column", "pp"),
    [("reflect", "reflect", 32), ("light-screen", "light_screen", 48), ("mist", "mist", 48)],
)
def test_screen(arena, move, column, pp):
    """Five turns, the one it is raised in included; one that stands is not renewed."""
    battle = arena.battle(first(move, "splash"), idle())
    battle.turn(move, "splash", [])
    assert battle.a.moves[move] == pp - 1
    for left in (4, 3, 2, 1):
        assert getattr(battle.a, column) == left
        battle.turn(move if left == 3 else "splash", "splash", [])
        assert battle.happened("FAIL", "A") is (left == 3)
    assert getattr(battle.a, column) == 0
    assert battle.happened("END", "A")


def test_mist_lets_its_own_side_change_its_stages(arena):
    battle = arena.battle(first("shell-smash", mist=5), idle())
    battle.turn("shell-smash", "splash", [])
    assert battle.a.stages["defense"] == -1


def test_mist_does_not_stop_secondary_drops_from_being_rolled(arena):
    battle = arena.battle(first("psychic"), idle(mist=5))
    battle.turn("psychic", "splash", [*HIT, happens(10)])
    assert battle.b.stages == {}


def test_haze(arena):
    battle = arena.battle(
        first("haze", stages={"attack": 2}), idle(stages={"evasion": 3, "defense": -1})
    )
    battle.turn("haze", "splash", [])
    assert (battle.a.stages, battle.b.stages) == ({}, {})


def test_focus_energy(arena):
    """Two stages: a critical hit in two; fails when used again."""
    battle = arena.battle(first("focus-energy", "tackle"), idle())
    battle.turn("focus-energy", "splash", [])
    battle.turn("focus-energy", "splash", [])
    assert battle.happened("FAIL", "A")
    battle.turn("tackle", "splash", [happens(1, 2), MAX])
    assert battle.b.lost == damage(40, critical=True)


def test_minimize_marks_its_user(arena):
    battle = arena.battle(first("minimize"), idle())
    battle.turn("minimize", "splash", [])
    assert battle.a.minimized == 1


def test_every_status_move_is_in_this_file():
    """The named groups together with the moves that have tests of their own."""
    single = {
        *("confuse-ray", "supersonic", "yawn", "recover", "soft-boiled", "roost", "rest"),
        *("reflect", "light-screen", "mist", "haze", "focus-energy", "protect", "substitute"),
        *("leech-seed", "disable", "encore", "taunt", "mimic", "transform", "conversion"),
        *("metronome", "mirror-move", "roar", "whirlwind", "teleport", "helping-hand"),
        *("splash", "celebrate", "stealth-rock"),
    }
    assert len(single | set(RAISING) | set(LOWERING) | set(INFLICTING)) == 69
