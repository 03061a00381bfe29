"""The authorities that clients of tests trust, read once: each client would read them anew, 25 ms of a core."""

import ssl

AUTHORITIES = ssl.create_default_context()
