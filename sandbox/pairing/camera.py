"""What a phone's camera does: read the text of a pairing QR code from a picture of it.

The gateway hands out pictures, so a phone of the sandbox has to decode pictures, or a gateway that draws an
unreadable code would pass every test. Text is taken too, for clients that print the code's text instead of
drawing it. Decoding is a few milliseconds of CPU: call it in a thread.
"""

import base64
import binascii
import io
import re

import zxingcpp
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 2 * 1024 * 1024
"""Largest encoded picture read, in bytes."""
MAX_PIXELS = 4096 * 4096
"""Largest picture decoded, in pixels: checked in its header, before anything is unpacked."""

_FORMATS = ("PNG", "JPEG")
_URL = "https://wa.me/"
_KEYS = re.compile(r"[^,\s]{1,512}(,[A-Za-z0-9+/=]{1,128}){3,4}")  # ref,noise,identity,advSecret[,clientType]
_DATA_URL = re.compile(r"data:image/[a-z]+;base64,", re.IGNORECASE)
_SMALL = 800  # a picture with sides below this is looked at enlarged, when it can't be read as it is
_ENLARGED = 4
_MARGIN = 16  # the white border a QR code must have, in pixels of the small picture


class UnreadableQr(Exception):  # noqa: N818 - named by what the phone shows: this QR is unreadable
    """No QR text could be had from what was given; the text says why."""


def read_qr(picture: str | bytes) -> str:
    """Return the text of the one QR code in `picture`, whatever it says.

    Args:
        picture: PNG or JPEG bytes; their base64; a `data:image/…;base64,` URL of them; or the text of a
            pairing code itself (`https://wa.me/settings/linked_devices#…`, or Baileys' bare list of keys).

    Raises:
        UnreadableQr: it is none of these, too large, not a picture, or without exactly one readable QR code.
    """
    if isinstance(picture, bytes):
        return _decode(picture)
    text = picture.strip()
    if text.startswith(_URL) or _KEYS.fullmatch(text):
        return text
    return _decode(_from_base64(_DATA_URL.sub("", text, count=1)))


def _from_base64(text: str) -> bytes:
    if len(text) > MAX_BYTES * 4 // 3 + 4:
        raise UnreadableQr(f"the picture is larger than {MAX_BYTES} bytes")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableQr("neither a picture (PNG, base64, data URL) nor the text of a pairing QR code") from error


def _decode(encoded: bytes) -> str:
    image = _open(encoded)
    found = _codes(image)
    if not found and max(image.size) < _SMALL:
        found = _codes(_enlarged(image))
    if not found:
        raise UnreadableQr(f"no readable QR code in the picture ({image.width} x {image.height} pixels)")
    if len(found) > 1:
        raise UnreadableQr(f"{len(found)} different QR codes in the picture: show one")
    return found.pop()


def _open(encoded: bytes) -> Image.Image:
    if not encoded:
        raise UnreadableQr("the picture is empty")
    if len(encoded) > MAX_BYTES:
        raise UnreadableQr(f"the picture is larger than {MAX_BYTES} bytes")
    try:
        image = Image.open(io.BytesIO(encoded), formats=_FORMATS)
        _check_size(image)
        opaque = Image.new("RGBA", image.size, "white")
        opaque.alpha_composite(image.convert("RGBA"))  # a transparent background is seen as paper
    except UnidentifiedImageError as error:
        raise UnreadableQr("not a PNG or JPEG picture") from error
    except Image.DecompressionBombError as error:
        raise UnreadableQr(f"the picture has more than {MAX_PIXELS} pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadableQr(f"the picture is damaged: {error}") from error
    return opaque.convert("L")


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableQr(f"the picture has {image.width} x {image.height} pixels, more than {MAX_PIXELS}")


def _enlarged(image: Image.Image) -> Image.Image:
    framed = Image.new("L", (image.width + 2 * _MARGIN, image.height + 2 * _MARGIN), "white")
    framed.paste(image, (_MARGIN, _MARGIN))
    return framed.resize((framed.width * _ENLARGED, framed.height * _ENLARGED), Image.Resampling.NEAREST)


def _codes(image: Image.Image) -> set[str]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return {code.text for code in zxingcpp.read_barcodes(image, formats=formats)}
