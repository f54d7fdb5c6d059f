"""The only door to MLflow, and the only hand that changes what serves.

Every run is kept with its parameters, metrics and artefacts; every exported model is a version
of the registered model, with the aliases ``challenger`` and ``champion``. What serves is decided
by a pointer in the database alone (``mlcore/serving/pointer.py``), one for each kind of model; the
registry and the ModelVersion rows mirror it. Files of versions are in the database, too
(``mlcore/serving/model_files.py``), so that any machine can promote or roll back.

MLflow takes seconds to import, so it is imported when it is used.
"""

import hashlib
import importlib.metadata
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mlcore.battle_value import artefact
from mlcore.battle_value.artefact import BadValueArtefact, BattleValue
from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.splits import HOLDOUTS
from mlcore.game import facts_file
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.learning.training import Trained
from mlcore.lib import atomic, locks
from mlcore.models import LivePointer, ModelFile, ModelKind, ModelVersion, Rollout
from mlcore.serving import champion as champion_store
from mlcore.serving import model_files, pointer, well_played

logger = logging.getLogger(__name__)

EXPERIMENT = "battle-winner"
MODEL_NAME = "battle_winner_model"
BATTLE_MODEL_NAME = "battle_value_model"
CHAMPION, CHALLENGER = "champion", "challenger"
#: What ``packaged_model.py`` needs beside the project's code; MLflow would guess, and wrongly.
_REQUIREMENTS = (
    "cachetools", "django", "mlflow", "numba", "numpy", "pandas", "rapidfuzz", "scipy",
    "xgboost-cpu",
)  # fmt: skip
#: A row as the packaged model takes it.
_EXAMPLE = [
    {
        "a": {"species": "pikachu", "move": "thunderbolt"},
        "b": {"species": "charizard", "move": "flamethrower", "level": 48},
    }
]
#: What each split of a data set is there for, in MLflow's words.
_CONTEXTS = {"train": "training", "validation": "validation"} | dict.fromkeys(HOLDOUTS, "testing")


class RolloutEnded(Exception):
    """A challenger may not go live any more: its rollout was stopped."""


def _mlflow() -> Any:
    # Chatter about telemetry, git and progress bars is of no use in a batch job.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow

    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.ERROR)
    mlflow.set_tracking_uri(settings.MLFLOW_TRACKING_URI)
    mlflow.set_registry_uri(settings.MLFLOW_TRACKING_URI)
    experiment = mlflow.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        location = None
        if settings.MLFLOW_TRACKING_URI.startswith("sqlite:"):
            Path(settings.MLFLOW_ARTIFACTS_DIR).mkdir(parents=True, exist_ok=True)
            location = Path(settings.MLFLOW_ARTIFACTS_DIR).resolve().as_uri()
        mlflow.create_experiment(EXPERIMENT, artifact_location=location)
    mlflow.set_experiment(EXPERIMENT)
    return mlflow


def prepare_tracking() -> None:
    """Create the database of runs if it is a file, which takes MLflow seconds."""
    if settings.MLFLOW_TRACKING_URI.startswith("sqlite:"):
        _mlflow()


def _metadata_bytes(metadata: Mapping[str, Any]) -> bytes:
    return (json.dumps(metadata, indent=2, sort_keys=True) + "\n").encode()


def next_version() -> str:
    """The first ``vN`` that neither a row nor a file has."""
    directory = Path(settings.MODELS_DIR)
    taken = set(ModelVersion.objects.values_list("version", flat=True))
    number = 1
    while (
        f"v{number}" in taken or (directory / learning_model.metadata_name(f"v{number}")).exists()
    ):
        number += 1
    return f"v{number}"


def one_at_a_time() -> AbstractContextManager[None]:
    """Hold the right to promote; raises Locked when another process or machine has it."""
    return locks.hold("promotion", "another promotion is under way; try again when it has ended")


def export(
    trained: Trained, metrics: Mapping[str, Any], *, gate: Mapping[str, Any] | None = None
) -> ModelVersion:
    """Write and store a model's files as a new version, unpromoted, and its ModelVersion row."""
    version = next_version()
    metadata = {
        **trained.metadata,
        "version": version,
        "created_at": timezone.now().isoformat(timespec="seconds"),
        "metrics": metrics,
        "gate": gate,
        "model_sha256": hashlib.sha256(trained.model).hexdigest(),
    }
    directory = Path(settings.MODELS_DIR)
    model_name = learning_model.model_name(version, trained.metadata["kind"])
    atomic.write(directory / model_name, trained.model)
    atomic.write(directory / learning_model.metadata_name(version), _metadata_bytes(metadata))
    with transaction.atomic():
        row = ModelVersion.objects.create(
            version=version,
            sha256=metadata["model_sha256"],
            data_fingerprint=metadata["data_fingerprint"],
            metrics=metrics,
            metadata=metadata,
        )
        store_files(row)
    return row


