"""A challenger on its way: unseen, to some callers, to all; or stopped. The site answers itself."""

import json
import threading
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore.datasets import sampling
from mlcore.learning import model as learning_model
from mlcore.lib import afterwards
from mlcore.models import (
    EvaluationReport,
    LivePointer,
    ModelFile,
    ModelVersion,
    PredictionLog,
    Rollout,
)
from mlcore.monitoring import live_quality
from mlcore.pipeline import registry, rollouts
from mlcore.serving import champion as champion_store
from mlcore.serving import model_files, rollout
from tests import asking
from tests.rolling_out import CALLERS, judge

pytestmark = pytest.mark.django_db
SHADOW, CANARY, LIVE, STOPPED = Rollout.Stage


def test_a_good_one_goes_live_step_by_step(game, champion, good, ask, start):
    start(good)
    assert set.union(*ask(110).values()) == {champion}, "nobody sees what is answered in shadow"
    unseen = PredictionLog.objects.filter(source="shadow")
    assert set(unseen.values_list("model_version", flat=True)) == {good}
    assert unseen.count() == 110

    row = judge(game)
    assert (row.stage, row.figures) == (CANARY, {})
    figures = row.history[0]["figures"]
    assert (figures["duels"], figures["is_fair"]) == (110, True)
    # Two of 80 callers may bear the same number of 65,536.
    assert CALLERS - 3 <= figures["callers"] <= CALLERS
    assert figures["low"] < figures["difference"] < figures["high"] <= rollouts.MARGIN

    seen = ask(320)
    assert all(len(versions) == 1 for versions in seen.values()), "each caller sees one model"
    in_canary = [address for address, versions in seen.items() if versions == {good}]
    assert 22 <= len(in_canary) <= 58
    assert unseen.count() == 110
    served = PredictionLog.objects.filter(model_version=good).exclude(source="shadow")
    assert served.count() == 4 * len(in_canary)

    row = judge(game)
    assert (row.stage, row.reason) == (LIVE, f"{good} was put live")
    assert LivePointer.objects.get(model="duel").version == good
    assert [entry["stage"] for entry in row.history] == [SHADOW, CANARY]
    assert set.union(*ask(5).values()) == {good}

    assert registry.rollback(champion).version == champion
    assert set.union(*ask(5).values()) == {champion}


def test_a_spoiled_one_is_stopped_in_shadow(game, champion, bad, ask, start):
    start(bad)
    ask(110)
    row = judge(game)
    assert (row.stage, row.by_itself) == (STOPPED, True)
    assert row.reason.startswith(f"surely worse than {champion}: log-loss +")
    assert row.figures["low"] > 0
    assert set.union(*ask(5).values()) == {champion}
    assert PredictionLog.objects.filter(source="shadow").count() == 110


def test_a_canary_that_turns_bad_is_stopped_and_traffic_goes_back(game, champion, good, ask, start):
    start(good)
    ask(110)
    assert judge(game).stage == CANARY
    # The memory of the serving process is damaged: it is unsure of everything.
    object.__setattr__(rollout.current().model, "temperature", 9.0)
    assert set.union(*ask(400).values()) == {champion, good}
    row = judge(game)
    assert (row.stage, row.by_itself) == (STOPPED, True), row.history
    assert "surely worse" in row.reason
    assert set.union(*ask(80).values()) == {champion}


def test_one_that_fails_in_the_canary_harms_no_answer(game, champion, good, ask, start):
    start(good)
    ask(110)
    assert judge(game).stage == CANARY
    rollout.current().model.columns[:] = 10_000  # there are no such features
    # Without looking at the database in between: the process itself knows.
    assert set.union(*ask(80).values()) == {champion}
    row = Rollout.objects.get()
    assert (row.stage, row.by_itself) == (STOPPED, True)
    assert "failed to answer: IndexError" in row.reason
    assert not PredictionLog.objects.exclude(source="shadow").exclude(model_version=champion)


def test_one_that_fails_in_shadow_is_stopped_at_once(champion, good, ask, start):
    start(good)
    rollout.current().model.columns[:] = 10_000
    ask(1)
    assert "failed to answer" in Rollout.objects.get().reason
    assert not PredictionLog.objects.filter(source="shadow").exists()


def test_one_that_answers_nonsense_is_stopped_at_once(champion, good, ask, start):
    start(good)
    model = rollout.current().model
    object.__setattr__(model, "temperature", float("nan"))
    ask(1)
    assert "not a number" in Rollout.objects.get().reason


