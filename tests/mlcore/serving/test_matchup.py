"""Which move to use: the grid, B's best reply, the ranking."""

import numpy as np
import pytest

from mlcore.engine.specs import Setups
from mlcore.game import matchup as game_matchup
from mlcore.serving import best_move, predict


@pytest.fixture
def answers(monkeypatch):
    """Predictions come from a table of (move_a, move_b); what was asked is remembered."""
    asked = []

    class Served:
        version = "v3"

    def from_table(game, a, move_a, b, move_b, *, source, champion, built):
        asked.append((len(move_a), source, champion.version))
        return np.array([table[int(x), int(y)] for x, y in zip(move_a, move_b, strict=True)])

    table = {}
    monkeypatch.setattr(predict, "predict_and_log", from_table)
    return table, asked, Served


def fighter(game, slug):
    return Setups.flat(np.array([game.form_index(slug)]))


def test_best_move_is_the_one_with_the_best_worst_case(game, answers):
    table, asked, served = answers
    mine = [game.move_index(name) for name in ("thunderbolt", "surf")]
    theirs = [game.move_index(name) for name in ("flamethrower", "earthquake")]
    table.update(
        dict(zip([(x, y) for x in mine for y in theirs], (0.9, 0.2, 0.6, 0.5), strict=True))
    )
    found = best_move.best_move(
        game,
        served,
        fighter(game, "pikachu"),
        mine,
        fighter(game, "charizard"),
        theirs,
        source="test",
    ).matchup
    assert found.grid.tolist() == [[0.9, 0.2], [0.6, 0.5]]
    assert found.replies.tolist() == [1, 1]
    assert found.values.tolist() == [0.2, 0.5]
    assert found.best == 1
    assert found.ranking.tolist() == [1, 0]
    assert found.winner == "A"  # a tie predicts A
    assert found.model_version == "v3"
    assert asked == [(4, "test", "v3")]


def test_status_moves_are_not_ranked(game, answers):
    table, _, served = answers
    surf, wave = game.move_index("surf"), game.move_index("thunder-wave")
    table[surf, surf] = 0.3
    found = best_move.best_move(
        game,
        served,
        fighter(game, "pikachu"),
        [wave, surf],
        fighter(game, "mew"),
        [surf],
        source="test",
    ).matchup
    assert found.moves_a.tolist() == [surf]
    assert found.winner == "B"


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_side_without_a_damaging_move_is_named(game, answers, side):
    surf, wave = [game.move_index("surf")], [game.move_index("thunder-wave")]
    moves = (wave, surf) if side == "a" else (surf, wave)
    ditto = fighter(game, "ditto")
    with pytest.raises(game_matchup.NoDamagingMove) as refused:
        best_move.best_move(game, answers[2], ditto, moves[0], ditto, moves[1], source="test")
    assert refused.value.side == side
