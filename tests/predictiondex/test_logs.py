"""Log lines: JSON for machines, an id from edge to database and task, and no secrets."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings as project

from mlcore.jobs import task_runs
from mlcore.lib import log_context
from mlcore.models import PredictionLog, TaskRun
from predictiondex.observability import logs
from tests.predictiondex.test_metrics import DUEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """What is logged as JSON in this test: call it for the objects so far."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.RequestFilter())
    root, request = logging.getLogger(), logging.getLogger("predictiondex.request")
    before = root.level, request.level
    root.addHandler(handler)
    root.setLevel("INFO")
    request.setLevel("INFO")
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before[0])
    request.setLevel(before[1])


def test_a_request_has_one_id_everywhere(client, champion, warm, lines):
    response = client.post(
        "/api/v1/predict/battle/",
        json.dumps(DUEL),
        content_type="application/json",
        headers={"X-Request-ID": "edge-4711-abc"},
    )
    assert response["X-Request-ID"] == "edge-4711-abc"
    row = PredictionLog.objects.get()
    assert row.request_id == "edge-4711-abc"
    (prediction,) = [line for line in lines() if "prediction_id" in line]
    assert prediction["prediction_id"] == row.pk
    assert prediction["request_id"] == "edge-4711-abc"
    assert prediction["level"] == "INFO"
    (answered,) = [line for line in lines() if line["logger"] == "predictiondex.request"]
    assert answered["request_id"] == "edge-4711-abc"
    assert (answered["route"], answered["status"]) == ("api:predict-battle", 200)
    assert answered["milliseconds"] > 0


@pytest.mark.parametrize(
    "given",
    [None, "", "short", "x" * 65, "with space in it", "new\nline-forged", '{"json": "forged"}'],
)
def test_an_id_that_is_not_sane_is_replaced(client, given):
    headers = {} if given is None else {"X-Request-ID": given}
    made = client.get("/healthz", headers=headers)["X-Request-ID"]
    assert made != given
    assert log_context.SANE.fullmatch(made)
    assert client.get("/healthz", headers=headers)["X-Request-ID"] != made


def test_errors_have_an_id_too(client, warm):
    for path in ("/api/v1/nothing/", "/nothing-at-all/"):
        assert client.get(path)["X-Request-ID"]


def test_the_id_goes_with_a_task(admin_client, lines, monkeypatch):
    monkeypatch.setattr(task_runs, "dispatch", lambda run, wait=0: None)
    admin_client.post(
        "/admin/mlcore/taskrun/order/prune_logs/", headers={"X-Request-ID": "edge-4712-abc"}
    )
    row = TaskRun.objects.get()
    assert row.request_id == "edge-4712-abc"
    task_runs.execute(row.pk, lambda run: run.say("at work"))
    (said,) = [line for line in lines() if line["message"] == "prune_logs: at work"]
    assert said["request_id"] == "edge-4712-abc"
    assert log_context.request_id() == ""


def test_an_exception_is_one_line(lines):
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("test").exception("it failed")
    (line,) = lines()
    assert line["message"] == "it failed"
    assert "ValueError: two\nlines" in line["exc_info"]
    assert line["time"]


SECRETS = [
    ("Authorization: Bearer abc123def456", "abc123def456"),
    ('{"Authorization": "Bearer abc123def456"}', "abc123def456"),
    ("key pdx_AbCdEf0123456789 was used", "pdx_AbCdEf0123456789"),
    ("cannot connect to redis://:hunter2hunter2@redis:6379/0", "hunter2hunter2"),
    ("postgres://site:s3cr3tpass@db/site is away", "s3cr3tpass"),
    ("password=correct-horse&next=/", "correct-horse"),
    ("{'csrfmiddlewaretoken': 'tok3ntok3n'}", "tok3ntok3n"),
    ("Cookie: sessionid=deadbeefdeadbeef", "deadbeefdeadbeef"),
    ("POSTGRES_PASSWORD=tops3cret set", "tops3cret"),
]


@pytest.mark.parametrize(("words", "secret"), SECRETS)
def test_secrets_are_never_logged(lines, words, secret):
    log = logging.getLogger("test")
    log.warning("said %s", words)
    log.warning("said", extra={"what": words, "inside": {"list": [words]}})
    try:
        raise ValueError(words)
    except ValueError:
        log.exception("failed")
    assert len(lines()) == 3
    assert secret not in json.dumps(lines())
    record = logging.LogRecord("test", logging.INFO, "", 0, words, None, None)
    assert secret not in logs.LineFormatter("%(message)s").format(record)


def test_the_secret_key_is_never_logged(lines):
    logging.getLogger("test").warning("the key is %s indeed", project.SECRET_KEY)
    (line,) = lines()
    assert line["message"] == f"the key is {logs.HIDDEN} indeed"


@pytest.mark.parametrize(
    "words",
    [
        "champion v3 loaded",
        "GET /api/v1/pokemon/25/ 200",
        "http://127.0.0.1:8000/compare/?a=mr-mime",
        "27 tokens of the type chart",
    ],
)
def test_ordinary_words_stay(words):
    assert logs.redact(words) == words


def test_a_request_with_secrets_leaves_none_in_the_log(client, warm, lines):
    client.get(
        "/api/v1/pokemon/?key=pdx_AbCdEf0123456789",
        headers={"Authorization": "Bearer pdx_ZyXwVu9876543210"},
    )
    client.post("/admin/login/", {"username": "ash", "password": "pikapika123"})
    written = json.dumps(lines())
    assert lines()
    for secret in ("AbCdEf0123456789", "ZyXwVu9876543210", "pikapika123"):
        assert secret not in written


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_config_makes_lines_of_its_format(log_format):
    config = logs.config(log_format, "INFO")
    assert config["handlers"]["console"]["formatter"] == log_format
    made = logging.config.DictConfigurator(config).configure_formatter(
        config["formatters"][log_format]
    )
    record = logging.LogRecord("test", logging.INFO, "", 0, "hello %s", ("you",), None)
    assert "hello you" in made.format(record)
    assert made.format(record).startswith("{") == (log_format == "json")