def test_whoever_judges_may_be_killed(game, champion, good, ask, start, monkeypatch):
    """After the step was taken, before anything else was noted: the next judgment goes on."""
    start(good)
    ask(110)

    class Killed(BaseException):
        pass

    def killed(*given):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(rollouts, "_keep", killed)
        with pytest.raises(Killed):
            rollouts.judge(game, plays=200)
    rollout.current(force=True)
    assert Rollout.objects.get().stage == CANARY
    ask(320)
    with monkeypatch.context() as patched:
        patched.setattr(rollouts, "_keep", killed)
        with pytest.raises(Killed):
            rollouts.judge(game, plays=200)
    assert Rollout.objects.get().stage == LIVE
    assert LivePointer.objects.get(model="duel").version == good
    assert rollouts.judge(game) is None


def test_one_that_was_stopped_while_it_was_loaded_does_not_go_live(
    game, champion, good, ask, start, monkeypatch
):
    start(good, canary_share=1.0)
    Rollout.objects.update(stage=CANARY)
    rollout.current(force=True)
    ask(110)
    load = registry.pointer_of

    def stopped_meanwhile(row):
        named = load(row)
        assert rollouts.stop() is not None
        return named

    monkeypatch.setattr(registry, "pointer_of", stopped_meanwhile)
    row = judge(game)
    assert (row.stage, row.reason) == (STOPPED, "stopped by hand")
    assert row.history[0]["figures"]["high"] <= rollouts.MARGIN, "it would have gone live"
    assert LivePointer.objects.get(model="duel").version == champion
    assert ModelVersion.objects.get(is_champion=True).version == champion


def test_what_mlflow_lacks_stops_nothing(game, champion, good, ask, start, monkeypatch):
    def away(version, alias):
        raise ConnectionError("MLflow is away")

    start(good, canary_share=1.0)
    Rollout.objects.update(stage=CANARY)
    rollout.current(force=True)
    ask(110)
    monkeypatch.setattr(registry, "set_alias", away)
    row = judge(game)
    assert (row.stage, row.judged_at is None, len(row.history)) == (LIVE, False, 1)


def test_too_few_callers_decide_nothing(game, champion, bad, ask, start):
    start(bad)
    ask(110, callers=19)
    row = judge(game)
    assert row.stage == SHADOW
    assert (row.figures["is_fair"], row.figures["low"] > 0) == (False, True)


def test_it_is_not_looked_at_until_chance_has_its_way(game, champion, good, ask, start):
    start(good, duels=100)
    Rollout.objects.update(figures={"duels": 100, "is_fair": True})
    ask(110)
    assert judge(game).history == [], "a tenth more is no reason to look again"


def test_a_stage_ends_in_time(game, champion, good, start):
    start(good, hours=1)
    assert judge(game).stage == SHADOW
    Rollout.objects.update(stage_since=timezone.now() - timedelta(hours=1, minutes=1))
    row = judge(game)
    assert (row.stage, row.reason) == (STOPPED, "no verdict within 1 hour")


def test_slow_answers_stop_it(game, champion, good, start):
    start(good)
    Rollout.objects.update(slow=6)
    assert judge(game).reason == "6 answers took longer than 0.5 s"


def test_few_slow_answers_of_its_stage_do_not(game, champion, good, ask, start):
    start(good, duels=200)
    ask(130)
    Rollout.objects.update(slow=6)
    assert judge(game).stage == SHADOW
    Rollout.objects.update(stage_since=timezone.now())  # what was before is of another stage
    assert judge(game).stage == STOPPED


def test_another_champion_ends_it(game, champion, good, export, start, ask):
    start(good)
    other = registry.serve(export(temperature=1.02)).version
    row = Rollout.objects.get()
    assert (row.stage, row.by_itself, row.reason) == (STOPPED, False, f"{other} was put live")
    assert set.union(*ask(5).values()) == {other}


@pytest.mark.parametrize("stage", [SHADOW, CANARY])
def test_a_rollback_takes_everybody_back(champion, good, ask, start, stage):
    start(good)
    Rollout.objects.update(stage=stage)
    rollout.current(force=True)
    with pytest.raises(LookupError, match=f"leads to {champion}, no longer to v99"):
        registry.rollback("v99")
    call_command("ml", rollback=True)
    rollout.current(force=True)
    assert (Rollout.objects.get().stage, Rollout.objects.get().reason) == (STOPPED, "rolled back")
    assert set.union(*ask(80).values()) == {champion}


def test_a_rollback_leaves_what_is_live_not_what_a_rollout_began_beside(
    champion, good, export, start
):
    """The rollout began while another version went live."""
    start(good)
    live = registry.serve(export(temperature=1.02)).version
    before = registry.serve(export(temperature=1.03)).version
    registry.serve(live)
    Rollout.objects.update(stage=SHADOW, reason="")
    assert registry.rollback().version == before
    assert LivePointer.objects.get(model="duel").version == before
    assert Rollout.objects.get().stage == STOPPED


def test_none_begins_while_another_version_goes_live(good):
    with registry.one_at_a_time(), pytest.raises(CommandError, match="promotion is under way"):
        call_command("rollout", "start", good)


