"""Live servers for the tests of this folder: one site, made from nothing, for all of them."""

import os

import pytest

from tests.load.site import made_site


@pytest.fixture(scope="session")
def site():
    """A site on a database of its own: on PostgreSQL when the suite runs on it."""
    url = os.environ.get("DATABASE_URL", "")
    with made_site(postgres=url if url.startswith("postgres") else "") as made:
        yield made


@pytest.fixture(scope="session")
def server(site):
    """The site behind two workers."""
    with site.served(workers=2) as served:
        yield served
