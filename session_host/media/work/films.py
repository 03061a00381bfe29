"""Films as WhatsApp takes them: MP4 with H.264 and AAC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from session_host.media.orders import Prepared
from session_host.media.work.sound_and_film import length, opened, whole_seconds
from session_host.media.work.thumbnails import thumbnail
from shared.errors import MediaUnreadable

MP4 = "video/mp4"
_TIME = Fraction(1, 90_000)
_SOUND_RATE = 44_100
_SAYS_NOTHING = {"major_brand", "minor_version", "compatible_brands", "encoder", "creation_time"}
_CLOCK, _AGAINST = ("transpose", "clock"), ("transpose", "cclock")
_TURNS = {90: [_AGAINST], -270: [_AGAINST], -90: [_CLOCK], 270: [_CLOCK], 180: [_CLOCK] * 2, -180: [_CLOCK] * 2}
"""FFmpeg's filters, by the degrees by which a film is turned against the clock when it is shown."""
_NO_FRAME = "The film has no frame that can be shown."
_LONGEST_SIDE = 1280
_FASTEST = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a kind of film is."""

    sound: bool = True
    square: bool = False


def prepare(source: Path, target: Path, wanted: Wanted) -> Prepared:
    """The film as it goes out: as it is, with its streams in a new file, or made anew."""
    with opened(source) as (container, mimetype):
        as_it_is, streams_stay = _stays(container, mimetype, wanted)
    if not streams_stay:
        with opened(source) as (container, _):
            first = next(_Frames(_video_of(container), wanted).all(container.decode(video=0)), None)
        if first is None:
            raise MediaUnreadable(_NO_FRAME)
        with opened(source) as (container, _):
            _encode(container, target, wanted, (first.width, first.height))
    elif not as_it_is:
        with opened(source) as (container, _):
            _copy(container, target, wanted)
    return _described(source if as_it_is else target, converted=not as_it_is)


def _video_of(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise MediaUnreadable("There is no film in the file.")
    return container.streams.video[0]


def _stays(container: InputContainer, mimetype: str, wanted: Wanted) -> tuple[bool, bool]:
    """Whether the file can go as it is, and whether at least its streams can."""
    video, sounds = _video_of(container), container.streams.audio
    shape_fits = not wanted.square or video.width == video.height
    plays = video.codec_context.name == "h264" and video.codec_context.pix_fmt in {"yuv420p", "yuvj420p"}
    streams = shape_fits and plays and all(sound.codec_context.name == "aac" for sound in sounds)
    only = len(container.streams) == 1 + len(sounds) and len(sounds) <= (1 if wanted.sound else 0)
    says_nothing = not set(container.metadata) - _SAYS_NOTHING
    return streams and only and says_nothing and mimetype in {MP4, "video/x-m4v"}, streams


def _described(file: Path, *, converted: bool) -> Prepared:
    with opened(file) as (container, _):
        streams = [_video_of(container), *container.streams.audio[:1]]
        seconds = whole_seconds(length(container, streams))
    with opened(file) as (container, _):
        first = _first_frame(container)
    return Prepared(
        MP4, converted=converted, seconds=seconds, width=first.width, height=first.height, thumbnail=thumbnail(first)
    )


def _first_frame(container: InputContainer) -> Image.Image:
    """The first frame, as it is shown."""
    video = container.streams.video[0]
    video.codec_context.skip_frame = "NONKEY"
    for frame in container.decode(video):
        picture = frame.to_image()
        return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
    raise MediaUnreadable(_NO_FRAME)


def _copy(container: InputContainer, target: Path, wanted: Wanted) -> None:
    """The same streams in a file that says nothing else."""
    sources = [container.streams.video[0], *(container.streams.audio[:1] if wanted.sound else ())]
    with _mp4(target) as out:
        targets = {source.index: out.add_stream_from_template(source) for source in sources}
        for packet in container.demux(*sources):
            if packet.dts is not None:
                packet.stream = targets[packet.stream.index]
                out.mux(packet)


def _mp4(target: Path) -> OutputContainer:
    return av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"})


def _encode(container: InputContainer, target: Path, wanted: Wanted, size: tuple[int, int]) -> None:
    video = container.streams.video[0]
    sound = container.streams.audio[0] if wanted.sound and container.streams.audio else None
    frames = _Frames(video, wanted)
    with _mp4(target) as out:
        film = out.add_stream("libx264", rate=min(video.average_rate or Fraction(25), Fraction(_FASTEST)))
        film.options = {"crf": "26", "preset": "veryfast", "profile": "main", "threads": "2"}
        film.width, film.height = size
        film.pix_fmt, film.codec_context.time_base = "yuv420p", _TIME
        track = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo") if sound else None
        resampler = av.AudioResampler("fltp", "stereo", _SOUND_RATE)
        for frame in container.decode(*filter(None, (video, sound))):
            if isinstance(frame, VideoFrame):
                for shown in frames.all([frame]):
                    out.mux(film.encode(shown))
            elif track is not None and isinstance(frame, AudioFrame):
                for part in resampler.resample(frame):
                    out.mux(track.encode(part))
        out.mux(film.encode(None))
        if track is not None:
            for part in resampler.resample(None):
                out.mux(track.encode(part))
            out.mux(track.encode(None))


class _Frames:
    """Frames turned, cut and scaled as they are to be shown."""

    def __init__(self, video: VideoStream, wanted: Wanted) -> None:
        self._video = video
        self._wanted = wanted
        self._graph: Graph | None = None
        self._last = -1

    def all(self, frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
        """The frames as they go out; fewer when some are shown at the same time."""
        for frame in frames:
            at = round((frame.time or 0) / _TIME)
            if at <= self._last:
                continue
            self._last = at
            graph = self._graph = self._graph or self._made_for(frame)
            graph.vpush(frame)
            made = graph.vpull()
            made.pts, made.time_base, made.pict_type = at, _TIME, 0
            yield made

    def _made_for(self, frame: VideoFrame) -> Graph:
        graph, wanted = Graph(), self._wanted
        steps = list(_TURNS.get(frame.rotation, []))
        if wanted.square:
            steps.append(("crop", "min(iw\\,ih):min(iw\\,ih)"))
        side = f"trunc(min(1\\,{_LONGEST_SIDE}/max(iw\\,ih))"
        steps += [("scale", f"{side}*iw/2)*2:{side}*ih/2)*2"), ("format", "yuv420p")]
        nodes = [graph.add_buffer(template=self._video), *(graph.add(name, how) for name, how in steps)]
        graph.link_nodes(*nodes, graph.add("buffersink")).configure()
        return graph
