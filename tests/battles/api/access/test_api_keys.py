"""API keys: scopes, revocation, the admin that shows them once."""

import datetime

import pytest
from django.urls import reverse

from battles.api.access import keys as api_keys
from battles.models import ApiKey, Scope

TYPES = "/api/v1/types/"
BATTLE = "/api/v1/predict/battle/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def new_key(monkeypatch):
    """Make a key with these scopes; gives its row and the header that shows it."""
    monkeypatch.setattr(api_keys, "POLL_SECONDS", 0)

    def make(*scopes, **more):
        row, key = api_keys.create(name="a bot", scopes=scopes or ("read",), **more)
        return row, {"authorization": f"Bearer {key}"}

    return make


def test_it_works(ask, new_key):
    row, header = new_key("read")
    assert ask(TYPES, **header).status_code == 200
    row.refresh_from_db()
    assert row.last_used_at is not None


def test_keys_are_kept_as_hashes(new_key):
    row, header = new_key()
    key = header["authorization"].removeprefix("Bearer ")
    row.refresh_from_db()
    kept = [str(getattr(row, field.name)) for field in ApiKey._meta.fields]
    assert all(key not in value for value in kept)
    assert key.startswith(row.prefix)
    assert row.digest == api_keys.digest_of(key)


def test_keys_differ(new_key):
    assert new_key()[0].digest != new_key()[0].digest


def test_a_key_without_the_scope_is_refused(ask, problem, new_key, champion, duel):
    _row, header = new_key("read", "simulate")
    document = problem(BATTLE, duel(), 403, **header)
    assert "predict" in document["detail"]
    assert ask(TYPES, **header).status_code == 200


def test_admin_may_everything(ask, new_key, champion, duel):
    _row, header = new_key("admin")
    assert ask(BATTLE, duel(), **header).status_code == 200
    assert ask(TYPES, **header).status_code == 200


def test_a_revoked_key_is_refused(ask, problem, new_key):
    row, header = new_key()
    api_keys.revoke(row)
    problem(TYPES, status=401, **header)
    assert ask(TYPES).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer pdx_",
        "Bearer pdx_aaaaaaaabbbbbbbb",
        "Basic dXNlcjpwYXNz",
        "Bearer " + "pdx_" + "x" * 5_000,
        "Bearer pdx_\x00\xff",
    ],
)
def test_a_wrong_key_is_refused(ask, problem, header):
    problem(TYPES, status=401, authorization=header)
    assert "Bearer" in ask(TYPES, authorization=header)["WWW-Authenticate"]


def test_a_key_that_begins_right_is_refused(problem, new_key):
    _row, header = new_key()
    problem(TYPES, status=401, authorization=header["authorization"][:-1] + "~")


def test_guessing_costs_no_queries(ask, new_key, monkeypatch, django_assert_num_queries):
    _row, header = new_key()
    ask(TYPES, **header)
    monkeypatch.setattr(api_keys, "POLL_SECONDS", 60)
    with django_assert_num_queries(0):
        assert ask(TYPES, authorization="Bearer pdx_guessedguessed").status_code == 401


def test_the_admin_shows_a_new_key_once(admin_client, ask, monkeypatch):
    monkeypatch.setattr(api_keys, "POLL_SECONDS", 0)
    added = admin_client.post(
        reverse("admin:battles_apikey_add"),
        {"name": "a bot", "scopes": [Scope.READ, Scope.PREDICT], "rate_per_minute": ""},
    )
    assert added.status_code == 200
    assert "no-store" in added["Cache-Control"]
    key = added.context["key"]
    assert key.encode() in added.content
    row = ApiKey.objects.get()
    assert (row.scopes, row.rate_per_minute) == (["predict", "read"], None)
    assert ask(TYPES, authorization=f"Bearer {key}").status_code == 200
    for name, args in (("changelist", ()), ("change", (row.pk,))):
        page = admin_client.get(reverse(f"admin:battles_apikey_{name}", args=args))
        assert page.status_code == 200
        assert key.encode() not in page.content
        assert row.prefix.encode() in page.content


def test_the_admin_revokes(admin_client, problem, new_key):
    row, header = new_key()
    admin_client.post(
        reverse("admin:battles_apikey_changelist"),
        {"action": "revoke", "_selected_action": [row.pk]},
    )
    row.refresh_from_db()
    assert isinstance(row.revoked_at, datetime.datetime)
    problem(TYPES, status=401, **header)


def test_the_admin_rejects_a_key_that_may_nothing(admin_client):
    response = admin_client.post(reverse("admin:battles_apikey_add"), {"name": "a bot"})
    assert response.status_code == 200
    assert "scopes" in response.context["adminform"].form.errors
    assert not ApiKey.objects.exists()


def test_the_admin_keeps_revoked_keys(admin_client, new_key):
    row, _header = new_key()
    url = reverse("admin:battles_apikey_delete", args=(row.pk,))
    assert admin_client.post(url, {"post": "yes"}).status_code == 403
