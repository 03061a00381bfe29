"""Voice notes are such as iPhones play, from anything with sound."""

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from session_host.media.orders import Order
from session_host.media.work.opus_packets import merge
from session_host.media.work.voice_notes import prepare
from shared.errors import MediaUnreadable
from tests.session_host.media.inputs import film, sound

_WIDEBAND_20_MS = 9
"""RFC 6716, table 2: SILK, wideband, 20 ms."""


def ogg_packets(data: bytes) -> Iterator[bytes]:
    """The packets of an Ogg file (RFC 3533), by its pages."""
    at, held = 0, b""
    while at < len(data):
        assert data[at : at + 4] == b"OggS"
        lacing = data[at + 27 : at + 27 + data[at + 26]]
        at += 27 + len(lacing)
        for size in lacing:
            held, at = held + data[at : at + size], at + size
            if size < 255:
                yield held
                held = b""


def frames_of(packet: bytes) -> list[int]:
    """The sizes of the frames in a packet of code 3 (RFC 6716, section 3.2.5); they fill it exactly."""
    many, at, sizes = packet[1] & 0x3F, 2, list[int]()
    assert packet[1] & 0x80, "frames of different sizes"
    assert not packet[1] & 0x40, "no padding"
    for _ in range(many - 1):
        size = packet[at]
        at += 1
        if size >= 252:
            size += packet[at] * 4
            at += 1
        sizes.append(size)
    sizes.append(len(packet) - at - sum(sizes))
    assert sizes[-1] >= 0
    return sizes


@pytest.mark.parametrize("suffix", ["mp3", "wav", "m4a", "webm", "ogg", "flac"])
def test_a_voice_note_is_made_of_any_sound(tmp_path: Path, suffix: str) -> None:
    """Configuration 9, code 3, three frames a packet, as long as the sound, and a waveform that swells as it does."""
    source, target = sound(tmp_path / f"a.{suffix}", seconds=4.4), tmp_path / "out"

    made = prepare(Order("voice", source, target))

    _head, _tags, *packets = ogg_packets(target.read_bytes())
    assert {(packet[0] >> 3, packet[0] & 3) for packet in packets} == {(_WIDEBAND_20_MS, 3)}
    frames = [len(frames_of(packet)) for packet in packets]
    assert set(frames[:-1]) == {3}
    assert sum(frames) * 0.02 == pytest.approx(4.4, abs=0.15)
    with av.open(str(target)) as box:
        assert sum(frame.samples for frame in box.decode(audio=0)) / 48_000 == pytest.approx(4.4, abs=0.15)
    assert made.converted
    assert (made.mimetype, made.seconds) == ("audio/ogg; codecs=opus", 4)
    assert made.waveform is not None
    assert len(made.waveform) == 64
    assert max(made.waveform) == 100
    assert made.waveform[5] < made.waveform[30] < made.waveform[58]


def test_a_voice_note_is_made_of_a_film(tmp_path: Path) -> None:
    """Its sound is taken."""
    made = prepare(Order("voice", film(tmp_path / "a.mp4", seconds=2), tmp_path / "out"))
    assert made.seconds == 2


def test_a_film_without_sound_is_no_voice_note(tmp_path: Path) -> None:
    """It is said that there is none."""
    with pytest.raises(MediaUnreadable, match="no sound"):
        prepare(Order("voice", film(tmp_path / "a.mp4", sound_codec=None), tmp_path / "out"))


@pytest.mark.parametrize("sizes", [(1, 2, 3), (251, 252, 253), (600, 1275, 4), (7,), (900, 900)])
def test_merged_packets_keep_their_frames(sizes: tuple[int, ...]) -> None:
    """Sizes above 251 take two bytes."""
    packets = [bytes([9 << 3]) + bytes([at]) * size for at, size in enumerate(sizes)]
    packet = merge(packets)
    assert packet[0] == 9 << 3 | 3
    assert frames_of(packet) == list(sizes)
    assert packet.endswith(b"".join(each[1:] for each in packets))
