"""Files as people send them, made by PyAV and Pillow."""

from __future__ import annotations

import math
from array import array
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw

_RATE = 44_100
_SAMPLES = 1024


def sound_frames(seconds: float, rate: int = _RATE) -> list[av.AudioFrame]:
    """A tone that swells: its loudness is not the same anywhere."""
    frames: list[av.AudioFrame] = []
    total = int(seconds * rate)
    for start in range(0, total, _SAMPLES):
        many = min(_SAMPLES, total - start)
        samples = array("h", (int(28_000 * (at / total) * math.sin(at * 0.06)) for at in range(start, start + many)))
        frame = av.AudioFrame(format="s16", layout="mono", samples=many)
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        frames.append(frame)
    return frames


def _mux_sound(out: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    codec = stream.codec_context
    resampler = av.AudioResampler(codec.format, codec.layout, codec.sample_rate)
    for frame in [*sound_frames(seconds), None]:
        for part in resampler.resample(frame):
            out.mux(stream.encode(part))
    out.mux(stream.encode(None))


_SOUNDS = {
    "mp3": ("mp3", "libmp3lame", _RATE),
    "wav": ("wav", "pcm_s16le", _RATE),
    "m4a": ("ipod", "aac", _RATE),
    "webm": ("webm", "libopus", 48_000),
    "ogg": ("ogg", "libopus", 48_000),
    "flac": ("flac", "flac", _RATE),
}


def sound(file: Path, seconds: float = 3.0) -> Path:
    """A sound in the format that the file's name says."""
    container, codec, rate = _SOUNDS[file.suffix[1:]]
    with av.open(str(file), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        _mux_sound(out, stream, seconds)
    return file


def picture(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """Something to see: the left half is red, the right half is green, with a blue mark on top left."""
    made = Image.new(mode, size, (200, 30, 30, 255)[: len(mode)])
    draw = ImageDraw.Draw(made)
    draw.rectangle((size[0] // 2, 0, *size), fill=(30, 200, 30, 255)[: len(mode)])
    draw.rectangle((0, 0, size[0] // 8, size[1] // 8), fill=(30, 30, 200, 255)[: len(mode)])
    return made


def moving(many: int = 10, size: tuple[int, int] = (200, 120)) -> list[Image.Image]:
    """Frames in which something moves."""
    frames: list[Image.Image] = []
    for at in range(many):
        frame = picture(size)
        ImageDraw.Draw(frame).ellipse((at * 8, 20, at * 8 + 40, 60), fill=(250, 250, 0))
        frames.append(frame)
    return frames


def animation(file: Path, many: int = 10, each_ms: int = 100) -> Path:
    """A GIF or an animated WebP."""
    first, *rest = moving(many)
    first.save(file, save_all=True, append_images=rest, duration=each_ms, loop=0)
    return file


def film(  # noqa: PLR0913 - what films are made of
    file: Path,
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    container: str = "mp4",
    size: tuple[int, int] = (320, 240),
    seconds: float = 2.0,
    sound_codec: str | None = "aac",
    metadata: dict[str, str] | None = None,
) -> Path:
    """A film of ten frames a second."""
    options = {"movflags": "+faststart+use_metadata_tags"} if container == "mp4" else {}
    rate = 48_000 if sound_codec == "libopus" else _RATE
    with av.open(str(file), "w", format=container, options=options) as out:
        out.metadata.update(metadata or {})
        video = out.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = *size, pix_fmt
        audio = out.add_stream(sound_codec, rate=rate, layout="mono") if sound_codec else None
        for at, image in enumerate(moving(int(seconds * 10), size)):
            frame = av.VideoFrame.from_image(image)
            frame.pts, frame.time_base = at, Fraction(1, 10)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio is not None:
            _mux_sound(out, audio, seconds)
    return file


_UPRIGHT = b"".join(part.to_bytes(4, "big", signed=True) for part in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
_CLOCKWISE = b"".join(part.to_bytes(4, "big", signed=True) for part in (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30))


def turned(file: Path) -> Path:
    """An MP4 as a phone held upright makes it: what is shown is turned a quarter clockwise, by its header."""
    data = file.read_bytes()
    at = data.index(_UPRIGHT, data.index(b"tkhd"))  # the first one is that of the whole film
    file.write_bytes(data[:at] + _CLOCKWISE + data[at + len(_CLOCKWISE) :])
    return file
