"""The value of battle states in the pipeline: trained, measured, judged, put live, taken back.

Each stage keeps what it made and is skipped when that is there already. A trained network is a
candidate, a folder named by what it was trained from. The truth that networks are measured on
costs minutes, so it is kept by facts, rules and settings, and so is the report on a network.
"""

import hashlib
import json
import math
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mlcore import engine
from mlcore.battle_value import artefact, search, selfplay, starts, training
from mlcore.battle_value.artefact import BattleValue
from mlcore.datasets import splits
from mlcore.engine.specs import Setups
from mlcore.evaluation import battle_value_gate, exact_games, referee
from mlcore.evaluation import well_played as evaluation
from mlcore.evaluation.gate import GateVerdict
from mlcore.evaluation.well_played import Truth
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.lib import atomic
from mlcore.models import ModelKind, ModelVersion
from mlcore.pipeline import candidates, registry
from mlcore.pipeline.stages import GateRefused, NotTrained
from mlcore.serving import pointer, well_played

Say = Callable[[str], None]


class Measured(NamedTuple):
    """What a profile is measured on: starts, contested ones on top, and battles of each."""

    starts: int
    contested: int
    plays: int


MEASURED = {"quick": Measured(100, 0, 40), "full": Measured(600, 150, 400)}
#: Small games of a profile that are solved exactly. They cost a few seconds each.
EXACT_GAMES = {"quick": 4, "full": 12}
_SETUP_COLUMNS = ("form", "level", "nature", "friendship", "ivs", "avs")


