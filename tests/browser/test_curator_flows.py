"""What a curator does, in a browser: facts corrected by hand and by file, and a model that follows.

The model is real: trained on battles that were played, judged by the gate, swapped while serving.
"""

import importlib
from dataclasses import replace

import pytest
from django.apps import apps
from playwright.sync_api import expect

from mlcore.datasets import dataset
from mlcore.game import gamedata
from mlcore.jobs import task_runs
from mlcore.learning import training
from mlcore.models import ModelVersion, TaskRun
from mlcore.pipeline import registry
from mlcore.pipeline.stages import Order, Pipeline
from mlcore.serving import champion as champion_store
from mlcore.serving import pointer
from mlcore.tasks import WORK
from pokedex.game_data_version import GameDataVersion
from pokedex.models import Move
from tests.browser.test_accessibility import violations

PASSWORD = "pallet-town-1996"
SMALL = dataset.Recipe(duels=12_000, plays=8, more_plays=24, seed=3)
DUEL = "/compare/?a=pikachu&b=gyarados&moves_a=thunderbolt"


@pytest.fixture
def curator(transactional_db, django_user_model):
    """Somebody of the group that the migration makes; a test that commits empties that table."""
    migration = importlib.import_module("pokedex.migrations.0003_curators")
    migration.make_group(apps, None)
    user = django_user_model.objects.create_user("oak", password=PASSWORD, is_staff=True)
    user.groups.add(user.groups.model.objects.get(name=migration.NAME))
    return user


