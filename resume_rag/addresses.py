"""What an address of a server says about it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def host_of(base_url: str) -> str:
    """Host and port, without the user and password that an address may hold.

    >>> host_of("http://me:secret@models.internal:8000/v1")
    'models.internal:8000'
    """
    parts = urlsplit(base_url)
    return (parts.hostname or "?") + (f":{parts.port}" if parts.port else "")


def is_loopback(base_url: str) -> bool:
    """Whether an address is on this machine's loopback interface.

    >>> is_loopback("http://localhost:8000/v1"), is_loopback("http://[::1]:8000"), is_loopback("http://models.internal")
    (True, True, False)
    """
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
