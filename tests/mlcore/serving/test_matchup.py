"""Which move to use: the grid, B's best reply, the ranking."""

import numpy as np
import pytest

from mlcore.engine.specs import Setups
from mlcore.game import matchup
from mlcore.learning import model as learning_model
from mlcore.models import PredictionLog
from mlcore.serving import best_move

pytestmark = pytest.mark.django_db


def fighter(game, slug):
    return Setups.flat(np.array([game.form_index(slug)]))


def moves(game, *names):
    return [game.move_index(name) for name in names]


def test_best_move_is_the_one_with_the_best_worst_case():
    result = matchup.from_grid(
        np.array([7, 8]), np.array([5, 6]), np.array([[0.9, 0.2], [0.6, 0.5]])
    )
    assert result.replies.tolist() == [1, 1]
    assert result.values.tolist() == [0.2, 0.5]
    assert result.best == 1
    assert result.ranking.tolist() == [1, 0]
    assert result.winner == "A"  # a tie predicts A


def test_the_grid_is_what_the_model_says_of_every_pair(game, champion):
    a, b = fighter(game, "pikachu"), fighter(game, "charizard")
    mine, theirs = moves(game, "thunderbolt", "surf"), moves(game, "flamethrower", "earthquake")
    result = best_move.best_move(game, champion, a, mine, b, theirs, source="test").matchup
    for i, own in enumerate(mine):
        for j, foe in enumerate(theirs):
            single = learning_model.predict_with(
                champion, game, a, np.array([own]), b, np.array([foe])
            )
            assert result.grid[i, j] == pytest.approx(single[0], abs=1e-6)
    assert result.model_version == "v7"
    log = PredictionLog.objects.get()
    assert (log.duel_count, log.source, log.model_version) == (4, "test", "v7")


def test_status_moves_are_not_ranked(game, champion):
    surf, wave = moves(game, "surf", "thunder-wave")
    result = best_move.best_move(
        game,
        champion,
        fighter(game, "pikachu"),
        [wave, surf],
        fighter(game, "mew"),
        [surf],
        source="test",
    ).matchup
    assert result.moves_a.tolist() == [surf]
    assert result.winner == "B"


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_side_without_a_damaging_move_is_named(game, champion, side):
    surf, wave = moves(game, "surf"), moves(game, "thunder-wave")
    chosen = (wave, surf) if side == "a" else (surf, wave)
    ditto = fighter(game, "ditto")
    with pytest.raises(matchup.NoDamagingMove) as refused:
        best_move.best_move(game, champion, ditto, chosen[0], ditto, chosen[1], source="test")
    assert refused.value.side == side
