"""All forms ranked: the square of match-ups, what is kept of it, and how it is read."""

import functools
import itertools
import threading
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore.engine.specs import MoveColumn
from mlcore.game import gamedata
from mlcore.game import matchup as game_matchup
from mlcore.learning import model as learning_model
from mlcore.lib import detached
from mlcore.models import Ranking, TaskRun
from mlcore.rankings import check as rankings_check
from mlcore.rankings import compute as rankings_compute
from mlcore.rankings import progress as rankings_progress
from mlcore.rankings import refresh, standings
from mlcore.rankings import well_played as rankings_well_played
from mlcore.serving import well_played
from pokedex.models import KeptMove, Move, Pokemon

pytestmark = pytest.mark.django_db
NAMES = ("pikachu", "gyarados", "mewtwo", "snorlax", "charizard-mega-x")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def few(game, monkeypatch):
    """Only some pairs are computed; gives them."""
    forms = [game.form_index(name) for name in NAMES]
    pairs = np.array([(a, b) for a in forms for b in forms if a < b])
    monkeypatch.setattr(rankings_compute, "pairs_of", lambda game: pairs)
    return pairs


@pytest.fixture
def few_well_played(game, monkeypatch):
    """Only some forms are ranked when both play well; gives them."""
    forms = np.sort([game.form_index(name) for name in NAMES[:3]])
    compute = functools.partial(rankings_well_played.compute, forms=forms)
    monkeypatch.setattr(rankings_well_played, "compute", compute)
    return forms


@pytest.fixture
def ranked(champion, game, square_by_total):
    refresh.store(champion, game, square_by_total(game), rows=5, seconds=1.0)
    return standings.current()


def form_id(game, name):
    return int(game.tables.form_ids[game.form_index(name)])


# ---- the computation


def test_it_works(champion, game, few):
    square = rankings_compute.compute(champion, game, pairs=few)
    for a, b in [*few, *few[:, ::-1]]:
        x, y = game.usable_moves(a), game.usable_moves(b)
        rows = np.zeros(len(x) * len(y), dtype=int)
        one = rankings_compute.Setups.flat(np.array([a, b], dtype=np.int32))
        grid = learning_model.predict_with(
            champion,
            game,
            one.take(rows),
            np.repeat(x, len(y)),
            one.take(rows + 1),
            np.tile(y, len(x)),
        ).reshape(len(x), len(y))
        wanted = game_matchup.from_grid(x, y, grid)
        assert square.values[a, b] == pytest.approx(wanted.values[wanted.best], abs=1e-6)
        assert square.moves[a, b] == x[wanted.best]
        assert square.replies[a, b] == y[wanted.replies[wanted.best]]


def test_every_pair_is_in_one_chunk(game):
    pairs = rankings_compute.pairs_of(game)
    assert len(pairs) == 187 * 186 // 2
    chunks = list(rankings_compute._chunks(game, pairs))
    assert sorted(map(tuple, np.concatenate(chunks))) == sorted(map(tuple, pairs))
    sizes = [rankings_compute.row_count(game, chunk).sum() for chunk in chunks]
    assert max(sizes) < 2 * rankings_compute.CHUNK_ROWS + 50 * 50
    assert sum(sizes) == rankings_compute.row_count(game, pairs).sum() > 5_000_000


def test_result_does_not_depend_on_threads_or_chunks(champion, game, few, monkeypatch):
    whole = rankings_compute.compute(champion, game, pairs=few, threads=1)
    monkeypatch.setattr(rankings_compute, "CHUNK_ROWS", 300)
    parts = rankings_compute.compute(champion, game, pairs=few, threads=3)
    for name in ("values", "moves", "replies"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))


def test_a_form_without_damaging_moves_loses_to_all(champion, game, few):
    ditto, mew = game.form_index("ditto"), game.form_index("mew")
    square = rankings_compute.compute(champion, game)
    assert square.values[ditto, mew] == 0
    assert square.values[mew, ditto] == 1
    assert square.moves[mew, ditto] == square.moves[ditto, mew] == rankings_compute.NO_MOVE
    assert np.isnan(square.values[ditto, ditto])


def test_progress_is_told_and_stop_is_heard(champion, game, few, monkeypatch):
    monkeypatch.setattr(rankings_compute, "CHUNK_ROWS", 300)
    told, stop = [], threading.Event()

    def listen(done, total):
        told.append((done, total))
        if len(told) == 2:
            stop.set()

    with pytest.raises(rankings_compute.Interrupted):
        rankings_compute.compute(champion, game, pairs=few, threads=1, progress=listen, stop=stop)
    assert told[0][0] < told[1][0] < told[1][1] == rankings_compute.row_count(game, few).sum()


# ---- both play well


