"""What the site refuses, and what its answers say to browsers."""

import io
import os
import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from battles.models import ApiKey
from mlcore.models import EvaluationReport, ModelVersion
from pokedex.models import Move
from predictiondex import login

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def curator(client, django_user_model):
    user = django_user_model.objects.create(username="oak", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    client.force_login(user)
    return client


# Who may what ----------------------------------------------------------------------------------

FACT_PAGES = [
    f"admin:pokedex_{name}_{page}"
    for name in ("pokemon", "move", "type", "learnsetentry", "boss", "bosspokemon")
    for page in ("changelist", "add", "import", "export")
]


@pytest.mark.parametrize("name", FACT_PAGES)
def test_a_curator_may_edit_facts(curator, name):
    assert curator.get(reverse(name)).status_code == 200


def test_a_curator_saves(curator):
    fact = reverse("admin:pokedex_type_change", args=[1])
    given = {"slug": "normal", "name_en": "Normal", "name_fr": "Ordinaire", "sort_order": 0}
    assert curator.post(fact, given).status_code == 302


FOREIGN = [
    "admin:mlcore_modelversion_changelist",
    "admin:mlcore_predictionlog_changelist",
    "admin:auth_user_changelist",
    "admin:auth_user_add",
    "admin:auth_group_changelist",
    "admin:battles_apikey_changelist",
    "admin:battles_apikey_add",
    "admin:axes_accessattempt_changelist",
]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_curator_touches_neither_models_nor_users_nor_keys(curator, name):
    assert curator.get(reverse(name)).status_code == 403
    assert curator.post(reverse(name), {"username": "mewtwo"}).status_code == 403


def test_a_curator_reads_the_log_of_facts_alone(curator, django_user_model):
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.contenttypes.models import ContentType

    user = django_user_model.objects.get(username="oak")
    for row in (Move.objects.get(slug="pound"), user):
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(row),
            object_id=row.pk,
            object_repr=f"this is {row}",
            action_flag=CHANGE,
        )
    page = curator.get(reverse("admin:admin_logentry_changelist")).content.decode()
    assert "this is Pound" in page
    assert "this is oak" not in page


@pytest.mark.parametrize("staff", [False, True])
def test_others_may_nothing(client, django_user_model, staff):
    user = django_user_model.objects.create(username="gary", is_staff=staff)
    client.force_login(user)
    for name in (*FACT_PAGES, *FOREIGN):
        assert client.get(reverse(name)).status_code == (403 if staff else 302)
        response = client.post(reverse(name), {"file": io.BytesIO(b"x"), "confirmed": "x"})
        assert response.status_code == (403 if staff else 302)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("model", [ModelVersion, EvaluationReport], ids=lambda m: m.__name__)
def test_models_are_only_looked_at_even_by_a_superuser(client, django_user_model, model):
    client.force_login(
        django_user_model.objects.create(username="root", is_staff=True, is_superuser=True)
    )
    add = reverse(f"admin:mlcore_{model._meta.model_name}_add")
    assert client.get(add).status_code == 403


# Guessing --------------------------------------------------------------------------------------


def guess(client, password="wrong", user="oak", **extra):
    return client.post(LOGIN, {"username": user, "password": password}, **extra)


@pytest.fixture
def oak(django_user_model, settings):
    settings.AXES_FAILURE_LIMIT = 3
    return django_user_model.objects.create_user("oak", password="pallet-town", is_staff=True)


def test_the_right_password_opens(client, oak):
    assert guess(client, "pallet-town").status_code == 302


def test_guessing_closes_the_login_even_for_the_right_password(client, oak):
    assert [guess(client).status_code for _ in range(3)] == [200, 200, 429]
    response = guess(client, "pallet-town")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    text = response.content.decode()
    assert "There were 3 failed logins" in text
    assert "Try again in 15 minutes" in text


def test_other_names_from_the_same_address_do_not_help(client, oak):
    assert [guess(client, user=f"user{n}").status_code for n in range(3)] == [200, 200, 429]
    assert guess(client, "pallet-town").status_code == 429


def test_other_addresses_are_not_closed(client, oak):
    for _ in range(3):
        guess(client, REMOTE_ADDR="192.0.2.1")
    assert guess(client, "pallet-town", REMOTE_ADDR="192.0.2.2").status_code == 302


def test_it_opens_again_after_a_while(client, oak):
    from axes.models import AccessAttempt

    for _ in range(3):
        guess(client)
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= configured.AXES_COOLOFF_TIME
        attempt.save()
    assert guess(client, "pallet-town").status_code == 302


def test_a_forged_address_does_not_help(client, oak):
    for n in range(3):
        guess(client, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
    assert guess(client, "pallet-town", HTTP_X_FORWARDED_FOR="192.0.2.9").status_code == 429


def test_behind_a_trusted_proxy_each_visitor_counts_alone(client, oak, settings):
    settings.API_TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    for n in range(3):
        guess(client, HTTP_X_FORWARDED_FOR=f"{n}.1.1.1, 192.0.2.1")
    closed = guess(client, "pallet-town", HTTP_X_FORWARDED_FOR="9.9.9.9, 192.0.2.1")
    assert closed.status_code == 429
    other = guess(client, "pallet-town", HTTP_X_FORWARDED_FOR="9.9.9.9, 192.0.2.2")
    assert other.status_code == 302


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1234:5678", "2001:db8::"),
        ("no address", None),
        ("", None),
    ],
)
def test_the_address_that_counts(rf, address, counted):
    assert login.client_address(rf.post(LOGIN, REMOTE_ADDR=address)) == counted