class BattlePipeline:
    """One order being carried out: a profile, and the seed of training and of the starts.

    With ``further``, training goes on from the live network; raises NoBattleValue without one.
    """

    def __init__(
        self,
        game: GameData,
        profile: str,
        seed: int | None,
        say: Say,
        *,
        bars: bool = False,
        force: bool = False,
        further: bool = False,
        progress: Callable[[float, float], None] = lambda done, total: None,
    ) -> None:
        self.game = game
        self.profile = profile
        self.seed = seed
        self.say = say
        self.bars = bars
        self.force = force
        self.threads = settings.ENGINE_THREADS
        self.settings = training.PROFILES[profile]
        if seed is not None:
            self.settings = replace(self.settings, seed=seed)
        self.begun = well_played.reload(game) if further else None
        if self.begun:
            self.settings = self.settings.further(self.begun.metadata["settings"]["rounds"])
        self.kept = Path(settings.VAR_DIR) / "battle_value"
        self.progress = progress
        self._parts: list[str] = []

    # Stages -----------------------------------------------------------------------------------

    def train(self) -> BattleValue:
        """A trained network; or the one that was trained from the same facts, code and settings."""
        folder = self._candidate()
        if not self.force:
            try:
                value = self._load_candidate()
            except artefact.BadValueArtefact:
                pass
            else:
                self.say(f"train: candidate {value.version} is there already; nothing to do.")
                return value
        net, metadata = self._fit()
        command = f"manage.py ml --model=battle --mode=train --profile={self.profile}"
        if self.seed is not None:
            command += f" --seed={self.seed}"
        if self.begun:
            command += " --further"
        created_at = timezone.now().isoformat(timespec="seconds")
        described = {"command": command, "profile": self.profile, "created_at": created_at}
        if self.begun:
            described["begun_from"] = self.begun.version
            metadata["rounds"] = self.begun.metadata["rounds"] + metadata["rounds"]
        artefact.save(folder, net, metadata | described)
        value = artefact.load(folder)
        candidates.store(folder, (artefact.WEIGHTS_NAME, artefact.METADATA_NAME))
        self._track_training(value, folder)
        self.say(f"train: candidate {value.version} of {len(metadata['rounds'])} rounds.")
        return value

    def kept_candidate(self) -> BattleValue:
        """The network that ``train`` made for this order; raises NotTrained."""
        try:
            return self._load_candidate()
        except artefact.BadValueArtefact as error:
            raise NotTrained(
                "there is no value of battle states of these options; run "
                "--model=battle --mode=train first"
            ) from error

    def evaluate(self, value: BattleValue) -> dict[str, Any]:
        """The report on a network, on starts that training never drew; made or kept.

        {"one ply" or "network alone": {"all" or "contested": scores},
        "exact games": {"all": errors beside the solutions of small games}}
        """
        plays = MEASURED[self.profile].plays
        path = self.kept / f"report-{self._report_name(value)}.json"
        if path.is_file() and not self.force:
            report = json.loads(path.read_text())
        else:
            report = evaluation.report(
                self.game.tables, value.net, self.truth(), threads=self.threads
            )
            report = _measured(report) | {"exact games": {"all": self._exact_games(value)}}
            atomic.write(path, json.dumps(report).encode())
            self._track_evaluation(value, report)
        for name in ("one ply", "network alone"):
            for group, scores in report[name].items():
                self.say(
                    f"evaluate: {name}, {group}: squared error {scores['squared_error']:.4f}, "
                    f"favorites {scores.get('favorites', math.nan):.3f}, calibration error "
                    f"{scores['calibration_error']:.3f} ({scores['starts']} starts of {plays} "
                    "battles)"
                )
        exact = report["exact games"]["all"]
        self.say(
            f"evaluate: exact games: mean error {exact['one_ply_error']:.4f}, network alone "
            f"{exact['network_error']:.4f}, exploitability {exact['exploitability']:.4f} "
            f"({exact['games']} games, {exact['states']} states)"
        )
        return report

    def _exact_games(self, value: BattleValue) -> dict[str, Any]:
        """Mean errors in small games that are solved exactly, others for another seed."""
        count = EXACT_GAMES[self.profile]
        report = exact_games.report(
            self.game.tables,
            value.net,
            count=count,
            seed=self.seed or 0,
            progress=lambda done: self._advance("exact games", done, count),
        )
        del report["each"]
        return report

    def truth(self) -> Truth:
        """Starts of this order's size and how often A wins each by the referee; played or kept."""
        measured = MEASURED[self.profile]
        content = repr(
            (self.game.fingerprint, _rules_hash(), tuple(measured), self.seed, referee.BUDGET)
        )
        path = self.kept / f"truth-{hashlib.sha256(content.encode()).hexdigest()[:16]}.npz"
        if path.is_file():
            return _read_truth(path)
        truth = self._play_out(measured)
        _write_truth(path, truth)
        return truth

    def _play_out(
        self, measured: Measured, fighters: tuple[np.ndarray, np.ndarray] | None = None
    ) -> Truth:
        from tqdm import tqdm

        done, total = 0, evaluation.battles_of(*measured)
        with tqdm(total=total, desc="referee", disable=not self.bars) as bar:

            def more(battles: int) -> None:
                nonlocal done
                done += battles
                bar.update(battles)
                self._advance("referee", done, total)

            return evaluation.play_out(
                self.game.tables,
                measured.starts,
                measured.plays,
                contested=measured.contested,
                fighters=fighters,
                seed=self.seed or 0,
                threads=self.threads,
                progress=more,
            )

    def compare(self) -> dict[str, dict[str, float]]:
        """How well species are answered that training has never seen.

        Two networks of the profile: one learns from all forms, one without a tenth of the species
        (those that the duels of training leave out, too). Both are asked about starts in which A is
        one of these. {"seen" or "unseen": {"one ply" or "network alone": squared error}}
        """
        tables = self.game.tables
        fighters = move_strength.fighters_of(tables)
        is_new = np.array(
            [splits.is_unseen(int(self.game.form_species[form])) for form in fighters]
        )
        measured = MEASURED[self.profile]._replace(contested=0)
        truth = self._play_out(measured, (fighters[is_new], fighters))
        errors: dict[str, dict[str, float]] = {}
        for name, learned_from in (("seen", None), ("unseen", fighters[~is_new])):
            net, _ = self._fit(learned_from)
            report = evaluation.report(tables, net, truth, threads=self.threads)
            errors[name] = {kind: report[kind]["all"]["squared_error"] for kind in report}
        for kind, seen in errors["seen"].items():
            unseen = errors["unseen"][kind]
            self.say(
                f"compare: {kind}: squared error {unseen:.4f} on species that it never saw, "
                f"{seen:.4f} if it has seen them: {unseen / seen:.2f} times "
                f"({measured.starts} starts of {measured.plays} battles, {is_new.sum()} forms)"
            )
        return errors

    def judge(self, value: BattleValue, report: dict[str, Any]) -> GateVerdict:
        """The gate's verdict on a network, beside the live one if that fits today's game data."""
        try:
            live: BattleValue | None = well_played.reload(self.game)
        except well_played.NoBattleValue:
            live = None
        bars = battle_value_gate.BARS[self.profile]
        verdict = battle_value_gate.judge(
            self.game, value, report, live, self.truth(), bars, threads=self.threads
        )
        passed = sum(check.passed for check in verdict.checks)
        self.say(f"gate: {passed} of {len(verdict.checks)} checks passed.")
        for check in verdict.refusals:
            self.say(f"    refused by {check.name}: {check.value}, {check.bar}")
        return verdict

    def promote(self, value: BattleValue, report: dict[str, Any]) -> ModelVersion:
        """Through the gate: register, and go live when the verdict is good.

        Raises GateRefused; the network then stays a challenger.
        """
        with registry.one_at_a_time():
            verdict = self.judge(value, report)
            row = self.register(value, report, verdict)
            if not verdict.passed:
                raise GateRefused(verdict)
            registry.promote(row.version)
        self.say(f"promoted: value of battle states {row.version} is live.")
        return row

    def register(
        self, value: BattleValue, report: dict[str, Any], verdict: GateVerdict
    ) -> ModelVersion:
        """Export the network as a challenger, with its files in MLflow.

        The files of a live version stay as they are: pointers name their checksums.
        """
        row = ModelVersion.objects.filter(version=value.version).first()
        folder = well_played.folder_of(value.version)
        if row is None or not row.is_champion:
            metadata = value.metadata | {"metrics": report, "gate": verdict.as_json()}
            artefact.save(folder, value.net, metadata)
            value = artefact.load(folder)
        row, _ = ModelVersion.objects.update_or_create(
            version=value.version,
            defaults={
                "model": ModelKind.BATTLE,
                "sha256": value.fingerprint,
                "data_fingerprint": value.metadata["data_fingerprint"],
                "metrics": report,
                "metadata": value.metadata,
            },
        )
        registry.store_files(row)
        with registry.run(f"battle value {row.version}: gate") as run:
            self._describe(run, value, "gate")
            run.metrics(flat(report))
            run.dictionary(verdict.as_json(), "gate.json")
            run.register_files(folder, row)
        return row

    def all(self) -> ModelVersion:
        """Training, evaluation, gate, promotion."""
        value = self.train()
        return self.promote(value, self.evaluate(value))

    # What they share --------------------------------------------------------------------------

    def _advance(self, part: str, done: int, total: int) -> None:
        """Tell how far the whole order is: two parts a round of training, then two to measure."""
        if part not in self._parts:
            self._parts.append(part)
        begun = len(self._parts) - 1
        rounds = self.settings.rounds - self.settings.first
        self.progress(begun + done / max(total, 1), 2 * rounds + 2)

    def _candidate(self) -> Path:
        begun = self.begun.fingerprint if self.begun else None
        content = repr(
            (self.game.fingerprint, training.code_version(), asdict(self.settings), begun)
        )
        name = hashlib.sha256(content.encode()).hexdigest()[:16]
        return candidates.folder_of(f"battle-{name}")

    def _load_candidate(self) -> BattleValue:
        """The candidate of this order, also of another machine; raises BadValueArtefact."""
        folder = self._candidate()
        try:
            return artefact.load(folder)
        except artefact.BadValueArtefact:
            candidates.fetch(folder)
            return artefact.load(folder)

    def _report_name(self, value: BattleValue) -> str:
        measured = (
            *MEASURED[self.profile],
            EXACT_GAMES[self.profile],
            self.seed,
            search.FIRST_SAMPLES,
            search.START_EXTRA,
        )
        code = (training.code_version(), _rules_hash())
        content = repr((value.fingerprint, self.game.fingerprint, code, measured))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def _fit(self, fighters: np.ndarray | None = None) -> tuple[search.Net, dict[str, Any]]:
        from tqdm import tqdm

        with tqdm(disable=not self.bars) as bar:

            def show(step: str, done: int, total: int) -> None:
                bar.set_description(step)
                bar.total, bar.n = total, done
                bar.refresh()
                self._advance(step, done, total)

            return training.train(
                self.game.tables,
                self.game.fingerprint,
                self.settings,
                self.kept,
                threads=self.threads,
                weights=self.begun.net if self.begun else None,
                fighters=fighters,
                progress=show,
            )

    def _describe(self, run: registry.TrackedRun, value: BattleValue, stage: str) -> None:
        looked = {
            "first_samples_of_a_start": search.FIRST_SAMPLES,
            "extra_samples_of_a_start": search.START_EXTRA,
        }
        run.params(value.metadata["settings"] | looked)
        run.tags(
            {
                "model": ModelKind.BATTLE,
                "stage": stage,
                "version": value.version,
                "profile": value.metadata.get("profile", "shipped"),
                "data_fingerprint": value.metadata["data_fingerprint"],
                "code_version": value.metadata.get("code_version", ""),
            }
        )

    def _track_training(self, value: BattleValue, folder: Path) -> None:
        rounds = value.metadata["rounds"]
        with registry.run(f"battle value {value.version}: training") as run:
            self._describe(run, value, "training")
            for name in ("log_loss", "rows"):
                run.curve(name, [each[name] for each in rounds])
            run.file(folder / artefact.WEIGHTS_NAME)
            run.file(folder / artefact.METADATA_NAME)

    def _track_evaluation(self, value: BattleValue, report: dict[str, Any]) -> None:
        measured = MEASURED[self.profile]
        with registry.run(f"battle value {value.version}: evaluation") as run:
            self._describe(run, value, "evaluation")
            run.params(
                {
                    "starts": measured.starts,
                    "battles_of_a_start": measured.plays,
                    "starts_seed": self.seed,
                }
            )
            run.metrics(flat(report))
            run.dictionary(report, "report.json")


