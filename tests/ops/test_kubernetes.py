"""deploy/kubernetes: what may not be missing, and what may not be there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ops import compose

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
FILES = [FOLDER / name for name in KUSTOMIZATION["resources"]]
SECRETS = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "METRICS_TOKEN"}
OBJECTS = {
    (document["kind"], document["metadata"]["name"]): document
    for path in FILES
    for document in yaml.safe_load_all(path.read_text())
}
PODS = {
    name: document["spec"]["template"]["spec"]
    for (kind, name), document in OBJECTS.items()
    if kind in {"Deployment", "Job"}
}
CONTAINERS = [
    (name, container)
    for name, pod in PODS.items()
    for container in (*pod.get("initContainers", ()), *pod["containers"])
]
SETTINGS = OBJECTS["ConfigMap", "predictiondex"]["data"]


def validate(*paths):
    program = Path(sys.executable).with_name("kubernetes-validate")
    return subprocess.run(
        [program, "--strict", *paths], capture_output=True, text=True, check=False
    )


def test_every_file_is_part_of_it():
    assert {path.name for path in FOLDER.iterdir()} - {"kustomization.yaml"} == {
        path.name for path in FILES
    }
    assert set(PODS) == {"setup", "web", "worker", "beat"}


def test_the_schemas_accept_it_and_refuse_a_slip(tmp_path):
    done = validate(*FILES)
    assert done.returncode == 0, done.stderr
    slip = tmp_path / "slip.yaml"
    slip.write_text(
        (FOLDER / "web.yaml").read_text().replace("failureThreshold", "failureTreshold")
    )
    assert validate(slip).returncode != 0


@pytest.mark.parametrize(("pod", "container"), CONTAINERS)
def test_containers_may_do_nothing_but_their_work(pod, container):
    assert container["image"] in {image["name"] for image in KUSTOMIZATION["images"]}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert PODS[pod]["securityContext"]["runAsNonRoot"] is True
    assert PODS[pod]["securityContext"]["runAsUser"] == 10001
    assert PODS[pod]["automountServiceAccountToken"] is False
    # The image's own start, which brings the compiled kernels, comes first.
    assert "command" not in container
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]
    sources = [*container["envFrom"][0], *container["envFrom"][1]]
    assert sources == ["configMapRef", "secretRef"]
    assert "env" not in container


def test_pods_share_no_volume():
    for name, pod in PODS.items():
        assert {volume["name"] for volume in pod["volumes"]} == {"var", "tmp"}
        for volume in pod["volumes"]:
            assert volume.keys() == {"name", "emptyDir"}, name
            assert volume["emptyDir"]["sizeLimit"]


def test_all_that_compose_sets_is_set_here_too():
    given = compose.load(dict.fromkeys(compose.variables(compose.FILE.read_text()), "x" * 50))
    asked = set().union(
        *(given[name]["environment"] for name in ("setup", "web", "worker", "beat"))
    )
    # The images set two of them, and no two pods share a folder of counts.
    assert asked - SETTINGS.keys() - SECRETS == {"HOST", "METRICS_DIR", "PORT"} & asked
    documented = (ROOT / "docs" / "SETTINGS.md").read_text()
    for name in SETTINGS.keys() | SECRETS:
        assert f"`{name}`" in documented, name
    manual = (ROOT / "docs" / "DEPLOY.md").read_text()
    for name in SECRETS:
        assert f"{name}=" in manual, name


def test_processes_are_those_of_compose():
    given = compose.load(dict.fromkeys(compose.variables(compose.FILE.read_text()), "x" * 50))
    for name in ("web", "beat"):
        assert PODS[name]["containers"][0]["args"] == given[name]["command"]
    assert PODS["worker"]["containers"][0]["args"][:6] == given["worker"]["command"][:6]
    setup = " ".join(PODS["setup"]["containers"][0]["args"])
    assert setup in given["setup"]["command"][-1]


def test_one_clock_and_never_two():
    spec = OBJECTS["Deployment", "beat"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_a_web_pod_is_asked_under_a_name_that_it_knows_and_ready_means_readyz():
    web = PODS["web"]["containers"][0]
    known = SETTINGS["ALLOWED_HOSTS"].split(",")
    paths = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for probe, path in paths.items():
        asked = web[probe]["httpGet"]
        assert asked["path"] == path
        assert asked["httpHeaders"][0]["value"] in known
    scaler = OBJECTS["HorizontalPodAutoscaler", "web"]["spec"]
    assert 2 <= scaler["minReplicas"] < scaler["maxReplicas"]
    assert "replicas" not in OBJECTS["Deployment", "web"]["spec"], "the autoscaler's"
    assert OBJECTS["Deployment", "web"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_what_names_others_names_what_is_there():
    labels = {
        name: document["spec"]["template"]["metadata"]["labels"]
        for (kind, name), document in OBJECTS.items()
        if kind in {"Deployment", "Job"}
    }
    for (kind, name), document in OBJECTS.items():
        if kind in {"Deployment", "PodDisruptionBudget"}:
            assert document["spec"]["selector"]["matchLabels"] == labels[name]
    assert OBJECTS["Service", "web"]["spec"]["selector"] == labels["web"]
    (rule,) = OBJECTS["Ingress", "web"]["spec"]["rules"]
    assert rule["host"] in SETTINGS["ALLOWED_HOSTS"].split(",")
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "web"
    (closed,) = OBJECTS["NetworkPolicy", "predictiondex"]["spec"]["podSelector"]["matchExpressions"]
    assert set(closed["values"]) == set(PODS)


def test_nothing_secret_and_no_registry_is_in_a_file():
    assert not SECRETS & SETTINGS.keys()
    for path in FILES:
        text = path.read_text()
        assert not re.search(r"(?i)password|kind: Secret\b", text), path
        assert not re.search(r"image: \S+[./:]", text), path