def store_files(row: ModelVersion) -> None:
    """Store a version's files for all machines, as they are in this one's folder."""
    model_files.store(row.version, _KINDS[ModelKind(row.model)].files_of(row))


def promote(version: str) -> ModelVersion:
    """Make an exported version the champion, here and in the model registry."""
    row = serve(version)
    set_alias(version, CHAMPION)
    return row


def rollback(to: str = "") -> ModelVersion:
    """Let ``champion_store.version_before`` serve again, everybody.

    ``to``: the version that is expected to. Raises LookupError if it is another, or if there is
    none.
    """
    with one_at_a_time():
        version, rollout = champion_store.version_before()
        check_expected(version, to)
        if rollout is None:
            return promote(version)
        Rollout.end(rollout.pk, Rollout.Stage.STOPPED, "rolled back")
        return ModelVersion.objects.get(version=version)


def check_expected(version: str, expected: str) -> None:
    """Raises LookupError if a rollback leads to another version than was confirmed."""
    if expected and version != expected:
        raise LookupError(
            f"a rollback now leads to {version}, no longer to {expected}: what is live has changed "
            "since it was confirmed"
        )


def _files_of_duel_model(row: ModelVersion) -> list[Path]:
    names = (
        learning_model.model_name(row.version, row.metadata.get("kind", "xgboost")),
        learning_model.metadata_name(row.version),
    )
    return [Path(settings.MODELS_DIR) / name for name in names]


def _files_of_battle_value(row: ModelVersion) -> list[Path]:
    folder = well_played.folder_of(row.version)
    return [folder / artefact.WEIGHTS_NAME, folder / artefact.METADATA_NAME]


def _pointer_to_duel_model(row: ModelVersion) -> dict[str, str]:
    directory = Path(settings.MODELS_DIR)
    metadata = (directory / learning_model.metadata_name(row.version)).read_bytes()
    metadata_sha256 = hashlib.sha256(metadata).hexdigest()
    learning_model.load(directory, row.version, row.sha256, metadata_sha256)
    return {"version": row.version, "sha256": row.sha256, "metadata_sha256": metadata_sha256}


def _pointer_to_battle_value(row: ModelVersion) -> dict[str, str]:
    named = well_played.pointer_to(row.version)
    if named["sha256"] != row.sha256:
        raise BadValueArtefact("its weights are not those that were registered")
    return named


@dataclass(frozen=True)
class _Kind:
    """How versions of one kind of model go live.

    registered    name in MLflow's registry
    pointer_name  of the file that follows the database's pointer
    files_of      a version's files in this machine's folder of models
    pointer_to    what a pointer says of a version; loads the version once to be sure
    reload        makes this process look at the pointer, and gives what is live
    """

    registered: str
    pointer_name: str
    files_of: Callable[[ModelVersion], list[Path]]
    pointer_to: Callable[[ModelVersion], dict[str, str]]
    reload: Callable[[], learning_model.Model | BattleValue | None]


_KINDS = {
    ModelKind.DUEL: _Kind(
        MODEL_NAME,
        champion_store.POINTER_NAME,
        _files_of_duel_model,
        _pointer_to_duel_model,
        champion_store.reload,
    ),
    ModelKind.BATTLE: _Kind(
        BATTLE_MODEL_NAME,
        well_played.POINTER_NAME,
        _files_of_battle_value,
        _pointer_to_battle_value,
        well_played.reload_any,
    ),
}