def rollback(game: GameData, to: str = "") -> str:
    """Put ``well_played.version_before`` live and give it; as ``registry.rollback``."""
    with registry.one_at_a_time():
        version = well_played.version_before(game.fingerprint)
        registry.check_expected(version, to)
        if ModelVersion.objects.filter(version=version).exists():
            registry.promote(version)
        else:
            with transaction.atomic():
                ModelVersion.objects.filter(model=ModelKind.BATTLE).update(is_champion=False)
                pointer.set_live(ModelKind.BATTLE, {"version": well_played.SHIPPED_VERSION})
    return well_played.reload(game).version


def flat(report: dict[str, Any]) -> dict[str, float]:
    """The figures of a report by one name each."""
    return {
        f"{name} {group} {score}".replace(" ", "_"): number
        for name, groups in report.items()
        for group, scores in groups.items()
        for score, number in scores.items()
    }


def _measured(report: dict[str, Any]) -> dict[str, Any]:
    """A report without figures that nothing was counted for: JSON has no word for them."""
    return {
        name: {
            group: {key: value for key, value in scores.items() if math.isfinite(value)}
            for group, scores in groups.items()
        }
        for name, groups in report.items()
    }


def _rules_hash() -> str:
    """Names the code that the truth and a report depend on beside training's: the engine, the
    starts, who plays them, and how answers are compared with them."""
    digest = hashlib.sha256()
    modules = (starts, selfplay, referee, evaluation, exact_games)
    own = [Path(str(module.__file__)) for module in modules]
    for path in [*own, *sorted(Path(engine.__file__).parent.glob("*.py"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _write_truth(path: Path, truth: Truth) -> None:
    columns: dict[str, np.ndarray] = {
        "share": truth.share,
        "plays": np.array(truth.plays),
        "drawn": np.array(truth.drawn),
    }
    for name, setups, slots in (("a", *truth.sides[:2]), ("b", *truth.sides[2:])):
        columns |= {f"{column}_{name}": getattr(setups, column) for column in _SETUP_COLUMNS}
        columns[f"slots_{name}"] = slots
    with tempfile.TemporaryFile() as file:
        np.savez_compressed(file, **columns)  # type: ignore[arg-type]
        file.seek(0)
        atomic.write(path, file.read())


def _read_truth(path: Path) -> Truth:
    with np.load(path, allow_pickle=False) as columns:
        sides: list[Setups | np.ndarray] = []
        for name in ("a", "b"):
            of_side = {column: columns[f"{column}_{name}"] for column in _SETUP_COLUMNS}
            sides += [Setups(**of_side), columns[f"slots_{name}"]]
        return Truth(tuple(sides), columns["share"], int(columns["plays"]), int(columns["drawn"]))
