"""What the examples share: requests to wagate that are repeated where that is safe, and errors that have a code."""

import os
import time
from pathlib import Path

import requests

LONGEST_PAUSE = 30  # seconds


class GatewayError(Exception):
    """An answer with "success": false. `code` is the name to branch on, `answer` has all fields."""

    def __init__(self, answer):
        super().__init__(f"{answer['code']}: {answer['error']}")
        self.code = answer["code"]
        self.answer = answer


class Gateway:
    """A gateway, one API key of it, and the session that is meant where a request names none (None: `default`)."""

    def __init__(self, key=None, session=None):
        self.url = os.environ.get("WAGATE_URL", "http://localhost:3000")
        self.http = requests.Session()
        self.http.headers["X-API-Key"] = key
        self.http.headers["X-Session-Id"] = session

    def call(self, method, path, key=None, **request):
        """Make one request and return the JSON of its answer.

        A request that only reads, or has a `key` (its Idempotency-Key), is repeated when no answer came or the answer
        says when to come again. A message with the same key is sent once, however often it is asked for.
        """
        headers = request.pop("headers", {}) | ({"Idempotency-Key": key} if key else {})
        tries_left = 5 if method == "GET" or key else 1
        while True:
            tries_left -= 1
            try:
                response = self.http.request(method, self.url + path, headers=headers, timeout=60, **request)
            except (requests.ConnectionError, requests.Timeout):
                if tries_left == 0:
                    raise
                time.sleep(1)
                continue
            answer = response.json()
            if answer["success"]:
                return answer
            pause = int(response.headers.get("Retry-After", 0))
            if tries_left == 0 or not 0 < pause <= LONGEST_PAUSE:
                raise GatewayError(answer)
            time.sleep(pause)

    def download(self, url, path):
        """Write a file of the gateway (`media.url` of a message) to `path`."""
        with self.http.get(self.url + url, stream=True, timeout=60) as response, Path(path).open("wb") as file:
            response.raise_for_status()
            file.writelines(response.iter_content(64 * 1024))