def test_the_locked_page_speaks_french(client, oak):
    for _ in range(3):
        response = client.post("/fr" + LOGIN, {"username": "oak", "password": "wrong"})
    assert "Réessayez dans 15 minutes" in response.content.decode()


# Forged requests -------------------------------------------------------------------------------

FORMS = [LOGIN, "/i18n/setlang/", "/battle/", "/quiz/", "/admin/pokedex/move/import/"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_form_without_its_token_is_refused(django_user_model, path, token):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        django_user_model.objects.create(username="root", is_staff=True, is_superuser=True)
    )
    response = client.post(path, {"csrfmiddlewaretoken": token})
    assert response.status_code == 403


def test_a_token_from_another_site_is_refused(oak):
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(LOGIN).content.decode())[1]
    given = {"csrfmiddlewaretoken": token, "username": "oak", "password": "pallet-town"}
    forged = client.post(LOGIN, given, HTTP_ORIGIN="https://evil.example")
    assert forged.status_code == 403
    assert client.post(LOGIN, given).status_code == 302


# Sizes -----------------------------------------------------------------------------------------


def test_an_oversized_upload_is_refused_before_it_is_read(curator, settings):
    settings.MAX_BODY_BYTES = 10_000
    big = SimpleUploadedFile("moves.csv", b"x" * 20_000)
    response = curator.post(reverse("admin:pokedex_move_import"), {"file": big})
    assert response.status_code == 413
    assert "larger than the limit of" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/battle/", LOGIN, "/i18n/setlang/", "/nowhere/"])
def test_an_oversized_body_is_refused_everywhere(client, path, settings):
    settings.MAX_BODY_BYTES = 1000
    response = client.post(path, b"x" * 1001, content_type="text/plain")
    assert response.status_code == 413


def test_an_upload_never_touches_the_disk():
    """What passes the limit of bodies is small enough for memory."""
    assert configured.MAX_BODY_BYTES <= configured.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert configured.FACTS_UPLOAD_MAX_BYTES < configured.MAX_BODY_BYTES


# Headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/about/", LOGIN, "/api/v1/types/", "/nowhere/"])
def test_every_answer_binds_the_browser(client, path):
    headers = client.get(path, follow=True).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


# What is shown ---------------------------------------------------------------------------------


def test_metrics_are_open_on_a_machine_of_ones_own(client):
    assert b"django_http_requests" in client.get("/metrics").content
    assert client.post("/metrics").status_code == 405


def test_metrics_can_be_hidden(client, settings):
    settings.METRICS_EXPOSED = False
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("shown", "status"),
    [("Bearer s3cret", 200), ("Bearer wrong", 401), ("Basic s3cret", 401), ("Bearer é", 401)],
)
def test_metrics_can_ask_for_a_token(client, settings, shown, status):
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", HTTP_AUTHORIZATION=shown).status_code == status


def test_the_api_description_can_be_hidden(client, settings):
    assert client.get("/api/docs/").status_code == 200
    settings.API_DOCS_EXPOSED = False
    assert client.get("/api/docs/").status_code == 404
    assert client.get("/api/schema/").status_code == 404
    assert client.get("/api/v1/types/").status_code == 200


# Production ------------------------------------------------------------------------------------


def in_production(code_or_command, tmp_path, **environment):
    given = {
        "DJANGO_ENV": "production",
        "SECRET_KEY": "k3Y-of-many-different_letters.and-digits-0123456789+xyzXYZ",
        "ALLOWED_HOSTS": "dex.example",
        "VAR_DIR": str(tmp_path),
        **environment,
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *code_or_command],
        cwd=ROOT,
        env={**kept, **given},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_production_settings_pass_djangos_own_review(tmp_path):
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = in_production(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr
    worse = in_production(command, tmp_path, SECURE_SSL_REDIRECT="0")
    assert worse.returncode != 0
    assert "security.W008" in worse.stderr


_PRODUCTION = """
import django; django.setup()
from django.test import Client
plain = Client(headers={"host": "dex.example"})
print(plain.get("/about/").status_code, plain.get("/healthz").status_code)
safe = Client(headers={"host": "dex.example", "x-forwarded-proto": "https"})
answer = safe.get("/admin/login/")
print(answer.headers["Strict-Transport-Security"])
print(*(f"{name}:{bool(c['secure'])}" for name, c in answer.cookies.items()))
print(safe.get("/metrics").status_code)
print(Client(headers={"host": "evil.example"}).get("/about/").status_code)
"""


def test_production_speaks_https_alone(tmp_path):
    """Redirect, HSTS, secure cookies, metrics closed, strange hosts refused."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "predictiondex.settings",
        "API_TRUSTED_PROXIES": "127.0.0.1",
    }
    collected = in_production(["manage.py", "collectstatic", "--noinput", "-v0"], tmp_path)
    assert collected.returncode == 0, collected.stderr
    done = in_production(["-c", _PRODUCTION], tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "301 200"
    assert lines[1] == "max-age=31536000; includeSubDomains; preload"
    assert lines[2] == "csrftoken:True"
    assert lines[3] == "404"
    assert lines[4] == "400"


@pytest.mark.parametrize(
    ("environment", "word"),
    [({"SECRET_KEY": ""}, "SECRET_KEY"), ({"DEBUG": "1"}, "DEBUG")],
)
def test_production_does_not_start_half_configured(tmp_path, environment, word):
    done = in_production(["manage.py", "check"], tmp_path, **environment)
    assert done.returncode != 0
    assert word in done.stderr
