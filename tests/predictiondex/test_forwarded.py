"""Who asks, and by which scheme: what proxies say counts, what anybody else says does not."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse

from battles.common.allowance import address_of
from predictiondex.middleware import ForwardedMiddleware

PROXIES = [ip_network("10.0.0.0/24"), ip_network("fd00::/64")]


@pytest.fixture
def seen(rf, settings):
    """A function: address and scheme that the site sees of a request with such headers."""
    settings.API_TRUSTED_PROXIES = PROXIES
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    found = []

    def site(request):
        found.append((address_of(request), request.scheme))
        return HttpResponse()

    def ask(address, **headers):
        ForwardedMiddleware(site)(rf.get("/", REMOTE_ADDR=address, **headers))
        return found[-1]

    return ask


@pytest.mark.parametrize(
    ("address", "forwarded", "expected"),
    [
        ("10.0.0.5", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.5", "9.9.9.9, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.5", "9.9.9.9, 192.0.2.1, 10.0.0.6", "192.0.2.1"),
        ("10.0.0.5", "10.0.0.7, 10.0.0.6", "10.0.0.7"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "nonsense", "unknown"),
        ("::ffff:10.0.0.5", "192.0.2.1", "192.0.2.1"),
        ("fd00::5", "2001:db8::7", "2001:db8::/64"),
        ("198.51.100.4", "192.0.2.1", "198.51.100.4"),
        ("198.51.100.4", "10.0.0.5", "198.51.100.4"),
        ("::ffff:198.51.100.4", "192.0.2.1", "198.51.100.4"),
        ("", "192.0.2.1", "unknown"),
    ],
)
def test_the_address_is_the_last_that_is_no_proxys(seen, address, forwarded, expected):
    assert seen(address, HTTP_X_FORWARDED_FOR=forwarded)[0] == expected


@pytest.mark.parametrize(("address", "scheme"), [("10.0.0.5", "https"), ("192.0.2.1", "http")])
def test_only_a_proxy_tells_the_scheme(seen, address, scheme):
    assert seen(address, HTTP_X_FORWARDED_PROTO="https")[1] == scheme


def test_nobody_is_believed_by_default(seen, settings):
    settings.API_TRUSTED_PROXIES = []
    assert seen("127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1") == ("127.0.0.1", "http")
