"""The camera reads what a person could scan, and says why it could not read the rest."""

import base64
import io
import random
import struct
import zlib

import pytest
import qrcode
from PIL import Image, ImageFilter

from sandbox.pairing.camera import MAX_BYTES, UnreadableQr, read_qr

KEY = base64.b64encode(bytes(range(200, 232))).decode()
REF = "2@" + base64.b64encode(bytes(range(16))).decode()
KEYS = f"{REF},{KEY},{KEY},{KEY},1"
TEXT = f"https://wa.me/settings/linked_devices#{KEYS}"


def draw(text: str = TEXT, box: int = 8, border: int = 4) -> Image.Image:
    code = qrcode.QRCode(box_size=box, border=border)
    code.add_data(text)
    return code.make_image().convert("RGB")


def png(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def header_only(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and has no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + b"\0\0\0\0IDAT"


FORMS = {
    "png bytes": png(draw()),
    "jpeg bytes": png(draw(), "JPEG"),
    "base64": base64.b64encode(png(draw())).decode(),
    "base64 in lines": base64.encodebytes(png(draw())).decode(),
    "data url": "data:image/png;base64," + base64.b64encode(png(draw())).decode(),
    "data url of a jpeg": "data:image/jpeg;base64," + base64.b64encode(png(draw(), "JPEG")).decode(),
    "text": TEXT,
    "text with a newline": f"{TEXT}\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_a_client_may_hand_over_reads_the_same(form) -> None:
    """Bytes, base64, data URL and the text itself all give the code's text."""
    assert read_qr(FORMS[form]) == TEXT


def test_a_list_of_keys_without_the_url_is_text() -> None:
    """Baileys gives the list without the URL in front, with four or five parts."""
    assert read_qr(KEYS) == KEYS
    assert read_qr(f"{REF},{KEY},{KEY},{KEY}") == f"{REF},{KEY},{KEY},{KEY}"


def noisy() -> Image.Image:
    image = draw().filter(ImageFilter.GaussianBlur(2))
    dice = random.Random(7)  # noqa: S311 - noise, the same in every run
    pixels = image.load()
    for _ in range(image.width * image.height // 20):
        grey = dice.randrange(256)
        pixels[dice.randrange(image.width), dice.randrange(image.height)] = (grey, grey, grey)
    return image


def transparent() -> Image.Image:
    image = draw().convert("RGBA")
    image.putdata([(0, 0, 0, 255 if pixel[0] == 0 else 0) for pixel in image.get_flattened_data()])
    return image


SEEN = {
    "one pixel a module": draw(box=1),
    "small and without a border": draw(box=2, border=0),
    "rotated, on a grey table": draw().rotate(23, expand=True, fillcolor=(128, 128, 128)),
    "upside down": draw().rotate(180),
    "blurred and noisy": noisy(),
    "dark on transparent": transparent(),
    "white on black": Image.eval(draw(), lambda value: 255 - value),
    "small in a large picture": Image.new("RGB", (1600, 1200), "white"),
}
SEEN["small in a large picture"].paste(draw(box=3), (900, 500))


@pytest.mark.parametrize("picture", SEEN)
def test_what_a_person_could_scan_is_read(picture) -> None:
    """A code need not be clean, straight or large."""
    assert read_qr(png(SEEN[picture])) == TEXT


def test_a_code_that_says_something_else_is_read_as_it_is() -> None:
    """A camera reads any QR code; whether it pairs is the phone's to judge."""
    assert read_qr(png(draw("hello"))) == "hello"


def two_codes() -> bytes:
    image = Image.new("RGB", (1400, 700), "white")
    image.paste(draw(box=6), (0, 0))
    image.paste(draw("another", box=6), (800, 0))
    return png(image)


UNREADABLE = {
    "nothing": (b"", "empty"),
    "no text": ("", "empty"),
    "words": ("not a picture at all!", "neither a picture"),
    "a url elsewhere": ("https://example.org/#1,2,3", "neither a picture"),
    "base64 of no picture": (base64.b64encode(b"hello there").decode(), "not a PNG or JPEG"),
    "a gif": (png(draw(), "GIF"), "not a PNG or JPEG"),
    "white": (png(Image.new("RGB", (300, 300), "white")), "no readable QR code in the picture (300 x 300"),
    "half a code": (png(draw().crop((0, 0, 250, 250))), "no readable QR code"),
    "two codes": (two_codes(), "2 different QR codes"),
    "cut off": (png(draw())[:-400], "damaged"),
    "too many bytes": (b"\x89PNG" + bytes(MAX_BYTES), "larger than"),
    "too much base64": ("A" * (MAX_BYTES * 2), "larger than"),
    "too many pixels": (header_only(5000, 5000), "5000 x 5000 pixels"),
    "a bomb": (header_only(60000, 60000), "pixels"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_says_why(case) -> None:
    """Every refusal is an UnreadableQr with its reason, whatever the bytes are."""
    picture, words = UNREADABLE[case]
    with pytest.raises(UnreadableQr) as refused:
        read_qr(picture)
    assert words in str(refused.value)