def test_well_played_ranking_says_what_the_answer_to_each_match_up_says(game, few_well_played):
    value = well_played.current(game)
    answer = rankings_well_played.compute(value, game, threads=2)
    again = rankings_well_played.compute(value, game, threads=1)
    np.testing.assert_array_equal(answer.values, again.values)
    np.testing.assert_array_equal(answer.sets, again.sets)
    assert np.isfinite(answer.values).sum() == 6
    for a, b in itertools.permutations(few_well_played, 2):
        sets = [[int(move) for move in answer.sets[form] if move >= 0] for form in (a, b)]
        assert all(
            game.tables.usable[form, moves].all() for form, moves in zip((a, b), sets, strict=True)
        )
        setups = [rankings_compute.Setups.flat(np.array([form])) for form in (a, b)]
        told = well_played.answer(game, value, setups[0], sets[0], setups[1], sets[1])
        # Where it is all but decided, the ranking only glances.
        is_open = 0.05 < told.probability < 0.95
        near = pytest.approx(told.probability, abs=1e-6 if is_open else 1e-3)
        assert answer.values[a, b] == near


def test_well_played_progress_is_told_and_stop_is_heard(game, few_well_played):
    told, stop = [], threading.Event()

    def listen(done, total):
        told.append((done, total))
        stop.set()

    with pytest.raises(rankings_compute.Interrupted):
        rankings_well_played.compute(
            well_played.current(game), game, threads=1, progress=listen, stop=stop
        )
    assert told[0][0] < told[0][1]


def test_both_rankings_are_kept_side_by_side(champion, game, few, few_well_played):
    one_move, well = refresh.refresh(), refresh.refresh("well")
    assert (one_move.play, well.play) == ("one-move", "well")
    assert refresh.refresh() is refresh.refresh("well") is None
    assert well.model_version == well_played.current(game).version
    assert (standings.current().run, standings.current("well").run) == (one_move.pk, well.pk)
    standing = standings.current("well").place_of(form_id(game, "mewtwo"))
    assert standing.can_fight
    assert len(standing.moves) == 4


# ---- refreshing


def test_refresh_stores_and_then_skips(champion, game, few, serve):
    row = refresh.refresh()
    assert row.model_version == "v7"
    assert row.rows == rankings_compute.row_count(game, few).sum()
    assert row.data_fingerprint == gamedata.current().fingerprint
    assert refresh.refresh() is None
    assert refresh.refresh(force=True).pk > row.pk
    serve("v8")
    assert refresh.refresh().model_version == "v8"


def test_a_new_move_makes_rankings_old(champion):
    game = gamedata.load()
    before = refresh.inputs_of(champion, game)
    magikarp = Pokemon.objects.get(slug="magikarp")
    KeptMove.objects.create(
        pokemon=magikarp,
        move=Move.objects.get(slug="surf"),
        learned_as=Pokemon.objects.get(slug="gyarados"),
    )
    changed = gamedata.load()
    assert changed.fingerprint == game.fingerprint
    assert refresh.inputs_of(champion, changed) != before


def test_ctrl_c_leaves_everything_as_it_was(serve, few, ranked):
    serve("v8")

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh.refresh(progress=interrupt)
    assert Ranking.objects.get().model_version == "v7"
    assert rankings_progress.running() is None
    assert refresh.refresh() is not None


@pytest.fixture
def computing():
    """A computation that some other machine is at."""
    now = timezone.now()
    return TaskRun.objects.create(
        task=rankings_progress.TASK,
        state=TaskRun.State.RUNNING,
        started_at=now,
        heartbeat_at=now,
        worker="elsewhere:1",
    )


def test_two_at_once_are_refused(champion, few, computing, capsys):
    call_command("rankings")
    assert "being computed by another process" in capsys.readouterr().out
    assert not Ranking.objects.exists()
    assert TaskRun.objects.get(state=TaskRun.State.CANCELLED).reason == "manage.py rankings"


def test_running_says_how_far(computing, django_assert_num_queries):
    assert rankings_progress.running() == rankings_progress.Running(0.0, None)
    computing.progress = 0.25
    computing.started_at -= timedelta(seconds=10)
    computing.save()
    with django_assert_num_queries(1):
        running = rankings_progress.running()
    assert running.share == 0.25
    assert running.seconds == pytest.approx(30, abs=2)


def test_one_that_has_not_been_heard_of_does_not_run(computing, settings):
    computing.heartbeat_at -= timedelta(seconds=settings.TASK_DEAD_SECONDS + 1)
    computing.save()
    assert rankings_progress.running() is None


