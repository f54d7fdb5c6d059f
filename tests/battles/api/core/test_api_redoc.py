"""/api/redoc/: ReDoc from our own files, under a policy that is as strict but for empty styles."""

import re

import pytest
from django.contrib.staticfiles import finders

PATH = "/api/redoc/"


def test_it_works(client):
    response = client.get(PATH)
    assert response.status_code == 200
    assert b'spec-url="/api/schema/"' in response.content


def test_it_needs_no_other_host_and_nothing_inline(client):
    page = client.get(PATH).content.decode()
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert sources
    assert all(source.startswith("/static/") for source in sources)
    assert all(finders.find(source.removeprefix("/static/")) for source in sources)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_its_policy_allows_no_inline_text(client):
    policy = client.get(PATH)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in f"{policy};"
    (styles,) = re.findall(r"style-src ([^;]*)", policy)
    # The SHA-256 of nothing.
    assert styles == "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def test_the_policy_of_other_pages_stays(client):
    client.get(PATH)
    assert "sha256" not in client.get("/api/docs/")["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_it_rejects_other_methods(client, method):
    assert getattr(client, method)(PATH).status_code == 405
