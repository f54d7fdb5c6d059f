"""What the page of a run says of its model, for people who know nothing of it."""

import re
from typing import Any

from mlcore.evaluation.gate import GateVerdict
from mlcore.models import ModelVersion

#: Slices that are named in words; all of them are among the run's metrics.
_NAMED = 5
#: What MLflow allows in the name of a metric.
_NOT_IN_NAMES = re.compile(r"[^\w. /-]")
_HOW_TO_ASK = """```python
model = mlflow.pyfunc.load_model("models:/battle_winner_model@champion")
model.predict([{"a": {"species": "pikachu", "move": "thunderbolt"},
                "b": {"species": "charizard", "move": "flamethrower"}}])
```"""


def slice_metrics(evaluation: dict[str, Any], split: str) -> dict[str, float]:
    """The scores of each slice of a split, under names that MLflow groups by their slashes."""
    return {
        f"{split}/{_NOT_IN_NAMES.sub('', name)}/{score}": scores[score]
        for name, scores in evaluation["splits"][split]["slices"].items()
        for score in ("duels", "log_loss", "log_loss_floor", "ece", "mse_above_noise")
    }


def markdown(row: ModelVersion, evaluation: dict[str, Any], verdict: GateVerdict) -> str:
    """What the model is, how good, where it is weakest, whether it may serve, how to ask it."""
    about, recipe = row.metadata, row.metadata["dataset"]["recipe"]
    lines = [
        f"# Battle winner {row.version}",
        "P(A wins) a duel in which each side repeats one damaging move.",
        f"A model of kind `{about['kind']}` on {len(about['feature_names'])} features"
        + (", which corrects the exact solver." if about["on_closed_form"] else "."),
        f"It learned from `{about['dataset']['name']}`, {recipe['duels']:,} duels over all splits.",
        "## How good it is",
        "| split | duels | log-loss | best possible | calibration error | clear favorites right |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        + "\n".join(
            f"| {split} | {scores['duels']:,} | {scores['log_loss']:.5f} "
            f"| {scores['log_loss_floor']:.5f} | {scores['ece']:.4f} "
            f"| {scores['clear_favourites_right']:.2%} |"
            for split, scores in (
                (split, part["scores"]) for split, part in evaluation["splits"].items()
            )
        ),
        "Reliability diagrams and all slices are among the artifacts, `report.html` has both.",
        "## Where it is weakest",
        "\n".join(
            f"- {split}, {name}: squared error {scores['mse_above_noise']:.6f} above noise"
            for split, part in evaluation["splits"].items()
            for name, scores in sorted(
                part["slices"].items(), key=lambda item: -item[1]["mse_above_noise"]
            )[:_NAMED]
        ),
        "## The gate",
        "It may serve: all checks passed."
        if verdict.passed
        else "It may not serve:\n"
        + "\n".join(f"- {each.name}: {each.value}, {each.bar}" for each in verdict.refusals),
        "## How to ask it",
        "With the project's code on the path:",
        _HOW_TO_ASK,
    ]
    return "\n\n".join(lines)
