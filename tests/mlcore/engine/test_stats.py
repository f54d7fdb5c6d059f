"""From base stats to stats: levels, natures, IVs, awakening values and friendship.

Sources. SIMULATOR: stats that the reference simulator gives fighters (friendship 70, awakening
values on HP only, which is all it can do). GAME: the game's own formula, worked out by hand, for
what the simulator does not know: awakening values on every stat and friendship 0 to 255.
"""

from math import floor

import numpy as np
import pytest

from mlcore.engine.specs import NATURE_NAMES, NATURES, STATS
from mlcore.engine.stats import compute_stats
from tests.mlcore.engine.arena import fighter

# form, level, nature, IVs, awakening value of HP -> stats. Source: SIMULATOR.
SIMULATED = [
    ("charmander", 1, "adamant", (31, 31, 31, 31, 31, 31), 1, (13, 6, 6, 5, 6, 6)),
    ("vaporeon", 2, "bashful", (31, 31, 31, 31, 31, 31), 0, (17, 8, 8, 10, 9, 8)),
    ("snorlax", 3, "bold", (31, 31, 31, 31, 31, 31), 0, (23, 10, 9, 9, 12, 7)),
    ("marowak", 5, "brave", (31, 31, 31, 31, 31, 31), 90, (112, 15, 17, 11, 14, 9)),
    ("diglett-alola", 7, "calm", (22, 9, 2, 25, 8, 9), 0, (19, 11, 9, 11, 12, 18)),
    ("weezing", 10, "careful", (5, 5, 12, 2, 23, 13), 0, (33, 23, 30, 19, 23, 18)),
    ("tentacruel", 15, "docile", (30, 14, 18, 29, 6, 31), 18, (71, 28, 27, 33, 41, 39)),
    ("haunter", 20, "gentle", (23, 17, 4, 8, 4, 12), 0, (52, 28, 20, 53, 29, 45)),
    ("slowbro", 25, "hardy", (20, 6, 9, 16, 11, 10), 0, (87, 44, 63, 60, 47, 22)),
    ("articuno", 33, "hasty", (7, 1, 8, 3, 10, 6), 193, (297, 62, 66, 69, 91, 70)),
    ("dugtrio", 40, "impish", (19, 8, 3, 19, 16, 31), 0, (85, 89, 51, 46, 68, 115)),
    ("vulpix", 49, "jolly", (4, 25, 1, 9, 7, 3), 0, (98, 58, 44, 53, 73, 78)),
    ("gloom", 50, "lax", (23, 11, 1, 22, 14, 29), 194, (325, 76, 83, 103, 79, 60)),
    ("snorlax", 51, "lonely", (25, 5, 30, 17, 17, 27), 0, (236, 132, 78, 80, 127, 49)),
    ("pikachu-starter", 60, "mild", (28, 9, 1, 12, 2, 25), 0, (140, 108, 59, 114, 79, 167)),
    ("machoke", 66, "modest", (31, 30, 9, 25, 26, 11), 37, (239, 142, 105, 96, 103, 72)),
    ("spearow", 75, "naive", (29, 27, 21, 9, 31, 0), 0, (166, 117, 66, 59, 67, 123)),
    ("grimer-alola", 80, "naughty", (9, 3, 13, 6, 10, 27), 0, (225, 150, 96, 74, 84, 67)),
    ("voltorb", 88, "quiet", (19, 16, 18, 14, 7, 8), 24, (209, 72, 110, 127, 109, 172)),
    ("articuno", 90, "quirky", (20, 27, 3, 15, 23, 19), 0, (280, 185, 190, 192, 255, 178)),
    ("rhyhorn", 99, "rash", (7, 21, 22, 4, 16, 16), 0, (274, 197, 218, 75, 73, 71)),
    ("doduo", 100, "relaxed", (15, 10, 0, 18, 2, 26), 158, (353, 188, 106, 94, 78, 165)),
    ("squirtle", 100, "sassy", (7, 17, 0, 6, 11, 10), 0, (205, 120, 137, 113, 161, 91)),
    ("mankey", 50, "serious", (1, 24, 11, 17, 14, 31), 0, (100, 98, 45, 48, 58, 91)),
    ("golem", 50, "timid", (18, 13, 0, 4, 27, 11), 4, (153, 119, 137, 63, 84, 61)),
]

