"""A search for XGBoost's parameters: Optuna proposes, unpromising trials are cut short.

The study is kept in ``VAR_DIR``/tuning under the name of the data set and of what the search
starts from, so a search that was killed goes on; its trials are runs in the registry.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings as site

from mlcore.datasets.dataset import DatasetFiles
from mlcore.game.gamedata import GameData
from mlcore.learning import metrics, training
from mlcore.learning.training import FeatureView, Settings
from mlcore.pipeline import registry

if TYPE_CHECKING:
    import optuna

TRIALS = 24
#: Duels that a trial is fitted on; the best settings are then fitted on all.
_DUELS = 80_000
_ROUNDS = 400
#: Trials that are never cut short, and trees that every trial gets before it may be.
_WHOLE_TRIALS, _WHOLE_ROUNDS = 4, 10


def propose(trial: "optuna.Trial") -> dict[str, Any]:
    """One point of the search space, by XGBoost's own names."""
    return {
        "max_depth": trial.suggest_int("max_depth", 3, 8),
        "eta": trial.suggest_float("eta", 0.03, 0.3, log=True),
        "min_child_weight": trial.suggest_float("min_child_weight", 1, 300, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.2, 1.0),
        "lambda": trial.suggest_float("lambda", 0.1, 50, log=True),
        "max_bin": trial.suggest_categorical("max_bin", [64, 128, 256]),
    }


def study_of(files: DatasetFiles, start: Settings) -> "optuna.Study":
    """The study of a data set and of settings to start from; today's settings are tried first."""
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder = Path(site.VAR_DIR) / "tuning"
    folder.mkdir(parents=True, exist_ok=True)
    name = training.settings_hash(files, start)
    study = optuna.create_study(
        study_name=name,
        storage=optuna.storages.JournalStorage(JournalFileBackend(str(folder / f"{name}.log"))),
        sampler=optuna.samplers.TPESampler(seed=start.seed),
        pruner=optuna.pruners.MedianPruner(_WHOLE_TRIALS, n_warmup_steps=_WHOLE_ROUNDS),
        load_if_exists=True,
    )
    # Also when the first trial was killed: nothing worse than today's may be chosen.
    states = optuna.trial.TrialState
    if not study.get_trials(states=(states.COMPLETE, states.PRUNED, states.WAITING)):
        study.enqueue_trial(start.params)
    return study


def search(
    game: GameData,
    train: FeatureView,
    validation: FeatureView,
    files: DatasetFiles,
    start: Settings,
    *,
    trials: int,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    say: Callable[[str], None] = lambda words: None,
) -> Settings:
    """The settings with the least validation log-loss of a study of ``trials`` trials.

    The study ends early when ``settings.TUNING_SECONDS`` have passed; trials of a search that was
    interrupted count.
    """
    import optuna

    study = study_of(files, start)
    rows = np.random.default_rng(start.seed).permutation(len(train.duels))[:_DUELS]
    part = train.take(rows)
    complete, pruned = optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED
    done = sum(trial.state in (complete, pruned) for trial in study.trials)
    progress(min(done, trials))

    def settings_of(params: dict[str, Any]) -> Settings:
        params = start.params | params
        return replace(start, rounds=_ROUNDS, early_stopping=20, params=params)

    def loss_of(trial: optuna.Trial) -> float:
        def watch(round_: int, loss: float) -> None:
            trial.report(loss, round_)
            if trial.should_prune():
                raise optuna.TrialPruned

        settings = settings_of(propose(trial))
        fitted = training.fit(game, part, validation, files, settings, threads=threads, watch=watch)
        trial.set_user_attr("trees", fitted.metadata["trees"])
        y_prob = training.predict_view(fitted.as_model("trial"), validation)
        return float(metrics.log_loss(y_prob, validation.duels.share).mean())

    with registry.run("tuning") as parent:

        def tell(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
            with registry.run(f"trial {trial.number}", nested=True) as run:
                run.params(trial.params)
                run.tags({"state": trial.state.name.lower(), "study": study.study_name})
                run.curve("validation_log_loss_by_round", list(trial.intermediate_values.values()))
                if trial.state is complete:
                    figures = {"validation_log_loss": trial.value, **trial.user_attrs}
                    run.metrics(figures)
            end = (
                f"{trial.value:.5f} with {trial.user_attrs['trees']} trees"
                if trial.state is complete
                else f"cut short after {len(trial.intermediate_values)} trees"
            )
            say(f"tune: trial {trial.number}: {end}, {trial.params}")
            progress(1)

        if done < trials:
            study.optimize(
                loss_of,
                n_trials=trials - done,
                timeout=site.TUNING_SECONDS or None,
                callbacks=[tell],
            )
        parent.tags({"study": study.study_name})
        parent.metrics({"best_validation_log_loss": study.best_value, "trials": len(study.trials)})
        parent.dictionary(
            [
                {"number": each.number, "state": each.state.name, "value": each.value} | each.params
                for each in study.trials
            ],
            "study.json",
        )
    best = settings_of(study.best_params)
    say(f"tune: validation log-loss {study.best_value:.5f} with {best.params}")
    return best
