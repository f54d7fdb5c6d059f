"""Status moves that guard, hinder or copy, and those that do nothing in a duel."""

from fractions import Fraction

import numpy as np
import pytest

from mlcore.engine import state as st
from mlcore.engine.specs import MoveColumn
from tests.mlcore.engine.arena import (
    A_FIRST,
    HIT,
    fails,
    fighter,
    first,
    happens,
    idle,
    pick,
)
from tests.mlcore.engine.formula import damage

# Protect -------------------------------------------------------------------------------------


def test_protect(arena):
    """Nothing reaches the user this turn. Priority +4."""
    battle = arena.battle(idle("protect", stages={"speed": -6}), idle("quick-attack"))
    battle.turn("protect", "quick-attack", [])
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]
    assert battle.a.lost == 0
    assert battle.a.protected == 0  # only for the turn


def test_protect_in_a_row_works_a_third_as_often_each_time(arena):
    battle = arena.battle(idle("protect", "splash"), idle("tackle"))
    battle.turn("protect", "tackle", [])
    for odds in (3, 9, 27, 81, 243, 729, 729):
        battle.turn("protect", "tackle", [happens(1, odds)])
    battle.turn("protect", "tackle", [fails(1, 729), *HIT])
    assert battle.a.lost == damage(40)
    battle.turn("protect", "tackle", [])  # a failure starts the row anew


def test_another_move_in_between_ends_the_row(arena):
    battle = arena.battle(first("protect", "splash"), idle("tackle"))
    battle.turn("protect", "tackle", [])
    battle.turn("splash", "tackle", HIT)
    battle.turn("protect", "tackle", [])
    assert battle.a.lost == damage(40)


def test_protect_fails_when_nobody_is_left_to_act(arena):
    battle = arena.battle(first("protect", stages={"speed": -6}), idle("protect"))
    battle.turn("protect", "protect", [])
    assert battle.happened("FAIL", "A")
    assert not battle.happened("FAIL", "B")


def test_protect_does_not_stop_what_is_not_aimed_at_it(arena):
    battle = arena.battle(idle("protect"), idle("swords-dance"))
    battle.turn("protect", "swords-dance", [])
    assert battle.b.stages == {"attack": 2}


@pytest.mark.parametrize("move", ["transform"])
def test_protect_does_not_stop(arena, move):
    battle = arena.battle(idle("protect", form="machamp"), idle(move))
    battle.turn("protect", move, [])
    assert battle.b.transformed == 1


# Substitute ----------------------------------------------------------------------------------


def test_substitute(arena):
    """Costs a quarter of the maximum HP and takes the hits; a broken one takes the last whole."""
    battle = arena.battle(first("substitute", "splash"), idle("tackle", "hyper-fang"))
    battle.turn("substitute", "tackle", HIT)
    assert battle.a.lost == 43
    assert battle.a.substitute == 43 - damage(40)
    battle.turn("splash", "hyper-fang", [happens(90), *HIT])
    assert (battle.a.substitute, battle.a.lost) == (0, 43)
    assert battle.happened("END", "A")


@pytest.mark.parametrize(("hp", "works"), [(44, True), (43, False), (1, False)])
def test_substitute_needs_more_than_a_quarter(arena, hp, works):
    battle = arena.battle(first("substitute", hp=hp), idle())
    battle.turn("substitute", "splash", [])
    assert bool(battle.a.substitute) is works
    assert battle.a.hp == (1 if works else hp)


def test_a_second_substitute_fails(arena):
    battle = arena.battle(first("substitute"), idle())
    battle.turn("substitute", "splash", [])
    battle.turn("substitute", "splash", [])
    assert battle.happened("FAIL", "A")
    assert battle.a.lost == 43


