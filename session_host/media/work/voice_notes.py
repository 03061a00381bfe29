"""Voice notes, from anything with sound: mono Opus at 16 kHz, with the waveform that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer

from session_host.media.orders import Order, Prepared
from session_host.media.work.opus_packets import merge, merged
from session_host.media.work.sound_and_film import opened, whole, whole_seconds
from shared.errors import MediaUnreadable

MIMETYPE = "audio/ogg; codecs=opus"
"""With other words WhatsApp takes it and delivers it to nobody."""
_RATE = 16_000
_FRAME = 320
"""Samples of 20 ms."""
_OPUS_FRAME = 960
"""The same in Opus' own time, 48 kHz."""
_BITS = 20_000
_BARS = 64
_EACH = 8
"""Every so many-th sample counts for the waveform."""


def prepare(order: Order) -> Prepared:
    """The first sound in the file, as a voice note."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = _RATE, "mono", "s16"
    encoder.bit_rate, encoder.time_base = _BITS, Fraction(1, _RATE)
    encoder.options = {"application": "voip", "frame_duration": "20"}
    levels: list[float] = []
    packets: list[bytes] = []
    samples = 0
    with opened(order.source) as (container, _):
        if not container.streams.audio:
            raise MediaUnreadable("There is no sound in the file.")
        for frame in _resampled(container):
            sound = memoryview(frame.planes[0]).cast("h")[: frame.samples : _EACH]
            levels.append(sum(map(abs, sound)) / max(1, len(sound)))
            samples += frame.samples
            frame.pts = None
            packets += [bytes(packet) for packet in encoder.encode(frame)]
        whole(container, samples / _RATE)
    packets += [bytes(packet) for packet in encoder.encode(None)]
    if not samples:
        raise MediaUnreadable("The sound in the file is empty.")
    _write(order.target, packets)
    return Prepared(MIMETYPE, converted=True, seconds=whole_seconds(samples / _RATE), waveform=_waveform(levels))


def _resampled(container: InputContainer) -> Iterator[AudioFrame]:
    resampler = av.AudioResampler("s16", "mono", _RATE, frame_size=_FRAME)
    for frame in chain(container.decode(audio=0), [None]):  # None: what it still holds
        yield from resampler.resample(frame)


def _write(target: Path, packets: list[bytes]) -> None:
    with av.open(str(target), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=_RATE, layout="mono")
        stream.codec_context.open()
        at = 0
        for group in merged(packets):
            packet = av.Packet(merge(group))
            packet.stream, packet.time_base = stream, Fraction(1, 48_000)
            packet.pts = packet.dts = at
            packet.duration = _OPUS_FRAME * len(group)
            at += packet.duration
            out.mux(packet)


def _waveform(levels: list[float]) -> bytes:
    starts = [bar * len(levels) // _BARS for bar in range(_BARS + 1)]
    bars = [levels[start : max(end, start + 1)] for start, end in pairwise(starts)]
    means = [sum(bar) / len(bar) for bar in bars]
    top = max(means) or 1
    return bytes(int(100 * mean / top) for mean in means)
