"""Real pages in a real Chromium, served by a real server with a small model."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from mlcore.game import gamedata
from mlcore.rankings import refresh, standings

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
REQUIRED = os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser():
    if not shutil.which(CHROMIUM):
        message = f"NO BROWSER: {CHROMIUM} is not there, so no page was tried in one"
        if REQUIRED:
            pytest.fail(message)
        pytest.skip(message)
    # The browser is driven from this thread, which Django takes for an event loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield chromium
            chromium.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server, champion):
    """Address of the site, where a small model serves."""
    gamedata.current()
    return live_server.url


@pytest.fixture
def ranked(site, champion, settings, tmp_path, square_by_total):
    """All forms ranked by base stat total."""
    settings.VAR_DIR = tmp_path
    game = gamedata.current()
    refresh.store(champion, game, square_by_total(game), rows=5_673_952)
    return standings.current()


class Visit:
    """A page, and what went wrong in it."""

    def __init__(self, page, site):
        self.page = page
        self.site = site
        self.complaints = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message):
        # A picture that does not load is no fault of the page.
        if message.type in ("error", "warning") and "net::ERR_FAILED" not in message.text:
            self.complaints.append(message.text)

    def open(self, path):
        self.page.goto(self.site + path)
        return self.page

    @property
    def path(self):
        return self.page.url.removeprefix(self.site)

    def is_at(self, path):
        """The address is this, or becomes it: a click does not wait for what it sets off."""
        expect(self.page).to_have_url(self.site + path)
        self.page.wait_for_load_state()


@pytest.fixture
def visit(browser, site):
    """Open a page: ``visit("/compare/", width=390)`` gives a Visit; complaints fail the test.

    Other hosts do not answer.
    """
    contexts, visits = [], []

    def start(path, *, width=1280, tolerate=(), **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(15_000)
        context.route(lambda url: not url.startswith(site), lambda route: route.abort())
        contexts.append(context)
        visit = Visit(context.new_page(), site)
        visit.tolerate = tolerate
        visits.append(visit)
        visit.open(path)
        return visit

    yield start
    for context in contexts:
        context.close()
    for visit in visits:
        heard = [
            complaint
            for complaint in visit.complaints
            if not any(part in complaint for part in visit.tolerate)
        ]
        assert not heard
