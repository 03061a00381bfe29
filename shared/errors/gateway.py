"""What the gateway itself cannot do now."""

from __future__ import annotations

from shared.errors.base import WagateError


class NoHost(WagateError):
    code, status = "NO_HOST", 503
    meaning = "No session host holds this session at the moment."
    remedy = "Try again after 'Retry-After' seconds. If it lasts, check that a session host runs: 'wagate doctor'."


class StoreUnavailable(WagateError):
    code, status = "STORE_UNAVAILABLE", 503
    meaning = "The gateway's store does not answer. Nothing was accepted."
    remedy = "Try again after 'Retry-After' seconds."


class BusUnavailable(WagateError):
    code, status = "BUS_UNAVAILABLE", 503
    meaning = "The gateway's message bus (NATS) does not answer."
    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class Overloaded(WagateError):
    code, status = "OVERLOADED", 503
    meaning = "The gateway is too busy. Nothing was accepted."
    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class SecretsKeyMissing(WagateError):
    code, status = "SECRETS_KEY_MISSING", 501
    meaning = "The gateway has no key to encrypt secrets with, so it cannot keep this one."
    remedy = "Whoever runs the gateway sets WAGATE_SECRETS_KEY, the same for the API and every session host."


class SecretUnreadable(WagateError):
    code, status = "SECRET_UNREADABLE", 500
    meaning = "The gateway cannot decrypt a secret that it keeps: the key that encrypted it is missing."
    remedy = "Give the secret again. Or whoever runs the gateway puts that key back: 'wagate doctor' names it."


class SandboxRefused(WagateError):
    code, status = "SANDBOX_REFUSED", 409
    meaning = "The sandbox did not do what the console asked."
    remedy = "Try again, or restart 'wagate sandbox'."


class Internal(WagateError):
    code, status = "INTERNAL", 500
    meaning = "Something went wrong in the gateway."
    remedy = "Repeat the request with the same Idempotency-Key, and report the requestId."
