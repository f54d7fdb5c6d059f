"""Files and folders that are there complete or not at all, whatever happens meanwhile."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to the disk, and move it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """A workshop to fill; when the block ends well it becomes ``path``, replacing what was there.

    Ended by an exception, Ctrl-C among them, the workshop is gone and ``path`` is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".making-", dir=path.parent))
    try:
        yield workshop
        workshop.chmod(0o755)
        if path.exists():
            shutil.rmtree(path)
        workshop.rename(path)
    except BaseException:
        shutil.rmtree(workshop, ignore_errors=True)
        raise