def test_a_substitute_does_not_stop_what_works_already(arena):
    battle = arena.battle(idle(substitute=43, status="poison", seeded=1), idle())
    battle.turn("splash", "splash", [A_FIRST])
    assert battle.a.lost == 2 * (175 // 8)


@pytest.mark.parametrize("move", ["leech-seed", "yawn", "confuse-ray"])
def test_a_substitute_keeps_away(arena, move):
    battle = arena.battle(first(move), idle(substitute=43))
    battle.turn(move, "splash", [happens(90)] if move == "leech-seed" else [])
    assert (battle.b.seeded, battle.b.yawn_turns, battle.b.confusion) == (0, 0, 0)
    assert battle.happened("FAIL", "A")


@pytest.mark.parametrize(("move", "column"), [("disable", "disabled"), ("encore", "encored")])
def test_a_substitute_does_not_keep_away(arena, move, column):
    battle = arena.battle(first(move), idle(substitute=43, last_move="splash"))
    battle.turn(move, "splash", [])
    assert getattr(battle.b, column)


# Leech Seed ----------------------------------------------------------------------------------


def test_leech_seed(arena):
    """An eighth of the target's maximum HP goes over at the end of each turn."""
    battle = arena.battle(first("leech-seed", "splash", hp=100), idle())
    battle.turn("leech-seed", "splash", [happens(90)])
    assert (battle.a.hp, battle.b.lost) == (121, 21)
    battle.turn("splash", "splash", [])
    assert (battle.a.hp, battle.b.lost) == (142, 42)


def test_leech_seed_does_not_take_on_grass_nor_twice(arena):
    battle = arena.battle(first("leech-seed", stages={"speed": 6}), idle(form="tangela"))
    battle.turn("leech-seed", "splash", [])
    assert battle.b.seeded == 0
    battle = arena.battle(first("leech-seed"), idle(seeded=1))
    battle.turn("leech-seed", "splash", [happens(90)])
    assert battle.happened("FAIL", "A")


def test_leech_seed_gives_no_more_than_it_takes(arena):
    battle = arena.battle(idle(hp=100), idle(hp=5, seeded=1))
    battle.turn("splash", "splash", [A_FIRST])
    assert battle.a.hp == 105
    assert battle.winner == "a"


# Disable, Encore, Taunt ----------------------------------------------------------------------


def test_disable(arena):
    """The target's last move cannot be chosen for four of its turns."""
    battle = arena.battle(first("disable", "splash"), idle("tackle", "splash"))
    battle.turn("splash", "tackle", HIT)
    battle.turn("disable", "tackle", [])
    # It had already chosen the move that was taken from it.
    assert battle.happened("CANT", "B")
    assert battle.a.lost == damage(40)
    for _ in range(3):
        assert battle.choices(1) == ["splash"]
        battle.turn("splash", "splash", [])
    assert battle.choices(1) == ["tackle", "splash"]


def test_disable_after_the_target_acted_lasts_as_many_turns(arena):
    battle = arena.battle(idle("disable", "splash", stages={"speed": -1}), idle("tackle", "splash"))
    battle.turn("disable", "tackle", HIT)
    for _ in range(4):
        assert battle.choices(1) == ["splash"]
        battle.turn("splash", "splash", [])
    assert battle.choices(1) == ["tackle", "splash"]


def test_disable_fails_without_a_last_move_and_on_the_disabled(arena):
    battle = arena.battle(first("disable"), idle())
    battle.turn("disable", "splash", [])
    assert battle.happened("FAIL", "A")
    battle = arena.battle(first("disable"), idle("splash", "tackle", last_move="splash"))
    battle.turn("disable", "splash", [])
    battle.turn("disable", "tackle", HIT)
    assert battle.happened("FAIL", "A")


def test_disable_fails_on_struggle(arena):
    battle = arena.battle(first("disable"), idle(pp=0, last_move="struggle", hp=900))
    battle.turn("disable", None, HIT)
    assert battle.happened("FAIL", "A")


def test_a_fighter_whose_only_move_is_disabled_struggles(arena):
    battle = arena.battle(first("disable"), idle(last_move="splash", hp=900, max_hp=900))
    battle.turn("disable", "splash", [])
    assert battle.choices(1) == ["struggle"]


def test_encore(arena):
    """The target repeats its last move for three of its turns, whatever it chose."""
    battle = arena.battle(first("encore", "splash"), idle("splash", "tackle"))
    battle.turn("splash", "splash", [])
    battle.turn("encore", "tackle", [])  # turned into Splash
    assert battle.a.lost == 0
    for _ in range(2):
        assert battle.choices(1) == ["splash"]
        battle.turn("splash", "splash", [])
    assert battle.choices(1) == ["splash", "tackle"]


def test_encore_after_the_target_acted_lasts_three_more_turns(arena):
    battle = arena.battle(idle("encore", "splash", stages={"speed": -1}), idle("splash", "tackle"))
    battle.turn("encore", "splash", [])
    for _ in range(3):
        assert battle.choices(1) == ["splash"]
        battle.turn("splash", "splash", [])
    assert battle.choices(1) == ["splash", "tackle"]


def test_encore_ends_when_the_move_has_no_pp_left(arena):
    battle = arena.battle(idle("encore", "splash", stages={"speed": -1}), idle("splash", "tackle"))
    battle.b.set(pp_1=1)
    battle.turn("encore", "splash", [])
    assert battle.b.encored == 0  # failed: no PP
    battle.b.set(pp_1=2)
    battle.turn("encore", "splash", [])
    assert battle.b.encored
    battle.turn("splash", "splash", [])
    assert battle.b.encored == 0
    assert battle.choices(1) == ["tackle"]


@pytest.mark.parametrize("last", ["transform", "mimic", "metronome", "mirror-move", "encore"])
def test_encore_fails_on_some_moves(arena, last):
    battle = arena.battle(first("encore"), idle("splash", last, last_move=last))
    battle.turn("encore", "splash", [])
    assert battle.happened("FAIL", "A")


def test_encore_and_disable_together_leave_struggle(arena):
    battle = arena.battle(first("disable"), idle("splash", "tackle", last_move="splash"))
    battle.b.set(encored="splash", encore_turns=3)
    battle.turn("disable", "splash", [])
    assert battle.choices(1) == ["struggle"]


def test_taunt(arena):
    """No status moves for three of the target's turns."""
    battle = arena.battle(first("taunt", "splash"), idle("splash", "tackle"))
    battle.turn("taunt", "splash", [])
    assert battle.happened("CANT", "B")
    for _ in range(2):
        assert battle.choices(1) == ["tackle"]
        battle.turn("splash", "tackle", HIT)
    assert battle.choices(1) == ["splash", "tackle"]


def test_taunt_after_the_target_acted_lasts_one_turn_longer(arena):
    battle = arena.battle(idle("taunt", "splash", stages={"speed": -1}), idle("splash", "tackle"))
    battle.turn("taunt", "splash", [])
    battle.turn("taunt", "tackle", HIT)
    assert battle.happened("FAIL", "A")
    for _ in range(2):
        assert battle.choices(1) == ["tackle"]
        battle.turn("splash", "tackle", HIT)
    assert battle.choices(1) == ["splash", "tackle"]


def test_a_taunted_fighter_with_status_moves_only_struggles(arena):
    battle = arena.battle(first("taunt"), idle(hp=900, max_hp=900))
    battle.turn("taunt", "splash", [])
    assert battle.choices(1) == ["struggle"]


# Copies --------------------------------------------------------------------------------------


def test_mimic(arena):
    """Writes the target's last move over Mimic, with its base PP."""
    battle = arena.battle(first("mimic", "splash"), idle("surf", last_move="surf"))
    battle.turn("mimic", "surf", HIT)
    assert battle.a.moves == {"surf": 15, "splash": 64}
    battle.turn("surf", "surf", HIT * 2)
    assert battle.b.lost == damage(90)


@pytest.mark.parametrize("last", [None, "mimic", "struggle", "transform"])
def test_mimic_fails(arena, last):
    state = {"last_move": last} if last else {}
    battle = arena.battle(first("mimic"), idle(**state))
    battle.turn("mimic", "splash", [])
    assert battle.happened("FAIL", "A")
    assert list(battle.a.moves) == ["mimic"]


def test_mimic_fails_on_a_move_that_the_user_knows(arena):
    battle = arena.battle(first("mimic", "surf"), idle("surf", last_move="surf"))
    battle.turn("mimic", "surf", HIT)
    assert battle.happened("FAIL", "A")


def test_transform(arena):
    """Stats but HP, types, stages and moves with 5 PP each; level and HP stay."""
    target = idle("seismic-toss", "fissure", form="machamp", stages={"attack": 2}, focused=1)
    battle = arena.battle(first("transform", form="ditto", level=30, stages={"speed": 6}), target)
    hp = battle.a.hp
    battle.turn("transform", "seismic-toss", [])
    assert battle.a.hp == hp - 50
    assert battle.a.moves == {"seismic-toss": 5, "fissure": 5}
    assert battle.a.types == ["fighting"]
    assert battle.a.stages == {"attack": 2}
    assert (battle.a.attack, battle.a.speed) == (battle.b.attack, battle.b.speed)
    assert (battle.a.level, battle.a.weight, battle.a.focused) == (30, battle.b.weight, 1)


@pytest.mark.parametrize(
    "state", [{"transformed": 1}, {"substitute": 43}], ids=["transformed", "substitute"]
)
def test_transform_fails_on(arena, state):
    battle = arena.battle(first("transform"), idle(**state))
    battle.turn("transform", "splash", [])
    assert battle.happened("FAIL", "A")
    assert battle.a.transformed == 0


def test_conversion(arena):
    """The type of the first move; fails when the user has it already."""
    battle = arena.battle(first("surf", "conversion"), idle())
    battle.turn("conversion", "splash", [])
    assert battle.a.types == ["water"]
    battle.turn("conversion", "splash", [])
    assert battle.happened("FAIL", "A")
    battle.turn("surf", "splash", HIT)
    assert battle.b.lost == damage(90, stab=True)


def test_metronome(arena):
    """Calls any move of generation 1 but a few, each as likely."""
    battle = arena.battle(first("metronome"), idle())
    pool = arena.rules.metronome
    names = [arena.tables.move_slugs[move] for move in pool]
    battle.turn("metronome", "splash", [pick(names.index("swords-dance"), len(names))])
    assert battle.a.stages["attack"] == 2
    assert battle.a.moves == {"metronome": 15}
    battle.turn("metronome", "splash", [pick(names.index("tackle"), len(names)), *HIT])
    assert battle.b.lost == damage(40, attack=244)


def test_what_metronome_can_call(arena):
    """Moves 1 to 165 of the pool but these five. Source: the simulator's own list."""
    pool = [arena.tables.move_slugs[move] for move in arena.rules.metronome]
    ids = [int(arena.tables.move_ids[move]) for move in arena.rules.metronome]
    never = {"counter", "metronome", "mimic", "mirror-move", "struggle", "transform"}
    generation_1 = {
        slug
        for slug, id_ in zip(arena.tables.move_slugs, arena.tables.move_ids, strict=True)
        if id_ <= 165
    }
    assert set(pool) == generation_1 - never
    assert ids == sorted(ids)


@pytest.mark.parametrize("called", ["solar-beam", "fly", "bide", "thrash"])
def test_metronome_binds_its_user_to_a_long_move(arena, called):
    battle = arena.battle(first("metronome", "splash"), idle(hp=900, max_hp=900))
    pool = [arena.tables.move_slugs[move] for move in arena.rules.metronome]
    extra = [*HIT, pick(1, 2)] if called == "thrash" else []
    battle.turn("metronome", "splash", [pick(pool.index(called), len(pool)), *extra])
    assert battle.choices(0) == [called]


def test_mirror_move(arena):
    """Uses the target's last move."""
    battle = arena.battle(first("mirror-move"), idle("surf", last_move="surf"))
    battle.turn("mirror-move", "surf", HIT * 2)
    assert battle.b.lost == damage(90)


@pytest.mark.parametrize("last", [None, "splash", "struggle", "metronome"])
def test_mirror_move_fails(arena, last):
    state = {"last_move": last} if last else {}
    battle = arena.battle(first("mirror-move"), idle(**state))
    battle.turn("mirror-move", "splash", [])
    assert battle.happened("FAIL", "A")


def test_mirror_move_misses_a_hidden_target(arena):
    battle = arena.battle(
        first("mirror-move"), idle("dig", last_move="dig", charging="dig", hidden=2)
    )
    battle.turn("mirror-move", None, HIT)
    assert battle.happened("MISS", "A")


# Nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["roar", "whirlwind", "teleport", "helping-hand"])
def test_move_that_needs_teammates_fails(arena, move):
    battle = arena.battle(fighter("mew", move), idle(stages={"speed": -6}))
    before = battle.state.copy()
    battle.turn(move, "splash", [])
    assert battle.happened("FAIL", "A")
    changed = set(np.flatnonzero((battle.state != before).any(axis=0)).tolist())
    counters = {st.PP_1, st.ACTIONS, st.HAS_MOVED, st.LAST_MOVE, st.SELECTED, st.TURN}
    assert changed <= counters | {st.COUNTER_DAMAGE}


@pytest.mark.parametrize(
    ("move", "priority"), [("roar", -6), ("whirlwind", -6), ("teleport", -6), ("helping-hand", 5)]
)
def test_priority_of_moves_that_need_teammates(arena, move, priority):
    assert arena.tables.moves[arena.move(move), MoveColumn.PRIORITY] == priority


@pytest.mark.parametrize("move", ["splash", "celebrate", "stealth-rock"])
def test_move_that_does_nothing(arena, move):
    battle = arena.battle(fighter("mew", move), idle(stages={"speed": -6}))
    battle.turn(move, "splash", [])
    assert battle.happened("NOTHING", "A")
    assert (battle.a.lost, battle.b.lost) == (0, 0)
    assert (battle.a.stages, battle.b.stages) == ({}, {"speed": -6})


def test_a_fully_exact_case_of_protect(arena):
    """The third Protect in a row holds with 1/9."""
    battle = arena.battle(idle("protect", stall_counter=9, stall_turns=1), idle("dragon-rage"))
    assert battle.probability(
        "protect", "dragon-rage", lambda after: after.a.lost == 0
    ) == Fraction(1, 9)
