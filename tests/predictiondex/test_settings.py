"""A value that cannot be meant stops the start with its name; others' variables do not matter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from predictiondex.settings import API_DESCRIPTION, local_secret_key

ROOT = Path(__file__).resolve().parents[2]
SERVE = ["-m", "gunicorn", "--check-config", "--config", "deploy/gunicorn.conf.py"]
CHECK = ["manage.py", "check"]


def start(tmp_path, *command, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DEBUG", "release", "1, true, yes, on, 0, false, no, off"),
        ("DATABASE_URL", "", "sqlite:///path or postgres://"),
        ("DATABASE_URL", "mysql://dex:hush-hush@db/dex", "sqlite:///path or postgres://"),
        ("DATABASE_URL", "postgres://dex:hush-hush@db:many/dex", "sqlite:///path or postgres://"),
        ("API_ANONYMOUS_RATE", "", "a whole number from 0"),
        ("API_KEY_RATE", "-1", "a whole number from 0"),
        ("LOGIN_FAILURE_LIMIT", "0", "a whole number from 1"),
        ("WEB_QUEUE", "-1", "a whole number from 0 to 1024"),
        ("ENGINE_JOBS", "0", "a whole number from 1 to 1024"),
        ("API_TRUSTED_PROXIES", "1", "10.0.0.0/8"),
        ("API_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "10.0.0.0/8"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("ALLOWED_HOSTS", "https://dex.example", "without scheme"),
        ("CSRF_TRUSTED_ORIGINS", "dex.example", "https://dex.example.org"),
        ("SITE_URL", "dex.example", "https://"),
        ("SPRITE_URL_TEMPLATE", "https://pictures.example/{name}.png", "{id}"),
        ("LOG_LEVEL", "loud", "'INFO'"),
        ("RETRAIN_PROFILE", "huge", "'quick', 'full'"),
        ("DJANGO_ENV", "prod", "'local', 'production'"),
        ("VAR_DIR", "", "not empty"),
        ("VAR_DIR", "/dev/null/dex", "a folder to write to"),
    ],
)
def test_a_bad_value_stops_the_start_with_its_name(tmp_path, name, value, allowed):
    done = start(tmp_path, *CHECK, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"PredictionDex does not start: {name} ")
    assert f"allowed: {allowed}" in done.stderr or allowed in done.stderr.split("allowed: ")[1]
    assert len(done.stderr.splitlines()) == 1
    assert "hush-hush" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "tcp://10.0.0.1:80"), ("WEB_CONCURRENCY", "0"), ("WEB_THREADS", "many"),
     ("ACCESS_LOG", "maybe"), ("DEBUG", "release")],
)  # fmt: skip
def test_the_server_does_so_too(tmp_path, name, value):
    done = start(tmp_path, *SERVE, "predictiondex.wsgi", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"PredictionDex does not start: {name} is {value!r}; allowed: ")


def test_variables_of_others_do_not_matter(tmp_path):
    strange = {"DJANGO_SETTINGS_MODULE": "shop.settings", "HOST": "x86_64-conda-linux-gnu"}
    shown = start(tmp_path, *CHECK, **strange)
    assert shown.returncode == 0, shown.stderr
    served = start(tmp_path, *SERVE, "--print-config", "predictiondex.wsgi", **strange)
    assert "['127.0.0.1:8000']" in served.stdout, served.stderr
    asked = start(tmp_path, *SERVE, "--print-config", "predictiondex.wsgi", HOST="::")
    assert "['[::]:8000']" in asked.stdout, asked.stderr


def test_a_secret_key_that_is_cut_short_is_named(tmp_path):
    key = tmp_path / "secret_key"
    for content in ("", "half"):
        key.write_text(content)
        done = start(tmp_path, *CHECK)
        assert done.returncode == 1
        assert f"{key} is empty or cut short: delete that file" in done.stderr
    key.unlink()
    assert start(tmp_path, *CHECK).returncode == 0
    assert len(key.read_text()) == 50
    assert key.stat().st_mode & 0o077 == 0


def test_all_who_start_at_once_have_one_key(tmp_path):
    code = (
        "import sys; from pathlib import Path; sys.stdin.read(1); "
        "from predictiondex.settings import local_secret_key; "
        "print(local_secret_key(Path(sys.argv[1])))"
    )
    key = tmp_path / "key"
    environment = {**os.environ, "VAR_DIR": str(tmp_path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(key)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    keys = {process.communicate("x")[0].strip() for process in processes}
    assert keys == {local_secret_key(key)}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".secret")] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/about/", "/api/v1/types/", "/fr/compare"])
def test_a_host_that_is_not_ours_is_one_line_in_the_log(client, caplog, path):
    assert client.get(path, headers={"host": "evil.example"}).status_code == 400
    told = [record for record in caplog.records if record.levelname != "INFO"]
    assert [record.name for record in told] == ["django.security.DisallowedHost"]
    assert "evil.example" in told[0].getMessage()
    assert told[0].exc_info is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_programs_that_know_the_machine_alone_are_answered(client, path):
    assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code in (200, 503)


def test_the_deprecation_promise_is_the_same_everywhere():
    for text in (API_DESCRIPTION, (ROOT / "docs" / "API.md").read_text()):
        text = " ".join(text.split())
        assert "at least six more months" in text
        assert "at least twelve months" in text
        assert "RFC 9745" in text