def serve(version: str, *, rollout: int | None = None) -> ModelVersion:
    """Let an exported version serve on every machine: load it once to be sure, then point to it.

    rollout: of which this is the last step. Raises LookupError when its files are no longer kept,
    and RolloutEnded.
    """
    row = ModelVersion.objects.get(version=version)
    named = pointer_of(row)
    same_kind = ModelVersion.objects.filter(model=row.model)
    reason = f"{version} was put live"
    with transaction.atomic():
        # First: it may have been stopped, or have failed, while its files were fetched and loaded.
        if rollout is not None and not Rollout.end(rollout, Rollout.Stage.LIVE, reason):
            raise RolloutEnded(f"the rollout of {version} has ended")
        # Two promotions wait for each other here, should both come this far.
        list(same_kind.select_for_update().values_list("pk", flat=True))
        same_kind.filter(is_champion=True).update(is_champion=False)
        row.is_champion = True
        row.promoted_at = timezone.now()
        row.save(update_fields=["is_champion", "promoted_at"])
        if not model_files.is_stored(version):
            store_files(row)
        pointer.set_live(ModelKind(row.model), named)
        under_way = Rollout.open_of(ModelKind(row.model))
        if under_way is not None:
            reached = Rollout.Stage.LIVE if under_way.version == version else Rollout.Stage.STOPPED
            Rollout.end(under_way.pk, reached, reason)
    _KINDS[ModelKind(row.model)].reload()
    return row


def pointer_of(row: ModelVersion) -> dict[str, str]:
    """What a pointer says of a version, once its files are here and it has been loaded.

    Raises LookupError when its files are no longer kept.
    """
    kind = _KINDS[ModelKind(row.model)]
    model_files.fetch(row.version, Path(settings.MODELS_DIR))
    if not all(path.exists() for path in kind.files_of(row)):
        raise LookupError(f"the files of {row.version} are no longer kept")
    return kind.pointer_to(row)


def adopt() -> None:
    """Store what this machine has and the database lacks: versions, and which of them is live.

    After an update from a release that kept models in files alone, or on a new database.
    """
    for kind, how in _KINDS.items():
        if LivePointer.objects.filter(model=kind).exists():
            continue
        _adopt_live(kind, how)
        rows = ModelVersion.objects.filter(model=kind).order_by("-promoted_at", "-id")
        for row in rows.exclude(version__in=ModelFile.objects.values("bundle")):
            with suppress(OSError, learning_model.BadArtefact, BadValueArtefact):
                how.pointer_to(row)
                store_files(row)


def _adopt_live(kind: ModelKind, how: _Kind) -> None:
    """Let the version that this machine's file points to be live everywhere, if it is sound."""
    try:
        named = json.loads((Path(settings.MODELS_DIR) / how.pointer_name).read_bytes())
        live = how.reload()
    except (OSError, ValueError, champion_store.NoChampion):
        return
    if named == {"version": well_played.SHIPPED_VERSION}:
        pointer.set_live(kind, named)
    elif live is not None and named.get("version") == live.version:
        with transaction.atomic():
            row, _ = ModelVersion.objects.get_or_create(
                version=live.version,
                defaults={
                    "model": kind,
                    "sha256": named["sha256"],
                    "data_fingerprint": live.metadata["data_fingerprint"],
                    "metrics": live.metadata.get("metrics") or {},
                    "metadata": live.metadata,
                    "promoted_at": timezone.now(),
                    "is_champion": not ModelVersion.objects.filter(
                        model=kind, is_champion=True
                    ).exists(),
                },
            )
            store_files(row)
            pointer.set_live(kind, named)


@contextmanager
def run(name: str, *, nested: bool = False) -> Iterator["TrackedRun"]:
    """A run of the experiment; ``nested`` belongs to the run that is open."""
    mlflow = _mlflow()
    with mlflow.start_run(run_name=name, nested=nested) as active:
        yield TrackedRun(mlflow, active.info.run_id)


