"""Pictures go out as they are when they can, and never with what they say of whoever made them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from session_host.media.orders import Order
from session_host.media.work.pictures import prepare
from shared.errors import MediaUnreadable, PictureTooLarge
from tests.session_host.media.inputs import picture


def _exif(**tags: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = tags.get("orientation", 1)
    if "latitude" in tags:
        exif.get_ifd(0x8825).update({1: "N", 2: (tags["latitude"], 7, 30.0)})
    return exif


def test_a_jpeg_that_is_fine_goes_out_unchanged(tmp_path: Path) -> None:
    """Nothing is written; size and a small picture are known of it."""
    source = tmp_path / "a.jpg"
    picture((800, 600)).save(source, "JPEG", icc_profile=b"\0" * 128)

    made = prepare(Order("image", source, tmp_path / "out"))

    assert not made.converted
    assert not (tmp_path / "out").exists()
    assert (made.mimetype, made.width, made.height) == ("image/jpeg", 800, 600)
    assert made.thumbnail is not None
    assert len(made.thumbnail) < 4_000
    assert Image.open(io.BytesIO(made.thumbnail)).size == (96, 72)


def test_a_picture_is_turned_as_it_is_shown(tmp_path: Path) -> None:
    """The orientation of Exif becomes that of the pixels."""
    source, target = tmp_path / "a.jpg", tmp_path / "out"
    picture((640, 320)).save(source, "JPEG", exif=_exif(orientation=6))

    made = prepare(Order("image", source, target))

    assert (made.converted, made.width, made.height) == (True, 320, 640)
    with Image.open(target) as out:
        assert out.size == (320, 640)
        assert not out.getexif()
        red, green, blue = out.convert("RGB").getpixel((310, 10))  # the mark was top left
        assert blue > 150 > red
        assert green < 100


@pytest.mark.parametrize("said", ["exif", "comment", "xmp", "behind"])
def test_what_a_jpeg_says_of_its_maker_is_removed(tmp_path: Path, said: str) -> None:
    """Where it was made, comments, XMP, and what some phones put behind a picture; the pixels stay."""
    source, target = tmp_path / "a.jpg", tmp_path / "out"
    more = {"exif": {"exif": _exif(latitude=48)}, "comment": {"comment": b"by SECRET"}, "xmp": {"xmp": b"SECRET"}}
    picture().save(source, "JPEG", quality=92, **more.get(said, {}))
    if said == "behind":
        source.write_bytes(source.read_bytes() + b"SECRET")

    made = prepare(Order("image", source, target))

    assert made.converted
    out = target.read_bytes()
    assert b"SECRET" not in out
    with Image.open(target) as shown:
        assert [name for name, _ in shown.applist] == ["APP0"]
        assert not shown.getexif()
        assert shown.quantization == Image.open(source).quantization  # no worse than it was


@pytest.mark.parametrize(("name", "mode"), [("png", "RGBA"), ("webp", "RGB"), ("gif", "RGB"), ("heic", "RGB")])
def test_other_formats_become_jpeg(tmp_path: Path, name: str, mode: str) -> None:
    """What one sees through becomes white."""
    source, target = tmp_path / f"a.{name}", tmp_path / "out"
    made = picture(mode=mode)
    if mode == "RGBA":
        made.putpixel((600, 400), (0, 0, 0, 0))
    if name == "heic":
        import pillow_heif  # noqa: PLC0415 - only here

        pillow_heif.from_pillow(made).save(source)
    else:
        made.save(source)

    answer = prepare(Order("image", source, target))

    assert (answer.converted, answer.width, answer.height) == (True, 640, 480)
    with Image.open(target) as out:
        assert out.format == "JPEG"
        if mode == "RGBA":
            assert min(out.getpixel((600, 400))) > 150


def test_a_large_picture_becomes_smaller(tmp_path: Path) -> None:
    """4096 pixels on the longer side, as WhatsApp sends in HD."""
    source, target = tmp_path / "a.jpg", tmp_path / "out"
    Image.new("RGB", (6000, 1000), "teal").save(source)
    made = prepare(Order("image", source, target))
    assert (made.width, made.height) == (4096, 683)


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    """The limit is in the error; a picture just below it is taken."""
    source = tmp_path / "a.png"
    Image.new("1", (5001, 5000)).save(source)
    with pytest.raises(PictureTooLarge) as refused:
        prepare(Order("image", source, tmp_path / "out"))
    assert refused.value.details == {"limit": 25_000_000, "pixels": 25_005_000}
    Image.new("1", (5000, 5000)).save(source)
    assert prepare(Order("image", source, tmp_path / "out")).width == 4096


def test_a_cut_jpeg_does_not_go_out(tmp_path: Path) -> None:
    """It is decoded for its small picture, even when it goes out as it is."""
    source = tmp_path / "a.jpg"
    picture((800, 600)).save(source, "JPEG")
    source.write_bytes(source.read_bytes()[:-500])
    with pytest.raises((OSError, MediaUnreadable)):
        prepare(Order("image", source, tmp_path / "out"))
