"""What single features say, beside statements that are made without the code under test."""

import math

import numpy as np
import pytest

from mlcore.learning import features

AT = {name: index for index, name in enumerate(features.FEATURE_NAMES)}


@pytest.fixture
def row(game, duel):
    def of(a, move_a, b, move_b):
        (values,) = features.build_features(game.tables, *duel(a, move_a, b, move_b))
        return {name: float(values[index]) for name, index in AT.items()}

    return of


@pytest.mark.parametrize(
    ("a", "move", "foe", "name", "value"),
    [
        # Shares of the damage that come back or are suffered.
        ("mew", "mega-drain", "tauros", "drain", 0.5),
        ("mew", "dream-eater", "tauros", "drain", 0.5),
        ("tauros", "double-edge", "mew", "recoil", 0.33),
        ("tauros", "take-down", "mew", "recoil", 0.25),
        ("tauros", "body-slam", "mew", "recoil", 0),
        # One hit in 24 is critical, in eight of a move that is made for it.
        ("mew", "tackle", "tauros", "critical_chance", 1 / 24),
        ("kingler", "crabhammer", "tauros", "critical_chance", 1 / 8),
        # Both types of the foe count.
        ("raichu", "thunderbolt", "gyarados", "effectiveness", 4),
        ("raichu", "thunderbolt", "dragonite", "effectiveness", 1),
        ("raichu", "thunderbolt", "golem", "effectiveness", 0),
        ("lapras", "ice-beam", "dragonite", "effectiveness", 4),
        ("golem", "rock-slide", "charizard", "effectiveness", 4),
        ("golem", "rock-slide", "machamp", "effectiveness", 0.5),
        # The user's own types give half as much again.
        ("raichu", "thunderbolt", "tauros", "stab", 1),
        ("mew", "thunderbolt", "tauros", "stab", 0),
        ("raichu", "thunderbolt", "tauros", "effective_power", 90 * 1.5),
        ("mew", "thunderbolt", "tauros", "effective_power", 90),
        ("raichu", "thunderbolt", "gyarados", "effective_power", 90 * 1.5 * 4),
        ("venusaur", "solar-beam", "tauros", "effective_power", 200 * 1.5 / 2),
        ("tauros", "thunder", "mew", "effective_power", 110 * 0.7),
        # Side effects: how likely, and on whom they work.
        ("muk", "sludge-bomb", "tauros", "poison_chance", 0.3),
        ("muk", "sludge-bomb", "magneton", "poison_chance", 0),
        ("muk", "sludge-bomb", "arbok", "poison_chance", 0),
        ("charizard", "flamethrower", "tauros", "burn_chance", 0.1),
        ("charizard", "flamethrower", "ninetales", "burn_chance", 0),
        ("tauros", "body-slam", "mew", "paralysis_chance", 0.3),
        ("tauros", "body-slam", "raichu", "paralysis_chance", 0),
        ("lapras", "ice-beam", "mew", "freeze_chance", 0.1),
        ("lapras", "ice-beam", "dewgong", "freeze_chance", 0),
        ("tauros", "rock-slide", "mew", "flinch_chance", 0.3),
        ("alakazam", "psychic", "mew", "foe_special_defense_change", -0.1),
        ("machamp", "superpower", "mew", "own_attack_change", -1),
        ("machamp", "superpower", "mew", "own_defense_change", -1),
        ("machamp", "superpower", "mew", "foe_attack_change", 0),
        # Accuracy: what cannot miss is told from what only hardly ever does.
        ("tauros", "swift", "mew", "accuracy", 101),
        ("tauros", "body-slam", "mew", "accuracy", 100),
        ("tauros", "thunder", "mew", "hit_chance", 0.7),
    ],
)
def test_a_feature_says_what_the_game_says(row, a, move, foe, name, value):
    assert row(a, move, foe, "struggle")[f"own_{name}"] == pytest.approx(value, abs=1e-5)
    # The other side reads the same of it.
    assert row(foe, "struggle", a, move)[f"foe_{name}"] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(
    ("a", "move_a", "b", "move_b", "first"),
    [
        ("electrode", "tackle", "snorlax", "tackle", 1),
        ("snorlax", "tackle", "electrode", "tackle", 0),
        ("snorlax", "quick-attack", "electrode", "tackle", 1),
        ("electrode", "tackle", "snorlax", "quick-attack", 0),
        ("electrode", "quick-attack", "snorlax", "quick-attack", 1),
        ("electrode", "counter", "snorlax", "tackle", 0),
        ("mew", "tackle", "mew", "tackle", 0.5),
    ],
)
def test_priority_comes_before_speed(row, a, move_a, b, move_b, first):
    assert row(a, move_a, b, move_b)["moves_first"] == first


def hit(level, power, attack, defense, *, critical):
    """Damage of the 16 rolls of a plain hit, as the game rounds it."""
    base = (2 * level // 5 + 2) * power * attack // defense // 50 + 2
    base = base * 3 // 2 if critical else base
    return [base * roll // 100 for roll in range(85, 101)]


@pytest.mark.parametrize(("move", "kind"), [("tackle", ""), ("surf", "special_")])
@pytest.mark.parametrize("foe", ["machamp", "snorlax", "abra"])
def test_damage_is_that_of_the_formula(row, move, kind, foe):
    # Neither of the two moves has the user's type, or meets a weakness or a resistance.
    seen = row("mew", move, foe, "struggle")
    power = {"tackle": 40, "surf": 90}[move]
    attack, defense = seen[f"own_{kind}attack"], seen[f"foe_{kind}defense"]
    plain, critical = (
        hit(50, power, int(attack), int(defense), critical=critical) for critical in (False, True)
    )
    hp = seen["foe_hp"]
    mean = np.mean(plain) * 23 / 24 + np.mean(critical) / 24
    assert seen["own_min_share"] == pytest.approx(min(plain) / hp, abs=1e-5)
    assert seen["own_mean_share"] == pytest.approx(mean / hp, abs=1e-5)
    done = np.mean(np.array(plain) >= hp) * 23 / 24 + np.mean(np.array(critical) >= hp) / 24
    assert seen["own_ko_in_1"] == pytest.approx(done, abs=1e-5)


def test_contrasts_are_a_s_less_b_s(row):
    seen = row("raichu", "thunderbolt", "gyarados", "bite")
    assert seen["speed_ratio"] == pytest.approx(math.log(seen["own_speed"] / seen["foe_speed"]))
    assert seen["hp_ratio"] == pytest.approx(math.log(seen["own_hp"] / seen["foe_hp"]), abs=1e-6)
    # Base stats: 60 90 55 90 80 110 and 95 125 79 60 100 81.
    assert seen["base_stat_gap"] == 485 - 540
    assert seen["priority_gap"] == 0
    for name in ("effective_power", "share_per_turn", "mean_uses"):
        gap = seen[f"own_{name}"] - seen[f"foe_{name}"]
        assert seen[f"{name}_diff"] == pytest.approx(gap, abs=1e-4)
