"""Counters go on where the disk has no room for their file."""

import resource
from contextlib import contextmanager

from prometheus_client.mmap_dict import MmapedDict

from predictiondex.observability.guarded_metrics import GuardedDict


@contextmanager
def no_file_beyond(size):
    """Whoever writes more to a file is refused by the system, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_all_room_is_on_the_disk_before_it_is_used(tmp_path):
    path = tmp_path / "counter_1.db"
    counters = GuardedDict(str(path))
    for number in range(3000):
        counters.write_value(f"counter {number}", number, 0)
    assert path.stat().st_blocks * 512 >= path.stat().st_size > 64 * 1024
    assert len(list(MmapedDict.read_all_values_from_file(str(path)))) == 3000
    counters.close()


def test_a_file_that_cannot_grow_is_left_for_memory(tmp_path):
    path = tmp_path / "counter_1.db"
    counters = GuardedDict(str(path))
    counters.write_value("first", 1, 0)
    with no_file_beyond(64 * 1024):
        for number in range(3000):
            counters.write_value(f"counter {number}", number, 0)
    assert counters.read_value("counter 2999") == (2999, 0)
    assert counters.read_value("first") == (1, 0)
    (key, value, *_rest), *_others = MmapedDict.read_all_values_from_file(str(path))
    assert (key.strip(), value) == ("first", 1)
    assert path.stat().st_size == 64 * 1024


def test_without_any_room_there_is_no_file(tmp_path):
    path = tmp_path / "counter_1.db"
    with no_file_beyond(1000):
        counters = GuardedDict(str(path))
        counters.write_value("first", 1, 0)
    assert counters.read_value("first") == (1, 0)
    assert not path.exists()
    counters.close()
