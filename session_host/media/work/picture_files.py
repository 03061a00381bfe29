"""Opening pictures of strangers: few formats, and nothing is decoded that is too large."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from shared.errors import MediaUnreadable, PictureTooLarge

MOST_PIXELS = 25_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF")

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # the bound is ours, and is looked at before anything is decoded


@contextmanager
def opened(file: Path) -> Generator[Image.Image]:
    """The picture, of which only the header is read.

    Raises:
        MediaUnreadable: it is none, or of another format.
        PictureTooLarge: it has more than 25 million pixels.
    """
    try:
        picture = Image.open(file, formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise MediaUnreadable("The file is not a picture in a known format, or it is damaged.") from error
    with picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise PictureTooLarge(
                f"The picture has {width} x {height} pixels. Make it smaller.", limit=MOST_PIXELS, pixels=width * height
            )
        yield picture