def test_files_that_are_spoiled_stop_it(game, champion, good, settings, start):
    start(good)
    for path in settings.MODELS_DIR.glob(f"*{good}.*"):
        path.write_bytes(b"spoiled")
    ModelFile.objects.filter(bundle=good).delete()
    Rollout.objects.update(pointer={"version": good, "sha256": "1", "metadata_sha256": "2"})
    assert "the challenger was refused" in judge(game).reason


def test_one_that_is_refused_leaves_nothing_of_the_last_one(champion, good, export, start, ask):
    start(good, canary_share=1.0)
    Rollout.objects.update(stage=CANARY)
    rollout.current(force=True)
    assert set.union(*ask(5).values()) == {good}
    rollouts.stop()
    row = rollouts.start(export(temperature=1.02))
    Rollout.objects.filter(pk=row.pk).update(stage=CANARY, canary_share=1.0, pointer={})
    assert rollout.current(force=True) is None
    assert "the challenger was refused" in rollout.trouble()
    assert set.union(*ask(5).values()) == {champion}


def test_the_same_trees_of_another_version_are_another_challenger(champion, good, export, start):
    start(good)
    other = export(temperature=1.02)
    Rollout.objects.update(
        version=other, pointer=registry.pointer_of(ModelVersion.objects.get(version=other))
    )
    model = rollout.current(force=True).model
    assert (model.version, model.temperature) == (other, 1.02)


def test_one_thread_that_fails_changes_nothing_for_another(game, champion, good, start):
    """Which version answered, and where its answer is remembered, belong to the answer."""
    start(good, canary_share=1.0)
    Rollout.objects.update(stage=CANARY)
    challenger = rollout.current(force=True)
    canary, live = challenger.in_canary, champion_store.current()
    a, move_a, b, move_b = sampling.draw(game.tables, 100, np.random.default_rng(8))[:4]
    duels = [(a.take([at]), move_a[[at]], b.take([at]), move_b[[at]]) for at in range(2)]
    answered, failed, versions = threading.Event(), threading.Event(), []

    def another():
        learning_model.predict_with(canary, game, *duels[0])
        answered.set()
        failed.wait(60)
        versions.append(canary.version)

    thread = threading.Thread(target=another)
    thread.start()
    answered.wait(60)
    challenger.model.columns[:] = 10_000
    ours = learning_model.predict_with(canary, game, *duels[1])
    assert (canary.version, Rollout.objects.get().stage) == (champion, STOPPED)
    failed.set()
    thread.join(60)
    assert versions == [good]
    assert list(live.answered.values()) == ours.tolist()
    assert len(challenger.model.answered) == 1


def test_its_files_are_kept(champion, good, export, game, start):
    start(good)
    for _ in range(model_files.KEPT + 1):
        export()
    model_files.prune(game.fingerprint)
    assert model_files.is_stored(good)


def test_live_quality_judges_it_by_itself(game, champion, bad, ask, start):
    start(bad)
    ask(210)
    reports = live_quality.evaluate_predictions(game, plays=100)
    verdicts = {row.model_version: row.verdict for row in reports}
    assert verdicts == {champion: EvaluationReport.Verdict.GOOD, bad: "degraded"}
    assert not live_quality.is_degraded(champion)


def test_a_request_about_several_pairs_is_not_asked_unseen(
    client, champion, good, questions, start
):
    """It would not count for the champion either, without an API key."""
    start(good)
    body = json.dumps({"duels": questions[:3]})
    client.post("/api/v1/predict/batch/", body, content_type="application/json")
    afterwards.work_off()
    assert not PredictionLog.objects.filter(source="shadow").exists()


def test_a_grid_is_asked_unseen_about_the_duel_that_counts(client, champion, good, start):
    start(good)
    body = json.dumps({"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"})
    client.post("/api/v1/predict/best-move/", body, content_type="application/json")
    afterwards.work_off()
    answered, unseen = PredictionLog.objects.order_by("id")
    assert (unseen.duel_count, unseen.request_id) == (1, answered.request_id)
    record = asking.record_of(unseen)
    assert int(record.columns["form_a"][0]) == 25


def test_the_page_and_the_api_agree(client, champion, good, start, settings):
    """A caller of the canary sees its answers on the page, too."""
    start(good, canary_share=1.0)
    Rollout.objects.update(stage=CANARY)
    rollout.current(force=True)
    assert client.get("/compare/?a=pikachu&b=charizard", follow=True).status_code == 200
    assert set(
        PredictionLog.objects.filter(model="duel").values_list("model_version", "source")
    ) == {(good, "compare")}
    assert client.get("/api/v1/model/").json()["version"] == champion


def test_a_look_costs_a_query_and_then_nothing(champion, good, start, django_assert_num_queries):
    start(good)
    with django_assert_num_queries(1):
        rollout.current(force=True)
    with django_assert_num_queries(0):
        rollout.current()
