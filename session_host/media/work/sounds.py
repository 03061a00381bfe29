"""Sounds that are no voice notes: MP3 and AAC as they are, everything else as AAC."""

from __future__ import annotations

from itertools import chain

import av
from av.container import InputContainer

from session_host.media.orders import Order, Prepared
from session_host.media.work.sound_and_film import length, opened, whole, whole_seconds
from shared.errors import MediaUnreadable

_RATE = 44_100


def prepare(order: Order) -> Prepared:
    """The sound of the file."""
    with opened(order.source) as (container, mimetype):
        if not container.streams.audio:
            raise MediaUnreadable("There is no sound in the file.")
        sent_as = _sent_as(container, mimetype)
        if sent_as is not None:
            return Prepared(sent_as, seconds=whole_seconds(length(container, [container.streams.audio[0]])))
        seconds = _to_aac(container, str(order.target))
    return Prepared("audio/mp4", converted=True, seconds=whole_seconds(seconds))


def _sent_as(container: InputContainer, mimetype: str) -> str | None:
    """The media type of what can go as it is."""
    codec = container.streams.audio[0].codec_context.name
    if mimetype == "audio/mpeg" and codec in {"mp3", "mp3float"}:
        return mimetype
    return "audio/mp4" if mimetype == "audio/mp4" and codec == "aac" and not container.streams.video else None


def _to_aac(container: InputContainer, target: str) -> float:
    samples = 0
    resampler = av.AudioResampler("fltp", "stereo", _RATE)
    with av.open(target, "w", format="ipod", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("aac", rate=_RATE, layout="stereo")
        for frame in chain(container.decode(audio=0), [None]):
            for part in resampler.resample(frame):
                samples += part.samples
                out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    if not samples:
        raise MediaUnreadable("The sound in the file is empty.")
    return whole(container, samples / _RATE)
