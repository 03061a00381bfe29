"""Says that a port is taken before the minutes of an installation are spent, as `wagate up` and `sandbox` say it after.

``python3 tools/free_ports.py sandbox --port 3001``: the words of the command that comes next. Needs nothing installed;
whatever else may be wrong with those words is left to the command itself.
"""

from __future__ import annotations

import errno
import socket
import sys

PORTS = {"up": {"--port": 3000}, "sandbox": {"--port": 3000, "--control-port": 3999}}
"""What each command listens on, unless it is told otherwise."""
_HERE = "127.0.0.1"


def main(arguments: list[str]) -> int:
    """Return 0, or 1 with words on stderr that say which port is taken, and what to do."""
    command, *words = arguments
    asked = wanted(command, words)
    for option, host, port in asked:
        if is_taken(host, port):
            other = another(port, {each[2] for each in asked})
            sys.stderr.write(
                f"wagate: port {port} on {host} is taken by another program, perhaps by another gateway.\n"
                f'  Stop that one, or choose another port: make {command} ARGS="{option} {other}"\n'
            )
            return 1
    return 0


def wanted(command: str, words: list[str]) -> list[tuple[str, str, int]]:
    """The options, addresses and ports of a command; none of one that is only asked about."""
    if "--help" in words:
        return []
    found = []
    for option, usual in PORTS[command].items():
        port = said(words, option, str(usual))
        host = said(words, "--host", _HERE) if option == "--port" else _HERE
        if port.isdecimal() and 0 < int(port) < 2**16:  # 0: any that is free
            found.append((option, host, int(port)))
    return found


def said(words: list[str], option: str, usual: str) -> str:
    """The last value of an option."""
    values = [usual]
    for place, word in enumerate(words):
        if word == option:
            values += words[place + 1 : place + 2]
        elif word.startswith(f"{option}="):
            values.append(word.partition("=")[2])
    return values[-1]


def is_taken(host: str, port: int) -> bool:
    """Whether another program listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:  # an address that is not of this machine: the command says so
            return error.errno == errno.EADDRINUSE
    return False


def another(port: int, but: set[int]) -> int:
    """The next port that is free and not one of these."""
    return next((other for other in range(port + 1, 2**16) if other not in but and not is_taken(_HERE, other)), 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
