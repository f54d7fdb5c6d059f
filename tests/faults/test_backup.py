"""A backup brings everything back on empty servers; a bad one is noticed; old ones go."""

import os
import shutil
import subprocess

import pytest

from tests.faults.servers import POSTGRES_BINARIES, ROOT, free_port


def script(name, site, postgres, backups, *arguments, **environment):
    given = {
        "PATH": f"{POSTGRES_BINARIES[-1]}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres.port),
        "PGUSER": "postgres",
        "VAR_DIR": str(site.var),
        "BACKUP_DIR": str(backups),
        "BACKUP_DATABASES": "postgres",
        **environment,
    }
    return subprocess.run(
        [ROOT / "deploy" / name, *arguments], env=given, capture_output=True, text=True, timeout=120
    )


def kept(backups):
    return sorted(path.name for path in backups.iterdir())


COUNT = (
    "import json\n"
    "from mlcore.models import PredictionLog\n"
    "from pokedex.models import Pokemon\n"
    "from mlcore.serving import champion\n"
    "print(json.dumps([PredictionLog.objects.count(), Pokemon.objects.count(),"
    " champion.current().version]))"
)


def test_a_backup_is_restored_on_empty_servers(make_site, postgres, tmp_path):
    site = make_site(postgres=postgres)
    site.start_web()
    for _ in range(5):
        assert site.predict()[0] == 200
    before = site.ask(COUNT)
    assert before[:2] == [5, 188]
    backups = tmp_path / "backups"
    backups.mkdir()
    done = script("backup.sh", site, postgres, backups)
    assert done.returncode == 0, done.stderr
    (name,) = kept(backups)
    folder = backups / name
    assert kept(folder) == ["SHA256SUMS", "postgres.dump"]

    site.close()
    shutil.rmtree(site.var)
    postgres.control("dropdb", "-h", "127.0.0.1", "-p", postgres.port, "-U", "postgres",
                     "--maintenance-db=template1", "--force", "postgres")  # fmt: skip
    done = script("restore.sh", site, postgres, backups, str(folder))
    assert done.returncode == 0, done.stderr
    assert site.ask(COUNT) == before
    assert site.champion()["version"] == before[2], "the models came with the database"
    site.port = free_port()
    site.environment["PORT"] = str(site.port)
    site.start_web()
    assert site.predict()[0] == 200
    assert site.ask(COUNT)[0] == 6

    # Over what is there now, too: what came after the backup is gone.
    assert script("restore.sh", site, postgres, backups, str(folder)).returncode == 0
    assert site.ask(COUNT) == before

    # A backup of a release that kept models in files alone.
    shutil.rmtree(site.var / "models" / "candidates", ignore_errors=True)
    subprocess.run(["tar", "-czf", folder / "models.tar.gz", "-C", site.var, "models"], check=True)
    shutil.rmtree(site.var)
    assert script("restore.sh", site, postgres, backups, str(folder)).returncode == 0
    assert site.champion()["version"] == before[2]

    dump = folder / "postgres.dump"
    dump.write_bytes(dump.read_bytes()[:-100])
    done = script("restore.sh", site, postgres, backups, str(folder))
    assert done.returncode != 0
    assert "postgres.dump: FAILED" in done.stdout
    assert site.ask(COUNT) == before


@pytest.fixture
def folder(tmp_path):
    """A folder with one of backups that holds three old ones."""
    backups = tmp_path / "backups"
    for day in (1, 2, 3):
        (backups / f"2026010{day}T030000Z").mkdir(parents=True)
    (backups / ".making-20260104T030000Z").mkdir()
    return tmp_path


class Place:
    def __init__(self, folder):
        self.var = folder / "var"


def test_old_backups_go_when_there_is_a_new_one(folder, postgres):
    done = script("backup.sh", Place(folder), postgres, folder / "backups", BACKUP_KEEP="2")
    assert done.returncode == 0, done.stderr
    old, new = kept(folder / "backups")
    assert old == "20260103T030000Z" < new


def test_a_backup_that_fails_deletes_nothing(folder, postgres):
    before = [name for name in kept(folder / "backups") if name[0] != "."]
    done = script(
        "backup.sh", Place(folder), postgres, folder / "backups",
        BACKUP_KEEP="1", BACKUP_DATABASES="nowhere",
    )  # fmt: skip
    assert done.returncode != 0
    assert [name for name in kept(folder / "backups") if name[0] != "."] == before
