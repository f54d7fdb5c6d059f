"""Two server processes count together, whichever of them is asked, one killed among them."""

import os
import signal
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from tests.faults.servers import wait_for

COUNT = 60


def scraped(site):
    with urllib.request.urlopen(f"{site.address}/metrics", timeout=30) as response:
        text = response.read().decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_workers_count_together(make_site):
    site = make_site(WEB_CONCURRENCY="2", API_ANONYMOUS_RATE="0")
    web = site.start_web()
    version = site.champion()["version"]
    for _ in range(COUNT):
        assert site.predict()[0] == 200
    for _ in range(6):  # each time another worker may answer
        samples = scraped(site)
        assert samples["model_predictions_total", "api", "duel", version] == COUNT
        assert samples["api_requests_total", "200", "POST", "api:predict-battle"] == COUNT
        assert samples["api_request_duration_seconds_count", "POST", "api:predict-battle"] == COUNT
        assert samples["model_champion_info", version] == 1

    children = f"/proc/{web.popen.pid}/task/{web.popen.pid}/children"
    with open(children) as file:  # noqa: PTH123
        worker = int(file.read().split()[0])
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: site.predict()[0] == 200, "the other worker")
    wait_for(
        lambda: scraped(site)["model_predictions_total", "api", "duel", version] >= COUNT + 1,
        "counts that survive their worker",
        seconds=10,
    )
