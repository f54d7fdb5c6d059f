"""The value of battle states: its features, the search on it, how it learns, how it is kept."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mlcore.battle_value import (
    artefact,
    best_moves,
    columns,
    features,
    network,
    search,
    selfplay,
    starts,
    training,
)
from mlcore.engine import damage
from mlcore.engine import state as st
from mlcore.engine.specs import Setups
from mlcore.game.spreads import FLAT

BATTLES = 600
TINY = training.Settings(rounds=2, battles=96, samples=2, epochs=1, batch=128)


def matchup(game, a, moves_a, b, moves_b):
    """Both sides' spreads and slots, at level 50."""
    sides = []
    for form, moves in ((a, moves_a), (b, moves_b)):
        slots = np.full((1, 4), -1)
        slots[0, : len(moves)] = [game.move_index(move) for move in moves]
        sides += [Setups.flat(np.array([game.form_index(form)])), slots]
    return sides


@pytest.fixture(scope="module")
def drawn(game):
    return starts.draw(game.tables, BATTLES, np.random.default_rng(5))


@pytest.fixture(scope="module")
def net():
    return training.new_weights(3)


@pytest.fixture(scope="module")
def record(game, drawn, net):
    """Battles of random moves, turn by turn."""
    games = np.column_stack([np.arange(BATTLES), np.zeros(BATTLES, dtype=np.int64)])
    play = selfplay.Play(policy_a=selfplay.RANDOM, policy_b=selfplay.RANDOM)
    states = starts.states_of(game.tables, *drawn)
    return selfplay.play_games(
        game.tables.rules, net, states, games, seed=1, play=play, is_recorded=True
    )


# Features


def describe(game, state):
    x = np.zeros((2, features.WIDTH), dtype=np.float32)
    features.describe(state, game.tables.rules, x, features.new_scratch())
    return x


def test_features_are_finite_and_near_one(record):
    assert len(record.features) > 200
    assert np.isfinite(record.features).all()
    assert np.abs(record.features).max() <= 4
    # Nearly every one says something in some state.
    silent = (record.features == 0).all(axis=(0, 1)).sum()
    assert silent < 0.15 * features.WIDTH


def test_features_of_a_version_mean_the_same(game, drawn):
    a, slots_a, b, slots_b = drawn
    few = slice(0, 40)
    states = starts.states_of(
        game.tables, a.take(np.arange(40)), slots_a[few], b.take(np.arange(40)), slots_b[few]
    )
    weights = np.random.default_rng(7).standard_normal(2 * columns.WIDTH)
    sums = [float(describe(game, state).ravel() @ weights) for state in states]
    means = {4: 0.5992, 5: -2.2103}
    # Another meaning asks for another version, and for weights that have learned it.
    assert np.mean(sums) == pytest.approx(means[columns.VERSION], abs=1e-3)


def answers_of(game, own, foe_moves):
    """What a Snorlax with a move would bring back from a Machamp."""
    sides = matchup(game, "snorlax", [own], "machamp", foe_moves)
    (state,) = starts.states_of(game.tables, *sides)
    row = dict(zip(columns.SIDE_FEATURES, describe(game, state)[0], strict=True))
    return state, {name: row[name] for name in columns.ANSWERS}