@pytest.fixture
def site(live_server, curator, settings, tmp_path, monkeypatch):
    """Address of the site with folders of its own; facts and champion are looked at each time."""
    settings.DATASETS_DIR = tmp_path / "datasets"
    settings.MODELS_DIR = tmp_path / "models"
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path}/mlflow.sqlite3"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "mlartifacts"
    monkeypatch.setattr(pointer, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(gamedata, "POLL_SECONDS", 0.0)
    gamedata.forget()
    yield live_server.url
    gamedata.forget()


@pytest.fixture
def small_pipeline(monkeypatch):
    """Retraining plays fewer duels; nothing else about it changes."""
    monkeypatch.setitem(dataset.PROFILES, "quick", SMALL)
    quick = training.PROFILES["quick"]
    monkeypatch.setitem(training.PROFILES, "quick", replace(quick, rounds=30))


@pytest.fixture
def champion(site, small_pipeline):
    """A model trained on the facts as they are, serving."""
    pipeline = Pipeline(gamedata.current(), Order.of_profile("quick"), print)
    trained = pipeline.train(pipeline.dataset()).trained
    registry.serve(registry.export(trained, {}).version)
    return champion_store.reload()


@pytest.fixture
def worker(monkeypatch):
    """Runs that were ordered wait until ``worker()`` carries them out in this process, where the
    test's database is; a process of its own would not see it."""
    waiting = []
    monkeypatch.setattr(task_runs, "_start_process", waiting.append)
    # The heartbeat would need a connection of its own to a database in memory.
    monkeypatch.setattr(task_runs, "TICK_SECONDS", 3600.0)

    def work():
        done = []
        while waiting:
            run = waiting.pop(0)
            if run.task == "retrain":
                done.append(task_runs.execute(run.pk, WORK[run.task]))
        return done

    return work


def percent(text):
    """``< 1 %`` as 1."""
    return int("".join(sign for sign in text if sign.isdigit()))


def log_in(at):
    page = at.page
    page.get_by_label("Username").fill("oak")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text("oak")
    return page


def test_from_a_corrected_move_to_a_model_that_knows_it(visit, champion, worker):
    at = visit(DUEL)
    page = at.page
    expect(page.locator("#content")).to_contain_text("Predicted by model v1")
    chance = page.locator(".meter-figure.is-a b")
    before = chance.inner_text()

    # Log in, find the move, change its power.
    at.open("/admin/")
    log_in(at)
    warning = page.locator(".champion-warning")
    expect(page.locator(".overview")).to_contain_text("unchanged since the live model was trained")
    expect(warning).to_have_count(0)
    page.get_by_role("link", name="Moves", exact=True).first.click()
    page.locator("#searchbar").fill("thunderbolt")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Thunderbolt", exact=True).click()
    expect(page.locator("#id_power")).to_have_value("90")
    page.locator("#id_power").fill("200")
    page.get_by_role("button", name="Save", exact=True).click()

    # The warning is there at once, on this page and on the first.
    expect(warning).to_contain_text("The live model was trained on older data")
    at.open("/admin/")
    expect(page.locator(".overview")).to_contain_text("changed since the live model was trained")

    # Ask for a model that knows it.
    warning.get_by_role("button", name="Retrain").click()
    expect(page.locator(".messagelist")).to_contain_text("Retraining submitted: run")
    expect(warning).to_contain_text("Retraining in progress (queued)")
    (run,) = worker()
    assert run.state == TaskRun.State.SUCCEEDED, run.error
    assert run.requested_by == "oak"
    assert ModelVersion.objects.get(is_champion=True).version == run.result["version"] == "v2"
    at.open("/admin/")
    expect(warning).not_to_contain_text("The live model was trained on older data")
    # The second model was ordered by the same button; nobody has carried that out.
    expect(warning).to_contain_text("Answers if both play well are unavailable")
    assert TaskRun.objects.get(task="retrain_battle_value").state == TaskRun.State.QUEUED
    expect(page.locator(".overview")).to_contain_text("v2")
    expect(page.locator(".overview")).to_contain_text("succeeded")

    # The compare page answers with it.
    at.open(DUEL)
    expect(page.locator("#content")).to_contain_text("Predicted by model v2")
    expect(page.locator("#content")).to_contain_text("power 200")
    assert percent(chance.inner_text()) > percent(before) + 20

    # And the change is on record.
    move = Move.objects.get(slug="thunderbolt")
    at.open(f"/admin/pokedex/move/{move.pk}/history/")
    row = page.locator("#change-history tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("oak")
    expect(row.locator("del")).to_have_text("90")
    expect(row.locator("ins")).to_have_text("200")


def moves_file(**changes):
    """The exported moves with some cells changed: ``pound={"power": "45"}``."""
    import csv
    import io

    from pokedex import exchange

    rows = list(csv.DictReader(io.StringIO(exchange.export(Move, Move.objects.all()))))
    for row in rows:
        row.update(changes.get(row["slug"], {}))
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return {"name": "moves.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode()}


def test_a_file_with_two_bad_rows_is_named_and_mended(visit, curator):
    version = GameDataVersion.current()
    at = visit("/admin/pokedex/move/import/")
    page = log_in(at)
    bad = moves_file(pound={"power": "strong"}, slam={"type": "shadow"}, cut={"power": "55"})
    page.get_by_label("CSV file").set_input_files(bad)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_contain_text("2 rows have errors, so nothing was imported")
    cells = page.locator("#bad-rows tbody tr")
    expect(cells).to_have_count(2)
    expect(cells.first).to_contain_text("'strong' is not a whole number")
    expect(cells.last).to_contain_text("there is no type called 'shadow'")
    expect(page.get_by_role("button", name="Import these rows")).to_have_count(0)
    assert GameDataVersion.current() == version
    assert Move.objects.get(slug="cut").power == 50

    page.get_by_label("CSV file").set_input_files(moves_file(cut={"power": "55"}))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview tbody tr")).to_have_count(1)
    expect(page.locator("#preview")).to_contain_text("50 → 55")
    assert Move.objects.get(slug="cut").power == 50
    page.get_by_role("button", name="Import these rows").click()
    expect(page.locator(".messagelist")).to_contain_text("0 added, 1 changed, 226 unchanged")
    assert Move.objects.get(slug="cut").power == 55
    assert GameDataVersion.current() == version + 1


def test_an_export_is_downloaded_and_comes_back(visit, tmp_path):
    at = visit("/admin/pokedex/boss/")
    page = log_in(at)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "bosses.csv"
    page.get_by_role("link", name="Import CSV").click()
    page.get_by_label("CSV file").set_input_files(path)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#summary")).to_contain_text("0 to change, 13 unchanged")


@pytest.mark.parametrize(("scheme", "language"), [("light", ""), ("dark", "/fr")])
def test_axe_finds_nothing_in_what_the_admin_adds(visit, scheme, language, serve):
    serve(data_fingerprint="f" * 64)
    # axe itself writes a style into the page, to read sheets that import others.
    tolerate = ["Applying inline style violates", "Couldn't load preload assets"]
    at = visit("/admin/login/?next=/admin/", color_scheme=scheme, tolerate=tolerate)
    problems = {"login": violations(at.page)}
    page = log_in(at)
    for path in (
        "/admin/",
        "/admin/pokedex/move/",
        "/admin/pokedex/move/85/change/",
        "/admin/pokedex/move/85/history/",
        "/admin/pokedex/move/import/",
        "/admin/admin/logentry/",
    ):
        at.open(language + path)
        expect(page.locator(".champion-warning")).to_have_count(1)
        problems[path] = violations(page)
    for name, changes in (("bad", {"power": "x"}), ("good", {"power": "45"})):
        at.open(language + "/admin/pokedex/move/import/")
        page.locator("#id_file").set_input_files(moves_file(pound=changes))
        page.locator(".submit-row input").last.click()
        page.locator("#bad-rows, #preview").first.wait_for()
        problems[name] = violations(page)
    assert not any(problems.values()), problems


def test_the_admin_needs_nothing_inline(visit):
    """No page breaks the content security policy: a complaint of the browser fails the test."""
    at = visit("/admin/")
    page = log_in(at)
    for path in (
        "/admin/pokedex/move/",
        "/admin/pokedex/move/85/change/",
        "/admin/pokedex/move/85/delete/",
        "/admin/pokedex/bosspokemon/add/",
        "/admin/pokedex/pokemon/25/history/",
        "/admin/admin/logentry/",
        "/admin/password_change/",
    ):
        at.open(path)
        page.wait_for_load_state("networkidle")
    at.open("/admin/pokedex/learnsetentry/add/")
    page.locator(".field-pokemon .select2-selection").click()
    page.locator(".select2-search__field").fill("pika")
    expect(page.locator(".select2-results__option").first).to_contain_text("Pikachu")
    page.keyboard.press("Enter")
    expect(page.locator(".field-pokemon .select2-selection__rendered")).to_contain_text("Pikachu")


def test_the_locked_page_is_a_page(visit, settings):
    settings.AXES_FAILURE_LIMIT = 1
    at = visit("/fr/admin/login/", tolerate=["429"])
    page = at.page
    page.locator("#id_username").fill("oak")
    page.locator("#id_password").fill("wrong")
    page.locator("input[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Trop de mots de passe erronés")
    assert violations(page) == []
