"""The proxy of a session in its row: where it is can be read there, what is said to it of who asks cannot."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote

from shared.proxy import Proxy
from shared.sealing.sealer import Sealer, key_ids_in

UNREADABLE = "unreadable://"
"""Stands for one whose password cannot be decrypted: nothing connects to it, and nothing goes around it."""


def sealed_proxy(url: str, uid: str, sealer: Sealer) -> str:
    """Its URL with user and password as one sealed text, in the place of the user.

    Raises:
        ValueError: it is no proxy's.
        SecretsKeyMissing: it has a user, and there is no key.
    """
    proxy = Proxy.parse(url)
    if proxy.user is None:
        return url
    who = f"{quote(proxy.user, safe='')}:{quote(proxy.password, safe='')}"
    return replace(proxy, user=sealer.seal(who.encode(), _about(uid)), password="").url


def opened_proxy(url: str, uid: str, sealer: Sealer) -> str:
    """The URL that was given; one that was never sealed as it is.

    Raises:
        SecretsKeyMissing: there is no key.
        SecretUnreadable: see there.
    """
    if not key_ids_in(url):
        return url
    proxy = Proxy.parse(url)
    user, _, password = sealer.open(proxy.user or "", _about(uid)).decode().partition(":")
    return replace(proxy, user=unquote(user), password=unquote(password)).url


def _about(uid: str) -> str:
    return f"proxy of {uid}"
