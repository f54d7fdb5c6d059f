"""Who asked, as far as the prediction log wants to know: enough that nobody outweighs the others.

A caller is one of 32,767 numbers, the same for a week. Thousands of addresses share each, only the
site's secret leads from an address to its number, and next week it is another one.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings

#: Numbers there are; 0 is the site itself, for work that no request asked for.
NUMBERS = 32_767
NOBODY = 0
_WEEK = timedelta(days=7)
_EPOCH = datetime.fromisoformat("2024-01-01T00:00:00+00:00")  # a Monday


def week_of(moment: datetime) -> int:
    """Which week numbers of this moment are valid in."""
    return (moment - _EPOCH) // _WEEK


def number_of(name: str, moment: datetime) -> int:
    """The number of a caller: an address, a network or ``key/<id>``; "" is nobody."""
    return _number(name, week_of(moment), settings.SECRET_KEY) if name else NOBODY


@lru_cache(maxsize=4096)
def _number(name: str, week: int, secret: str) -> int:
    key = hashlib.sha256(b"callers" + secret.encode()).digest()
    text = f"{week} {network_of(name)}".encode()
    digest = hashlib.blake2b(text, key=key, digest_size=8).digest()
    return 1 + int.from_bytes(digest, "little") % NUMBERS


def network_of(name: str) -> str:
    """An IPv6 address by its /48: whoever has one /64 can have thousands."""
    try:
        network = ipaddress.ip_network(name)
    except ValueError:
        return name
    if network.version == 6 and network.prefixlen > 48:
        return str(network.supernet(new_prefix=48))
    return name
