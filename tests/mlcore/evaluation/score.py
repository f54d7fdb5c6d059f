"""The champion and the baselines on duels that the reference simulator played.

    python -m tests.mlcore.evaluation.score [--folder tests/golden]

Prints, per file of golden duels: clear favorites called correctly, mean squared error to the
simulated frequency, the same above its sampling noise, calibration error, log-loss and its floor.
Training never reads these files.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
FILES = ("duels", "unusual", "setups")


def read(path: Path, game):
    """(a, move_a, b, move_b, share, plays) of a file of golden duels."""
    from mlcore.game.duel_lines import LineError, parse_lines, to_setups

    text = path.read_text(encoding="utf-8").splitlines()
    lines = parse_lines(text, game, allow_moves=False, allow_status=False)
    wrong = [line for line in lines if isinstance(line, LineError)]
    if wrong:
        raise ValueError(f"{path.name}: {wrong[0]}")
    results = [json.loads(line) for line in text]
    plays = np.array([result["n"] for result in results])
    wins = np.array([result["wins_a"] + 0.5 * result["draws"] for result in results])
    return (
        to_setups([line.a for line in lines]),
        np.array([line.a.moves[0] for line in lines]),
        to_setups([line.b for line in lines]),
        np.array([line.b.moves[0] for line in lines]),
        wins / plays,
        plays,
    )


def scores(game, folder: Path = GOLDEN) -> dict[str, dict[str, dict[str, float]]]:
    """file -> name of model or baseline -> scores."""
    from mlcore.learning import baselines
    from mlcore.learning.metrics import evaluate
    from mlcore.serving import predict

    by_file: dict[str, dict[str, dict[str, float]]] = {}
    for name in FILES:
        *duels, share, plays = read(folder / f"{name}.jsonl", game)
        predictions = {"champion": predict.predict(game, *duels)}
        for baseline in baselines.BASELINES:
            predictions[baseline] = baselines.predict(baseline, game.tables, *duels)
        by_file[name] = {who: evaluate(p, share, plays) for who, p in predictions.items()}
    return by_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=GOLDEN)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    import django

    django.setup()
    from mlcore.game import gamedata

    for name, by_model in scores(gamedata.load(), options.folder).items():
        print(f"{name}: {next(iter(by_model.values()))['duels']} duels")
        for who, s in by_model.items():
            print(
                f"  {who:16} favorites {s['clear_favourites_right']:7.2%}  "
                f"mse {s['mse']:.5f}  above noise {s['mse_above_noise']:+.5f}  "
                f"ece {s['ece']:.4f}  log-loss {s['log_loss']:.4f} ({s['log_loss_floor']:.4f})"
            )


if __name__ == "__main__":
    main()
