"""The gate: a good model passes; one that was spoiled is refused, by the check that says why."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from mlcore.datasets.splits import HOLDOUTS
from mlcore.engine.specs import Effect, MoveColumn
from mlcore.evaluation import gate, report, slices
from mlcore.learning import features, training
from mlcore.learning.model import Model
from mlcore.lib import locks
from mlcore.models import ModelVersion, Rollout
from mlcore.pipeline import registry
from mlcore.pipeline.rollouts import RolloutRefused
from mlcore.pipeline.stages import GateRefused

AT = {name: index for index, name in enumerate(features.FEATURE_NAMES)}


@pytest.fixture(scope="module")
def views(pipeline):
    return {
        split: pipeline.view(pipeline.files, split) for split in ("train", "validation", *HOLDOUTS)
    }


@pytest.fixture(scope="module")
def champion(small):
    return small[1].as_model("v1")


@pytest.fixture
def judge(game, pipeline, views, champion):
    """The verdict on a model beside the champion; only what the model says is measured anew."""

    def judged(model: Model, champion: Model | None = champion) -> gate.GateVerdict:
        own_report = {
            **pipeline.report,
            "splits": {split: report.of_split(game, model, views[split]) for split in HOLDOUTS},
        }
        return gate.judge(game, model, own_report, champion, views["holdout"])

    return judged


def failed(verdict):
    return [check.name for check in verdict.refusals]


def alike(champion: Model, kind: type, **more) -> Model:
    """The same model as another class of champion."""
    given = {field.name: getattr(champion, field.name) for field in fields(champion) if field.init}
    return kind(**given, **more)


def test_a_good_model_passes(judge, champion):
    assert failed(judge(replace(champion, version="v2"))) == []


def test_the_first_model_has_nobody_to_beat(judge, champion):
    assert judge(champion, None).passed


def test_shuffled_labels_are_refused(game, judge, pipeline, views):
    random = np.random.default_rng(0)

    def shuffled(view):
        share = random.permutation(view.duels.share)
        return training.FeatureView(replace(view.duels, share=share), view.rows_ab, view.rows_ba)

    trained = training.fit(
        game,
        shuffled(views["train"]),
        shuffled(views["validation"]),
        pipeline.files,
        pipeline.order.training,
    )
    verdict = judge(trained.as_model("shuffled"))
    assert any("all duels" in name for name in failed(verdict))


@dataclass(frozen=True, eq=False)
class Blind(Model):
    """Sees nothing of who moves first nor of what was foreseen."""

    def raw_margins(self, rows):
        rows = rows.copy()
        for name in ("closed_form_log_odds", "closed_form_win", "moves_first"):
            rows[:, AT[name]] = 0
        return super().raw_margins(rows)


def test_a_zeroed_feature_is_refused(judge, champion):
    names = failed(judge(alike(champion, Blind)))
    assert any(name.startswith("holdout: ") for name in names)
    assert any("all duels" in name for name in names)


@dataclass(frozen=True, eq=False)
class BadAtDrain(Model):
    """Half as sure as it should be where a move drains; right everywhere else."""

    def margins(self, rows_ab, rows_ba):
        drains = (rows_ab[:, AT["own_drain"]] > 0) | (rows_ab[:, AT["foe_drain"]] > 0)
        return super().margins(rows_ab, rows_ba) * np.where(drains, 0.5, 1.0)


def test_a_spoiled_slice_is_refused_by_name(judge, champion):
    names = failed(judge(alike(champion, BadAtDrain)))
    assert any(name.endswith("mechanic: drain") for name in names)
    assert not any("mechanic: charge" in name for name in names)


@dataclass(frozen=True, eq=False)
class Slow(Model):
    """Right, and eight times as long about it."""

    def margins(self, rows_ab, rows_ba):
        rows_ab, rows_ba = np.repeat(rows_ab, 8, axis=0), np.repeat(rows_ba, 8, axis=0)
        for _ in range(8):
            margins = super().margins(rows_ab, rows_ba)
        return margins[::8]


def test_a_slow_model_is_refused(game, views, champion):
    check = gate.speed_check(game, alike(champion, Slow), champion, views["holdout"])
    assert not check.passed
    assert gate.speed_check(game, champion, champion, views["holdout"]).passed


def test_overconfidence_is_refused(judge, champion):
    names = failed(judge(replace(champion, temperature=champion.temperature / 3)))
    assert any("all duels" in name for name in names)


def test_a_model_that_depends_on_the_side_is_refused(judge, champion):
    @dataclass(frozen=True, eq=False)
    class Partial(Model):
        def margins(self, rows_ab, rows_ba):
            return super().margins(rows_ab, rows_ba) + 1e-3

    assert "holdout: swap error" in failed(judge(alike(champion, Partial)))


def test_slices_are_named_and_large_enough(game, views):
    masks = slices.slices(game, views["holdout"])
    names = set(masks)
    assert {"class: mixed", "effectiveness: an immunity", "level gap: above 10"} <= names
    assert {"form: mega", "form: alola", "decided: beyond 5 and 95 %", "mechanic: drain"} <= names
    assert all(mask.sum() >= slices.MIN_DUELS for mask in masks.values())
    drains = np.flatnonzero(game.tables.moves[:, MoveColumn.DRAIN_PERCENT] > 0)
    duels = views["holdout"].duels
    expected = np.isin(duels.move_a, drains) | np.isin(duels.move_b, drains)
    assert (masks["mechanic: drain"] == expected).all()
    charges = game.tables.moves[duels.move_a, MoveColumn.EFFECT] == Effect.CHARGE
    assert charges.any()
    assert masks["mechanic: charge"][charges].all()


# The gate in the pipeline: who serves afterwards ------------------------------------------------


@pytest.fixture
def quiet_registry(monkeypatch):
    """The tracking store is not what is tested here."""
    monkeypatch.setattr(registry, "set_alias", lambda version, alias: None)
    monkeypatch.setattr(
        "mlcore.pipeline.stages.Pipeline.register",
        lambda self, files, candidate, own_report, verdict: registry.export(
            candidate.trained, {}, gate=verdict.as_json()
        ),
    )


def test_a_refused_challenger_does_not_serve(pipeline, served, quiet_registry):
    bad_report = {
        **pipeline.report,
        "plain_split": {**pipeline.report["plain_split"], "accuracy": 0.9},
    }
    with pytest.raises(GateRefused, match="plain random split"):
        pipeline.promote(pipeline.files, pipeline.candidate, bad_report)
    assert ModelVersion.objects.get(is_champion=True).version == served.version
    refused = ModelVersion.objects.exclude(version=served.version).get()
    assert refused.promoted_at is None
    assert refused.metadata["gate"]["passed"] is False


def test_one_promotion_at_a_time(pipeline, served, quiet_registry):
    with registry.one_at_a_time(), pytest.raises(locks.Locked):
        pipeline.promote(pipeline.files, pipeline.candidate, pipeline.report)
    assert ModelVersion.objects.count() == 1


def test_whoever_passes_may_go_live_in_steps(pipeline, served, quiet_registry):
    given = pipeline.files, pipeline.candidate, pipeline.report
    row = pipeline.promote(*given, rollout=True)
    assert ModelVersion.objects.get(is_champion=True).version == served.version
    assert (Rollout.objects.get().version, Rollout.objects.get().stage) == (row.version, "shadow")
    with pytest.raises(RolloutRefused, match="another rollout is under way"):
        pipeline.promote(*given, rollout=True)


def test_rollback_lets_the_version_before_serve(pipeline, served, quiet_registry):
    row = pipeline.promote(pipeline.files, pipeline.candidate, pipeline.report)
    assert ModelVersion.objects.get(is_champion=True).version == row.version != served.version
    with pytest.raises(LookupError, match=f"leads to {served.version}, no longer to v99"):
        registry.rollback("v99")
    assert ModelVersion.objects.get(is_champion=True).version == row.version
    assert registry.rollback(served.version).version == served.version
    assert ModelVersion.objects.get(is_champion=True).version == served.version


def test_rollback_without_a_version_before_says_so(served, quiet_registry):
    with pytest.raises(LookupError, match="no other version"):
        registry.rollback()
    assert ModelVersion.objects.get(is_champion=True).version == served.version
