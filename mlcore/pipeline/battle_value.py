"""The value of battle states in the pipeline: trained, measured, tracked, put where it serves."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from mlcore.battle_value import artefact, search, training
from mlcore.battle_value.artefact import BattleValue
from mlcore.evaluation import well_played as evaluation
from mlcore.game.gamedata import GameData
from mlcore.pipeline import registry
from mlcore.serving import well_played

#: Starts and battles of each that a profile is measured on.
MEASURED = {"quick": (100, 40), "full": (600, 400)}


def train(
    game: GameData, profile: str, seed: int | None, say: Callable[[str], None], *, bars: bool
) -> BattleValue:
    """Train a network, or find that the same one is trained, and let it serve."""
    from tqdm import tqdm

    chosen = training.PROFILES[profile]
    if seed is not None:
        chosen = replace(chosen, seed=seed)
    with tqdm(disable=not bars) as bar:

        def show(step: str, done: int, total: int) -> None:
            bar.set_description(step)
            bar.total, bar.n = total, done
            bar.refresh()

        net, metadata = training.train(
            game.tables,
            game.fingerprint,
            chosen,
            Path(settings.VAR_DIR) / "battle_value",
            threads=settings.ENGINE_THREADS,
            progress=show,
        )
    command = f"manage.py ml --model=battle --mode=train --profile={profile}"
    artefact.save(well_played.folder(), net, metadata | {"command": command})
    value = artefact.load(well_played.folder())
    say(f"train: value of battle states {value.version} is live.")
    return value


def evaluate(
    game: GameData, profile: str, seed: int | None, say: Callable[[str], None]
) -> dict[str, Any]:
    """Measure the network that serves on starts that training never drew; tracked by MLflow."""
    value = well_played.current(game)
    count, plays = MEASURED[profile]
    truth = evaluation.play_out(
        game.tables, count, plays, seed=seed or 0, threads=settings.ENGINE_THREADS
    )
    report = evaluation.report(game.tables, value, truth, threads=settings.ENGINE_THREADS)
    for name, groups in report.items():
        for group, scores in groups.items():
            say(
                f"evaluate: {name}, {group}: squared error {scores['squared_error']:.4f}, "
                f"favorites {scores['favorites']:.3f}, calibration error "
                f"{scores['calibration_error']:.3f} ({scores['starts']} starts of {plays} battles)"
            )
    with registry.run(f"battle value {value.version}") as run:
        run.params(value.metadata["settings"] | {"samples_of_a_start": search.START_SAMPLES})
        run.metrics(
            {
                f"{name} {group} {score}".replace(" ", "_"): number
                for name, groups in report.items()
                for group, scores in groups.items()
                for score, number in scores.items()
            }
        )
    return report
