"""Where one frame ends and the next begins."""

from __future__ import annotations

from typing import Final

PROLOGUE_SIZE: Final = 4  # "WA", protocol version 6, dictionary version 3
_LENGTH_SIZE: Final = 3


class FrameReader:
    """Cuts the client's byte stream into frames: four bytes once, then length (3 bytes, big endian) and payload.

    The stream's cuts into WebSocket messages mean nothing, though clients send one frame a message.
    """

    __slots__ = ("_buffer", "prologue")

    def __init__(self) -> None:
        self._buffer = b""
        self.prologue = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream, return the frames they complete."""
        buffer = self._buffer + data if self._buffer else data
        if not self.prologue:
            if len(buffer) < PROLOGUE_SIZE:
                self._buffer = buffer
                return []
            self.prologue, buffer = buffer[:PROLOGUE_SIZE], buffer[PROLOGUE_SIZE:]
        frames: list[bytes] = []
        position = 0
        while len(buffer) - position >= _LENGTH_SIZE:
            start = position + _LENGTH_SIZE
            end = start + int.from_bytes(buffer[position:start], "big")
            if end > len(buffer):
                break
            frames.append(buffer[start:end])
            position = end
        self._buffer = buffer[position:]
        return frames


def frame(payload: bytes) -> bytes:
    """Return `payload` with its length in front: one frame, to be sent as one WebSocket message."""
    return len(payload).to_bytes(_LENGTH_SIZE, "big") + payload