class TrackedRun:
    """What a stage tells the tracking store, in this project's words."""

    def __init__(self, mlflow: Any, run_id: str) -> None:
        self._mlflow = mlflow
        self.id = run_id

    def tags(self, values: Mapping[str, Any]) -> None:
        self._mlflow.set_tags({key: str(value) for key, value in values.items()})

    def params(self, values: Mapping[str, Any]) -> None:
        self._mlflow.log_params({key: str(value)[:500] for key, value in values.items()})

    def metrics(self, values: Mapping[str, Any], prefix: str = "") -> None:
        self._mlflow.log_metrics(
            {
                f"{prefix}{key}": float(value)
                for key, value in values.items()
                if isinstance(value, int | float)
            }
        )

    def dictionary(self, values: Any, file_name: str) -> None:
        self._mlflow.log_dict(values, file_name)

    def file(self, path: Path) -> None:
        self._mlflow.log_artifact(str(path))

    def curve(self, name: str, values: list[float]) -> None:
        """A metric by step, thinned to at most 100 points."""
        from mlflow.entities import Metric

        stride = max(1, len(values) // 100)
        points = [
            Metric(name, float(values[step]), 0, step) for step in range(0, len(values), stride)
        ]
        self._mlflow.MlflowClient().log_batch(self.id, metrics=points)

    def story(self, markdown: str) -> None:
        """What the run's page says first."""
        self._mlflow.set_tag("mlflow.note.content", markdown)

    def dataset(self, files: DatasetFiles) -> None:
        """Name the data set that the model was made of, with what each split is there for."""
        data = self._mlflow.data
        for split, context in _CONTEXTS.items():
            path, entry = files.path / f"{split}.parquet", files.manifest["files"][split]
            source = data.sources.LocalArtifactDatasetSource(path.as_uri())
            named = data.meta_dataset.MetaDataset(
                source, name=f"{files.name}: {split}", digest=entry["sha256"][:36]
            )
            self._mlflow.log_input(named, context=context)

    def register(self, game: GameData, row: ModelVersion) -> None:
        """Log an exported model, for ``mlflow.pyfunc`` to load, and register it as the challenger.

        MLflow keeps ``packaged_model.py`` as text beside the version's files: nothing is pickled.
        """
        model, metadata = _files_of_duel_model(row)
        with tempfile.TemporaryDirectory() as folder:
            facts = Path(folder) / "facts.npz"
            facts_file.save(game, facts)
            paths = {"model": model, "metadata": metadata, "facts": facts}
            self._mlflow.pyfunc.log_model(
                name="model",
                python_model=str(Path(__file__).with_name("packaged_model.py")),
                artifacts={name: str(path) for name, path in paths.items()},
                signature=_signature(),
                input_example=_EXAMPLE,
                pip_requirements=[
                    f"{name}=={importlib.metadata.version(name)}" for name in _REQUIREMENTS
                ],
                registered_model_name=MODEL_NAME,
            )
        self._mark_challenger(MODEL_NAME, row)

    def register_files(self, folder: Path, row: ModelVersion) -> None:
        """Log the files of a value of battle states and register it as the challenger."""
        self._mlflow.log_artifacts(str(folder), "model")
        self._create_version(BATTLE_MODEL_NAME)
        self._mark_challenger(BATTLE_MODEL_NAME, row)

    def _create_version(self, name: str) -> None:
        client = self._mlflow.MlflowClient()
        if not client.search_registered_models(f"name = '{name}'"):
            client.create_registered_model(name)
        client.create_model_version(name, f"runs:/{self.id}/model", run_id=self.id)

    def _mark_challenger(self, name: str, row: ModelVersion) -> None:
        client = self._mlflow.MlflowClient()
        newest = max(client.search_model_versions(f"name = '{name}'"), key=lambda v: int(v.version))
        client.set_model_version_tag(name, newest.version, "version", row.version)
        client.set_registered_model_alias(name, CHALLENGER, newest.version)
        ModelVersion.objects.filter(pk=row.pk).update(run_id=self.id)


def _signature() -> Any:
    """Duels as ``manage.py predict`` reads them -> the probability that A wins."""
    from mlflow.models import ModelSignature
    from mlflow.types.schema import AnyType, ColSpec, DataType, Object, Property, Schema

    side = Object(
        [
            Property("species", DataType.string),
            Property("move", DataType.string),
            Property("level", DataType.long, required=False),
            Property("nature", DataType.string, required=False),
            Property("friendship", DataType.long, required=False),
            Property("ivs", AnyType(), required=False),
            Property("avs", AnyType(), required=False),
        ]
    )
    return ModelSignature(
        inputs=Schema([ColSpec(side, "a"), ColSpec(side, "b")]),
        outputs=Schema([ColSpec(DataType.double)]),
    )


def set_alias(version: str, alias: str) -> None:
    """Point a registry alias at an exported version; a version that is not there is only noted."""
    client = _mlflow().MlflowClient()
    name = _KINDS[ModelKind(ModelVersion.objects.get(version=version).model)].registered
    matches = [
        known
        for known in client.search_model_versions(f"name = '{name}'")
        if known.tags.get("version") == version
    ]
    if not matches:
        logger.warning("%s is not in the model registry; its alias was not set", version)
        return
    newest = max(matches, key=lambda known: int(known.version))
    client.set_registered_model_alias(name, alias, newest.version)