def test_one_that_was_ordered_counts_as_running_for_a_while(
    champion, monkeypatch, django_capture_on_commit_callbacks
):
    started = []
    monkeypatch.setattr(
        detached.subprocess, "Popen", lambda command, **options: started.append(command)
    )
    with django_capture_on_commit_callbacks(execute=True):
        rankings_progress.start("test")
    run = TaskRun.objects.get()
    assert started[0][2:] == ["run_task", str(run.pk), "--nice"]
    assert rankings_progress.running() == rankings_progress.Running(0.0, None)
    TaskRun.objects.update(sent_at=timezone.now() - timedelta(seconds=60))
    assert rankings_progress.running() is None
    with django_capture_on_commit_callbacks(execute=True):
        rankings_progress.start("test")
    assert started[1] == started[0], "the same run, handed on again"


def test_old_rankings_are_deleted(champion, game, square_by_total):
    for _ in range(refresh.KEPT + 2):
        newest = refresh.store(champion, game, square_by_total(game))
    assert Ranking.objects.count() == refresh.KEPT
    assert standings.current().run == newest.pk


# ---- reading


def test_nothing_ranked_reads_as_nothing(champion):
    assert standings.current() is None


def test_standings_are_in_order_and_ditto_is_last(ranked, game):
    order = list(ranked.standings.values())
    assert len(order) == 188
    assert order[-1].form == form_id(game, "ditto")
    assert order[-1].place == 188
    assert not order[-1].can_fight
    assert all(x.place <= y.place for x, y in itertools.pairwise(order))
    means = [standing.mean for standing in order[:-1]]
    assert means == sorted(means, reverse=True)
    # Two Mewtwo Megas with equal totals share the first place.
    assert [standing.place for standing in order[:3]] == [1, 1, 3]
    assert order[0].beaten == 186
    assert order[0].opponents == 187


def test_place_and_matchups_of_a_form(ranked, game):
    mewtwo, magikarp = form_id(game, "mewtwo"), form_id(game, "magikarp")
    assert ranked.place_of(mewtwo).place == 3
    best, worst = ranked.best_and_worst(mewtwo, 2)
    assert [round(matchup.value, 2) for matchup in worst] == [0.16, 0.16]
    assert best[0].value > 0.99
    assert form_id(game, "ditto") not in {matchup.opponent for matchup in best}
    outcome = ranked.outcome(mewtwo, magikarp)
    assert outcome.value > 0.99
    assert outcome.move == int(
        game.tables.move_ids[game.usable_moves(game.form_index("mewtwo"))[0]]
    )
    assert ranked.outcome(mewtwo, mewtwo) is None
    assert ranked.outcome(mewtwo, 99_999) is None


def test_arrays_are_read_once_a_run(ranked, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert standings.current() is ranked


# ---- the command


def test_command_ranks_and_then_has_nothing_to_do(champion, few, few_well_played, capsys):
    call_command("rankings")
    out = capsys.readouterr().out
    assert "Ranked by model v7 (each repeats one move)" in out
    assert "(both play well): " in out
    call_command("rankings")
    assert capsys.readouterr().out.count("up to date") == 2


def test_command_without_champion_says_so(no_champion):
    with pytest.raises(CommandError, match="no champion yet"):
        call_command("rankings")
    assert rankings_progress.running() is None


def test_command_rejects_no_threads(champion):
    with pytest.raises(CommandError, match="at least 1"):
        call_command("rankings", threads=0)


def test_command_rejects_a_negative_seed():
    with pytest.raises(CommandError, match="--seed must be at least 0"):
        call_command("rankings", check=True, seed=-5)


# ---- held to the engine


def square_of_five(game):
    """Five forms, each with its most powerful move; values are even."""
    square = rankings_compute.empty_square(len(game.form_slugs))
    forms = [game.form_index(name) for name in NAMES]
    for a in forms:
        for b in forms:
            if a != b:
                square.values[a, b] = 0.5
                square.moves[a, b], square.replies[a, b] = (
                    max(game.usable_moves(f), key=lambda m: game.tables.moves[m, MoveColumn.POWER])
                    for f in (a, b)
                )
    return square


def test_check_accepts_the_truth_and_refuses_its_opposite(champion, game):
    square = square_of_five(game)
    refresh.store(champion, game, square)
    first = rankings_check.check(standings.current(), game, pairs=20, plays=400, seed=3)
    index = {int(form): at for at, form in enumerate(game.tables.form_ids)}
    for (a, b), share in zip(first.forms, first.played, strict=True):
        square.values[index[int(a)], index[int(b)]] = share
    refresh.store(champion, game, square)
    again = rankings_check.check(standings.current(), game, pairs=20, plays=400, seed=3)
    assert again.holds
    assert again.same_winners == 20
    assert again.mean_gap < 1e-6
    square.values[:] = 1 - square.values
    refresh.store(champion, game, square)
    wrong = rankings_check.check(standings.current(), game, pairs=20, plays=400, seed=3)
    assert not wrong.holds
    assert wrong.wrong_winners.any()
    assert len(wrong.wrong_orders)