def test_counter_answers_physical_attacks_twofold(game):
    state, found = answers_of(game, "counter", ["strength", "flamethrower"])
    moves = game.tables.rules.moves
    rolls = {}
    for name, class_ in (("strength", False), ("flamethrower", False)):
        top = damage.formula_damage(
            state,
            moves,
            game.tables.rules.chart,
            1,
            game.move_index(name),
            int(moves[game.move_index(name), st.M_POWER]),
            class_,
            100,
        )
        rolls[name] = np.mean([top * roll // 100 for roll in range(85, 101)])
    taken, foe_hp = rolls["strength"], state[1, st.HP]
    assert found["counter_returned"] == pytest.approx(2 * taken * (1 + 1 / 48) / foe_hp, rel=0.02)
    assert found["counter_avoided"] == pytest.approx(
        rolls["flamethrower"] * (1 + 1 / 48) / state[0, st.HP], rel=0.02
    )
    assert not any(found[name] for name in columns.ANSWERS if name.startswith("mirror"))


def test_mirror_coat_answers_special_ones(game):
    _, found = answers_of(game, "mirror-coat", ["strength", "flamethrower"])
    assert found["mirror_coat_returned"] > 0
    assert found["mirror_coat_avoided"] > 0
    assert not any(found[name] for name in columns.ANSWERS if name.startswith("counter"))


def test_a_weak_attack_that_goes_first_is_seen(game):
    """It is the fourth of Sandslash's attacks, and it ends the battle."""
    attacks = ["headbutt", "earthquake", "brick-break"]
    quick = columns.SIDE_FEATURES.index("quick_knock_out")
    for known, ends in (([*attacks, "ice-shard"], True), (attacks, False)):
        sides = matchup(game, "sandslash-alola", known, "primeape", ["earthquake"])
        (state,) = starts.states_of(game.tables, *sides)
        assert describe(game, state)[0][quick] < 0.1
        state[1, st.HP] = 10
        assert (describe(game, state)[0][quick] > 0.9) == ends


def test_counter_says_whether_it_ends_the_battle(game):
    sides = matchup(game, "snorlax", ["counter"], "machamp", ["strength"])
    (state,) = starts.states_of(game.tables, *sides)
    at = columns.SIDE_FEATURES.index("counter_knock_out")
    assert describe(game, state)[0][at] < 0.1
    state[1, st.HP] = 20
    assert describe(game, state)[0][at] > 0.95
    # Who does not survive the attack answers nothing.
    state[0, st.HP] = 5
    assert describe(game, state)[0][at] == 0


def test_features_do_not_depend_on_the_order_of_moves(game, drawn):
    a, slots_a, b, slots_b = drawn
    states = starts.states_of(game.tables, *drawn)
    turned = starts.states_of(game.tables, a, slots_a[:, ::-1], b, slots_b[:, [2, 0, 3, 1]])
    for state, other in zip(states, turned, strict=True):
        assert describe(game, state) == pytest.approx(describe(game, other))


def test_swapped_sides_swap_the_rows(game, drawn):
    for state in starts.states_of(game.tables, *drawn):
        swapped = state[[1, 0, 2]]
        assert describe(game, state) == pytest.approx(describe(game, swapped)[::-1])


def test_features_say_what_the_rules_say(game):
    sides = matchup(
        game, "snorlax", ["body-slam", "rest", "toxic"], "gengar", ["shadow-ball", "hypnosis"]
    )
    (state,) = starts.states_of(game.tables, *sides)
    snorlax, gengar = (
        dict(zip(columns.SIDE_FEATURES, row, strict=True)) for row in describe(game, state)
    )
    # Normal and Ghost do nothing to each other, Poison types are not poisoned.
    assert snorlax["attack_1_damage"] == gengar["attack_1_damage"] == 0
    assert (snorlax["rest"], snorlax["toxic"], gengar["sleep"]) == (1, 0, pytest.approx(0.6))
    assert (snorlax["faster"], gengar["faster"]) == (0, 1)
    state[1, st.STATUS] = st.PARALYSIS
    assert dict(zip(columns.SIDE_FEATURES, describe(game, state)[1], strict=True))["paralyzed"]


def test_what_halves_hp_takes_many_uses_and_no_stat_counts(game):
    def features_of(foe, *moves):
        sides = matchup(game, "raticate", list(moves), foe, ["tackle"])
        (state,) = starts.states_of(game.tables, *sides)
        row = describe(game, state)[0]
        return int(state[1, st.HP]), dict(zip(columns.SIDE_FEATURES, row, strict=True))

    hp, plain = features_of("chansey", "super-fang")
    uses = 0
    left = hp
    while left > 0:
        left -= max(1, left // 2)
        uses += 1
    assert (uses, plain["attack_1_hits_needed"]) == (10, pytest.approx(1 / 10))
    assert plain["attack_1_damage"] == pytest.approx(0.9 / 10, rel=0.01)
    # Swords Dance doubles a bite, but no Super Fang.
    _, danced = features_of("snorlax", "super-fang", "swords-dance")
    assert danced["best_plan"] == 0
    _, bite = features_of("snorlax", "hyper-fang", "swords-dance")
    assert bite["best_plan"] > 0.1


# Search


def test_chances_of_both_sides_sum_to_one(game, drawn, net):
    a, slots_a, b, slots_b = drawn
    one = search.start_values(game.tables, net, a, slots_a, b, slots_b, samples=4)
    other = search.start_values(game.tables, net, b, slots_b, a, slots_a, samples=4)
    assert one + other == pytest.approx(np.ones(len(one)), abs=1e-12)
    assert one.std() > 0.05


def test_one_look_gives_the_value_and_both_openings(game, drawn, net):
    a, slots_a, b, slots_b = drawn
    values = search.start_values(game.tables, net, *drawn)
    alone = search.start_values(game.tables, net, *drawn, samples=0)
    for row in range(30):
        rows = np.array([row])
        sides = (a.take(rows), slots_a[rows]), (b.take(rows), slots_b[rows])
        value, own, foe = search.answer_at_start(game.tables, net, *sides[0], *sides[1])
        assert value == own.value == pytest.approx(1 - foe.value)
        is_open = 0.05 < alone[row] < 0.95
        assert value == pytest.approx(values[row], abs=1e-12 if is_open else 0.05)
        # A choice that is never right is not worth more than the battle.
        assert max(own.worth.values()) < value + 0.03
        swapped = search.answer_at_start(game.tables, net, *sides[1], *sides[0])
        assert swapped[0] == pytest.approx(1 - value, abs=1e-12)
        assert (swapped[1].worth, swapped[2].shares) == (foe.worth, own.shares)
        assert set(own.worth) == set(np.flatnonzero(slots_a[row] >= 0).tolist())
        assert sum(own.shares.values()) == pytest.approx(1)


def test_pairs_have_the_values_of_their_matchups(game, drawn, net):
    a, slots_a, b, slots_b = (side[:6] if isinstance(side, np.ndarray) else side for side in drawn)
    a, b = a.take(np.arange(6)), b.take(np.arange(6))
    sides = (search.Side.of(game.tables, a), search.Side.of(game.tables, b))
    pairs = search.values_of_pairs(game.tables, net, sides[0], slots_a, sides[1], slots_b)
    alone = search.start_values(game.tables, net, a, slots_a, b, slots_b, samples=0)
    assert pairs.shape == (6, 6)
    assert pairs.diagonal() == pytest.approx(alone, abs=1e-6)


def test_sets_of_swapped_sides_are_swapped(game, net):
    raichu, golem = (FLAT.setups(game.form_index(name)) for name in ("raichu", "golem"))
    moves = [
        [int(move) for move in game.usable_moves(int(side.form[0]), damaging=False)]
        for side in (raichu, golem)
    ]
    sets = best_moves.best_sets(game.tables, net, raichu, moves[0], golem, moves[1])
    assert sets[::-1] == best_moves.best_sets(game.tables, net, golem, moves[1], raichu, moves[0])
    for chosen, usable in zip(sets, moves, strict=True):
        assert len(set(chosen)) == 4
        assert set(chosen) <= set(usable)
    attacks = [
        best_moves.strongest_set(game.tables, raichu, moves[0], golem),
        best_moves.strongest_set(game.tables, golem, moves[1], raichu),
    ]
    against = np.array([attacks[1]])
    best = best_moves.best_set(game.tables, net, raichu, moves[0], golem, against)
    chance, plain = best_moves.values_of_sets(
        game.tables, net, raichu, np.array([best, attacks[0]]), golem, against
    )
    assert chance >= plain - best_moves.LEAST_GAIN


def test_threads_change_nothing(game, drawn, net):
    answers = [
        search.start_values(game.tables, net, *drawn, samples=3, threads=threads)
        for threads in (1, 3)
    ]
    assert (answers[0] == answers[1]).all()


def test_a_sure_knock_out_needs_no_network(game, net):
    (value,) = search.start_values(
        game.tables, net, *matchup(game, "mewtwo", ["psychic", "rest"], "caterpie", ["tackle"])
    )
    assert value == 1.0


def test_advice_leaves_the_battle_alone_and_never_explodes(game, net):
    sides = matchup(game, "electrode", ["explosion", "thunderbolt"], "blastoise", ["surf", "rest"])
    (state,) = starts.states_of(game.tables, *sides)
    before = state.copy()
    advice = search.advise(state, game.tables, net, 0, seed=1, samples=16)
    assert (state == before).all()
    assert advice.shares == {1: 1.0}
    assert advice.worth[0] == 0.0
    assert advice.value == pytest.approx(advice.worth[1])
    other = search.advise(state, game.tables, net, 1, seed=1, samples=16)
    assert other.value == pytest.approx(1 - advice.value)
    assert sum(other.shares.values()) == pytest.approx(1)


# Learning


def test_gradients_are_those_of_the_loss():
    rng = np.random.default_rng(1)
    trainer = training.Trainer(training.new_weights(1))
    trainer.weights = [each.astype(np.float64) for each in trainer.weights]
    x, y = rng.standard_normal((16, 2, features.WIDTH)), rng.random(16)

    def loss(weights):
        log_odds = training.Trainer(weights)._forward(x)[0]
        return float((np.logaddexp(0, log_odds) - y * log_odds).mean())

    before = [each.copy() for each in trainer.weights]
    trainer.step(x, y, 0.0)
    for index, place in ((0, (5, 7)), (1, (3,)), (2, (7, 4)), (3, (2,)), (4, (9,))):
        nudged = [each.copy() for each in before]
        nudged[index][place] += 1e-5
        upper = loss(nudged)
        nudged[index][place] -= 2e-5
        slope = (upper - loss(nudged)) / 2e-5
        # Adam's first mean is a tenth of the gradient.
        assert trainer._mean[index][place] * 10 == pytest.approx(slope, abs=1e-5)


def test_a_value_mixes_the_turn_with_what_came_of_it():
    record = selfplay.Record(
        results=np.array([1.0, 0.0]),
        features=np.zeros((3, 2, 1)),
        value=np.array([0.5, 0.6, 0.4], dtype=np.float32),
        game=np.array([0, 0, 1]),
        strayed=np.array([False, False, False]),
    )
    last = 0.5 * 0.6 + 0.5 * 1.0
    assert training.returns(record, 0.5) == pytest.approx([0.25 + 0.5 * last, last, 0.2])
    # What came after a random choice is left out, unless only outcomes count.
    strayed = record._replace(strayed=np.array([True, False, False]))
    assert training.returns(strayed, 0.5) == pytest.approx([0.5, last, 0.2])
    assert training.returns(strayed, 1.0) == pytest.approx(training.returns(record, 1.0))


def test_a_run_is_the_same_again_and_goes_on_where_it_stopped(game, tmp_path):
    def train(folder, settings=TINY):
        net, metadata = training.train(
            game.tables, game.fingerprint, settings, tmp_path / folder, threads=2
        )
        return np.concatenate([each.ravel() for each in net]), metadata

    class Stop(Exception):
        pass

    def stop(what, done, of):
        if what.startswith("round 2"):
            raise Stop

    once, metadata = train("one")
    assert (once == train("two")[0]).all()
    with pytest.raises(Stop):
        training.train(
            game.tables, game.fingerprint, TINY, tmp_path / "cut", threads=2, progress=stop
        )
    assert (once == train("cut")[0]).all()
    assert (once != train("one", replace(TINY, seed=2))[0]).any()
    assert [each["rows"] > 100 for each in metadata["rounds"]] == [True, True]
    assert metadata["data_fingerprint"] == game.fingerprint


# On disk


def test_an_artefact_comes_back_as_it_was(tmp_path, net):
    artefact.save(tmp_path, net, {"data_fingerprint": "f"})
    value = artefact.load(tmp_path)
    assert value.fingerprint.startswith(value.version)
    assert all((one == two).all() for one, two in zip(value.net, net, strict=True))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 400_000


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / artefact.WEIGHTS_NAME).write_bytes(b"x"), "not those"),
        (lambda folder: (folder / artefact.METADATA_NAME).write_text("{"), "cannot be read"),
        (lambda folder: (folder / artefact.WEIGHTS_NAME).unlink(), "cannot be read"),
        (lambda folder: change(folder, feature_hash="0"), "other features"),
        (lambda folder: change(folder, format_version=0), "format"),
    ],
)
def test_a_damaged_artefact_is_refused(tmp_path, net, spoil, words):
    artefact.save(tmp_path, net, {"data_fingerprint": "f"})
    spoil(tmp_path)
    with pytest.raises(artefact.BadValueArtefact, match=words):
        artefact.load(tmp_path)


def change(folder, **values):
    path = folder / artefact.METADATA_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_compiled_network_is_the_trained_one(record, net):
    x = record.features[:50].astype(np.float32)
    scratch = network.new_scratch()
    compiled = [network.chance_of_a(row, net, scratch) for row in x]
    assert compiled == pytest.approx(training.Trainer(net).predict(x), abs=1e-5)
