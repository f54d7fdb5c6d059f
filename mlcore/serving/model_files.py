"""Files of models in the database, so that every machine has what one of them made.

The folder of models (``settings.MODELS_DIR``) is a cache: what it lacks, or holds spoiled, is
fetched. A bundle is the files of one version, or of one candidate.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from mlcore.lib import atomic
from mlcore.models import LivePointer, ModelFile, ModelKind, ModelVersion, Rollout

#: Versions of each kind that keep their files, see ``prune``, and candidates.
KEPT = 5
#: What the names of bundles begin with that are candidates.
CANDIDATES = "candidates/"


class SpoiledFile(Exception):
    """A file in the database is not what was stored there."""


def store(bundle: str, paths: Iterable[Path]) -> None:
    """Store files of the folder of models; they take the place of those of the same names."""
    with transaction.atomic():
        for path in paths:
            content = path.read_bytes()
            ModelFile.objects.update_or_create(
                name=path.relative_to(settings.MODELS_DIR).as_posix(),
                defaults={"bundle": bundle, "sha256": _sum(content), "content": content},
            )


def is_stored(bundle: str) -> bool:
    return ModelFile.objects.filter(bundle=bundle).exists()


def fetch(bundle: str, directory: Path) -> int:
    """Write those files that the directory lacks or has spoiled; gives how many.

    Each appears complete or not at all. Raises SpoiledFile, OSError, and what the database raises.
    """
    written = 0
    stored = ModelFile.objects.filter(bundle=bundle)
    for name, sha256 in stored.values_list("name", "sha256"):
        path = directory / name
        try:
            is_there = _sum(path.read_bytes()) == sha256
        except OSError:
            is_there = False
        if is_there:
            continue
        content = bytes(stored.values_list("content", flat=True).get(name=name))
        if _sum(content) != sha256:
            raise SpoiledFile(f"{name}: its SHA-256 in the database is not the one recorded there")
        atomic.write(path, content)
        written += 1
    return written


def prune(fingerprint: str) -> int:
    """Delete the files of all versions and candidates but those that are kept; gives how many.

    Of each kind of model stay the live version, the challenger of a rollout, the KEPT that were
    live last, as many of those that were trained on the game data of this fingerprint, and the KEPT
    newest that never were live: what a rollback can lead to, and what may yet be promoted. Rows of
    versions stay for good.
    """
    # Listed first: what is stored meanwhile is none of these.
    stored = list(ModelFile.objects.values_list("pk", "bundle", "name"))
    kept = set(LivePointer.objects.values_list("version", flat=True))
    kept |= set(Rollout.objects.filter(stage__in=Rollout.OPEN).values_list("version", flat=True))
    for kind in ModelKind:
        rows = ModelVersion.objects.filter(model=kind)
        was_live = rows.filter(promoted_at__isnull=False).order_by("-promoted_at")
        for some in (
            was_live,
            was_live.filter(data_fingerprint=fingerprint),
            rows.filter(promoted_at=None).order_by("-id"),
        ):
            kept |= set(some.values_list("version", flat=True)[:KEPT])
    candidates = ModelFile.objects.filter(bundle__startswith=CANDIDATES).order_by("-stored_at")
    kept |= set(list(dict.fromkeys(candidates.values_list("bundle", flat=True)))[:KEPT])
    retired = [(pk, name) for pk, bundle, name in stored if bundle not in kept]
    for _, name in retired:
        (Path(settings.MODELS_DIR) / name).unlink(missing_ok=True)
    return ModelFile.objects.filter(pk__in=[pk for pk, _ in retired]).delete()[0]


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
