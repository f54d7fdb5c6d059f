"""/api/docs/: Swagger UI from our own files, under the site's own policy."""

import re

import pytest
from django.contrib.staticfiles import finders

PATH = "/api/docs/"


def test_it_works(client):
    response = client.get(PATH)
    assert response.status_code == 200
    assert b'<div id="swagger-ui">' in response.content


def test_it_needs_no_other_host_and_nothing_inline(client):
    page = client.get(PATH).content.decode()
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) >= 4
    assert all(source.startswith(("/static/", PATH)) for source in sources)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "style=" not in page


def test_its_files_are_there(client):
    page = client.get(PATH).content.decode()
    files = re.findall(r'"/static/([^"]*)"', page)
    assert files
    assert all(finders.find(name) for name in files)


def test_its_policy_is_as_strict_as_everywhere(client):
    policy = client.get(PATH)["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_its_script_asks_for_our_schema(client):
    response = client.get(f"{PATH}?script=")
    assert response["Content-Type"].startswith("application/javascript")
    assert "api/schema/" in response.content.decode().replace("\\u002D", "-")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_rejects_other_methods(client, method):
    assert getattr(client, method)(PATH).status_code == 405
