"""Pictures that are kept with a run."""

import logging
from pathlib import Path
from typing import Any


def draw(report: dict[str, Any], folder: Path) -> list[Path]:
    """Reliability diagram and slices of a report as PNG files."""
    import matplotlib as mpl

    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    paths = []
    for split, part in report["splits"].items():
        curve = part["reliability"]
        figure, (above, below) = plt.subplots(
            2, 1, figsize=(5, 6.5), height_ratios=[4, 1], sharex=True, layout="constrained"
        )
        above.plot([0, 1], [0, 1], linestyle="--", color="grey", linewidth=1)
        above.plot(
            [row["predicted"] for row in curve], [row["observed"] for row in curve], marker="o"
        )
        above.set_ylabel("observed share of wins")
        above.set_title(f"Reliability on {split}, calibration error {part['scores']['ece']:.4f}")
        below.bar(
            [(row["low"] + row["high"]) / 2 for row in curve],
            [row["count"] for row in curve],
            width=curve[0]["high"] - curve[0]["low"],
            edgecolor="white",
        )
        below.set_yscale("log")
        below.set_ylabel("duels")
        below.set_xlabel("predicted probability that A wins")
        paths.append(folder / f"reliability_{split}.png")
        figure.savefig(paths[-1], dpi=120)
        plt.close(figure)

        names = list(part["slices"])
        figure, axes = plt.subplots(figsize=(7, 0.25 * len(names) + 1.2), layout="constrained")
        excess = [
            part["slices"][name]["log_loss"] - part["slices"][name]["log_loss_floor"]
            for name in names
        ]
        axes.barh(names, excess)
        axes.invert_yaxis()
        axes.set_xlabel(f"log-loss above its floor, {split}")
        paths.append(folder / f"slices_{split}.png")
        figure.savefig(paths[-1], dpi=120)
        plt.close(figure)
    return paths
