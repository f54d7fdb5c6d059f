"""Redis stopped for 30 s: pages and predictions go on, limits let through, tasks resume."""

import time

from tests.faults.servers import wait_for

OUTAGE_SECONDS = 30
PAGES = ("/", "/compare/", "/pokemon/", "/api/v1/pokemon/25/", "/healthz", "/readyz", "/metrics")


def test_the_site_goes_on_without_redis(make_site, redis):
    site = make_site(redis=redis, API_ANONYMOUS_RATE="1000")
    site.start_web()
    site.start_worker()
    site.start_beat()
    status, headers = site.predict()
    assert status == 200
    assert "X-RateLimit-Remaining" in headers

    redis.stop()
    assert not redis.answers()
    down_until = time.monotonic() + OUTAGE_SECONDS
    slowest, answered = 0.0, 0
    number = None
    while time.monotonic() < down_until:
        for path in PAGES:
            started = time.monotonic()
            assert site.get(path)[0] == 200, path
            slowest = max(slowest, time.monotonic() - started)
        status, headers = site.predict()
        assert status == 200
        assert "X-RateLimit-Remaining" not in headers, "it claims to count, without a counter"
        answered += 1
        if number is None:
            number = site.order("prune_logs")
        time.sleep(0.2)
    print(f"{answered} rounds without Redis, slowest answer {slowest:.2f} s")
    assert slowest < 5
    (run,) = [row for row in site.runs() if row["id"] == number]
    assert run["state"] == "queued"

    redis.start()
    began = time.monotonic()

    def done():
        return any(row["id"] == number and row["state"] == "succeeded" for row in site.runs())

    wait_for(done, "the waiting task", seconds=90)
    print(f"the task was done {time.monotonic() - began:.1f} s after Redis came back")
    wait_for(lambda: "X-RateLimit-Remaining" in site.predict()[1], "counting", seconds=10)
