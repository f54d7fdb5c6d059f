"""No fault of the table loses or doubles a record, or fails otherwise than with a 503."""

import pytest

from tests.faults import table

pytestmark = [pytest.mark.timeout(900), pytest.mark.nightly]
#: A worker that is killed takes the requests that it holds with it.
KILLED = ("one worker killed (-9)", "both workers killed (-9)")


def check(rows):
    rows = list(rows)
    print(table.HEADER, *rows, sep="\n")
    for row in rows:
        assert not row.unlogged, row
        assert not row.doubled, row
        assert not row.failed, row
        assert row.statuses[200], row
        if row.fault not in KILLED:
            assert not row.statuses[0], row
    return {row.fault: row for row in rows}


def test_faults_of_servers(make_site, postgres, redis):
    rows = check(table.measure_servers(make_site, postgres, redis))
    assert not rows["reloaded (SIGHUP)"].statuses[503]
    assert rows["PostgreSQL away for 5 s"].statuses[503]


def test_faults_of_files(make_site, small_disk):
    rows = check(table.measure_files(make_site, small_disk))
    for row in rows.values():
        assert row.statuses[503], row
        assert row.healthz < 3, row
