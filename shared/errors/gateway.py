"""What the gateway itself cannot do now."""

from __future__ import annotations

from shared.errors.base import WagateError


class NoHost(WagateError):
    code, status = "NO_HOST", 503
    meaning = "No session host has this session at the moment."
    remedy = "Try again after 'Retry-After' seconds; if it lasts, see that a session host runs ('wagate doctor')."


class StoreUnavailable(WagateError):
    code, status = "STORE_UNAVAILABLE", 503
    meaning = "The gateway's store does not answer, nothing was accepted."
    remedy = "Try again after 'Retry-After' seconds."


class BusUnavailable(WagateError):
    code, status = "BUS_UNAVAILABLE", 503
    meaning = "The gateway's message bus (NATS) does not answer."
    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class Overloaded(WagateError):
    code, status = "OVERLOADED", 503
    meaning = "The gateway has as much to do as it can hold, nothing was accepted."
    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class SecretsKeyMissing(WagateError):
    code, status = "SECRETS_KEY_MISSING", 501
    meaning = "The gateway has no key to encrypt what has to stay secret, so it keeps nothing that has to."
    remedy = "Who runs it sets WAGATE_SECRETS_KEY, the same for the API and every session host."


class SecretUnreadable(WagateError):
    code, status = "SECRET_UNREADABLE", 500
    meaning = "A secret that the gateway keeps cannot be decrypted: the key that encrypted it is not there."
    remedy = "Give it anew. Or who runs the gateway puts that key back ('wagate doctor' names it)."


class SandboxRefused(WagateError):
    code, status = "SANDBOX_REFUSED", 409
    meaning = "The sandbox did not do what the console asked it to."
    remedy = "Try it again, or start 'wagate sandbox' anew."


class Internal(WagateError):
    code, status = "INTERNAL", 500
    meaning = "The gateway failed in a way it should not."
    remedy = "Repeat the request with the same Idempotency-Key, and report the requestId."
