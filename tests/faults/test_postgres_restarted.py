"""PostgreSQL restarted under load: errors only while it is down, no record lost or doubled."""

import json
import threading
import time
import uuid
from collections import Counter

import pytest

CLIENTS = 4
#: A connection of the pool that died is noticed by the request that meets it.
GRACE_SECONDS = 3.0


@pytest.mark.parametrize("mode", [pytest.param("fast", marks=pytest.mark.nightly), "immediate"])
def test_no_answered_prediction_is_lost(make_site, postgres, mode):
    site = make_site(postgres=postgres, API_ANONYMOUS_RATE="0")
    site.start_web()
    answers = []
    stop = threading.Event()

    def load():
        while not stop.is_set():
            identifier = uuid.uuid4().hex
            began = time.monotonic()
            status, _ = site.predict(identifier)
            answers.append((identifier, status, began, time.monotonic()))
            time.sleep(0.02)

    threads = [threading.Thread(target=load) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    down_from = time.monotonic()
    postgres.stop(mode)
    time.sleep(2)
    postgres.start()
    up_at = time.monotonic()
    time.sleep(5)
    stop.set()
    for thread in threads:
        thread.join(30)

    failed = [(status, ended) for _, status, began, ended in answers if status != 200]
    assert failed, "the database was down and nobody noticed"
    assert {status for status, _ in failed} == {503}, Counter(status for status, _ in failed)
    late = [ended for _, ended in failed if not down_from <= ended <= up_at + GRACE_SECONDS]
    assert not late, f"{len(late)} errors outside the outage"
    assert [began for _, status, began, _ in answers if status == 200 and began > up_at]

    logged = Counter(site.logged())
    answered = {identifier for identifier, status, _, _ in answers if status == 200}
    print(
        json.dumps(
            {
                "mode": mode,
                "answered": len(answered),
                "refused": len(failed),
                "down_seconds": round(up_at - down_from, 1),
                "last_error_after_up": round(max(e for _, e in failed) - up_at, 2),
            }
        )
    )
    assert not answered - logged.keys(), "answered, but not in the log"
    assert not [identifier for identifier, times in logged.items() if times > 1]