# Mew has base 100 throughout; at level 50 with IV 31: g = 115. Source: GAME.
FRIENDSHIP = {
    0: 120,  # s = 100
    25: 120,  # s = floor(100.98) = 100
    26: 121,  # s = floor(101.01) = 101
    70: 122,  # s = 102: the simulator's only case
    128: 126,  # s = 105
    254: 130,  # s = floor(109.96) = 109
    255: 132,  # s = 110
}


def stats_of(arena, *fighters):
    return compute_stats(arena.tables, arena.setups(*fighters)).tolist()


@pytest.mark.parametrize(
    ("form", "level", "nature", "ivs", "hp_av", "expected"),
    SIMULATED,
    ids=[f"{case[0]}-{case[1]}-{case[2]}" for case in SIMULATED],
)
def test_stats_agree_with_the_simulator(arena, form, level, nature, ivs, hp_av, expected):
    who = fighter(
        form,
        level=level,
        nature=nature,
        ivs=dict(zip(STATS, ivs, strict=True)),
        avs={"hp": hp_av},
    )
    assert stats_of(arena, who) == [list(expected)]


@pytest.mark.parametrize("friendship", FRIENDSHIP)
def test_friendship_raises_all_but_hp(arena, friendship):
    expected = FRIENDSHIP[friendship]
    mew = fighter("mew", friendship=friendship)
    assert stats_of(arena, mew) == [[175, *[expected] * 5]]


@pytest.mark.parametrize("stat", STATS)
@pytest.mark.parametrize("av", [1, 100, 200])
def test_an_awakening_value_is_added_to_its_own_stat_alone(arena, stat, av):
    """Source: GAME; the simulator knows them on HP only."""
    plain, raised = stats_of(arena, fighter("mew"), fighter("mew", avs={stat: av}))
    difference = [b - a for a, b in zip(plain, raised, strict=True)]
    assert difference == [av if name == stat else 0 for name in STATS]


def test_awakening_values_come_after_nature_and_friendship(arena):
    """floor(1.1 x floor(120 x 110/100)) + 200, not 1.1 x (... + 200). Source: GAME."""
    best = fighter("mew", nature="timid", friendship=255, avs=200)
    hp, attack, *others, speed = stats_of(arena, best)[0]
    assert (hp, speed) == (175 + 200, floor(132 * 1.1) + 200)
    assert attack == floor(108 * 1.1) + 200
    assert others == [132 + 200] * 3


@pytest.mark.parametrize("nature", NATURE_NAMES)
def test_a_nature_raises_one_stat_and_lowers_another(arena, nature):
    """At friendship 0 Mew has 120: 132 when raised, 108 when lowered. Source: GAME."""
    raised, lowered = NATURES[nature]
    expected = [175, 120, 120, 120, 120, 120]
    if raised != lowered:
        expected[raised], expected[lowered] = 132, 108
    assert stats_of(arena, fighter("mew", nature=nature, friendship=0)) == [expected]


def test_the_five_neutral_natures_change_nothing(arena):
    neutral = [name for name, (raised, lowered) in NATURES.items() if raised == lowered]
    assert neutral == ["hardy", "docile", "bashful", "quirky", "serious"]


@pytest.mark.parametrize("level", range(1, 101))
def test_stats_follow_the_formula_at_every_level(arena, level):
    """The formula once more, in plain integers, for a form with six different base stats."""
    base = (80, 82, 83, 100, 100, 80)  # Venusaur
    who = fighter("venusaur", level=level, nature="modest", friendship=200, avs=7)
    trust = 107  # floor(100 (1 + 200 / 2550))
    expected = []
    for index, value in enumerate(base):
        grown = (2 * value + 31) * level // 100
        if index == 0:
            expected.append(grown + level + 10 + 7)
            continue
        stat = grown + 5
        stat = stat * 110 // 100 if index == 3 else stat * 90 // 100 if index == 1 else stat
        expected.append(stat * trust // 100 + 7)
    assert stats_of(arena, who) == [expected]


def test_stats_never_fall_with_the_level(arena):
    levels = stats_of(arena, *[fighter("snorlax", level=level) for level in range(1, 101)])
    assert (np.diff(np.array(levels), axis=0) >= 0).all()
