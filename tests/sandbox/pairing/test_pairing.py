"""An unmodified neonize is linked to a phone, and refuses what it should."""

import base64
import io

import qrcode


async def test_scans_the_picture_of_a_qr_code(start_client, control, new_number):
    """A phone that sees the QR as a picture links the client, which then logs in by itself."""
    client, number = await start_client(), new_number()
    assert (await control.post("/phones", json={"number": number})).status_code == 201
    await client.do("connect")
    code = await client.hear("QR")
    picture = io.BytesIO()
    qrcode.make(code["text"]).save(picture)
    url = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()

    answer = await control.post(f"/phones/{number}/scan", json={"qr": url})

    assert answer.status_code == 201
    assert answer.json()["jid"] == f"{number}:1@s.whatsapp.net"
    await client.hear("Connected")
    (device,) = (await control.get(f"/phones/{number}")).json()["devices"]
    assert device["online"]
    assert device["preKeys"] == 49, "the phone used one of 50 to write to it"


async def test_types_the_code_that_a_client_shows(start_client, control, new_number):
    """Pairing by code goes all the way to a login."""
    client, number = await start_client(), new_number()
    await control.post("/phones", json={"number": number})
    await client.do("connect")
    await client.hear("QR")
    shown = await client.do("pair_code", number=number)

    answer = await control.post(f"/phones/{number}/code", json={"code": shown["code"]})

    assert answer.status_code == 201, answer.text
    await client.hear("Connected")


async def test_refuses_a_wrong_code_and_takes_the_right_one_after(start_client, control, new_number):
    """A code that is not the one shown links nothing and is said to be wrong."""
    client, number = await start_client(), new_number()
    await control.post("/phones", json={"number": number})
    await client.do("connect")
    await client.hear("QR")
    await client.do("pair_code", number=number)

    answer = await control.post(f"/phones/{number}/code", json={"code": "AAAA-AAAA"})

    assert (answer.status_code, answer.json()) == (400, {"error": "the code is wrong"})
    shown = await client.do("pair_code", number=number)
    assert (await control.post(f"/phones/{number}/code", json={"code": shown["code"]})).status_code == 201


async def test_a_client_refuses_a_phone_that_signs_wrongly(start_client, control, new_number):
    """Neonize checks the phone's proof of the shared secret: a tampered one is refused, in its words."""
    client, number = await start_client(), new_number()
    await control.post("/phones", json={"number": number})
    await client.do("connect")
    code = await client.hear("QR")

    answer = await control.post(f"/phones/{number}/scan", json={"qr": code["text"], "tamper": "hmac"})

    assert answer.status_code == 409
    assert "hmac-mismatch" in answer.json()["error"]
    assert (await control.get(f"/phones/{number}")).json()["devices"] == []


async def test_a_code_that_nobody_shows_any_more_is_gone(link, control):
    """The QR of a client that was paired cannot be scanned again."""
    client = await link()
    qr = "https://wa.me/settings/linked_devices#gone," + ",".join(["A" * 43 + "="] * 3) + ",1"
    answer = await control.post(f"/phones/{client.number}/scan", json={"qr": qr})
    assert answer.status_code == 410


async def test_codes_come_in_rounds_and_then_the_server_closes(run_sandbox, start_client):
    """Codes nobody scans are followed by new ones, as often as set, then by the end of the connection."""
    with run_sandbox("--qr-seconds", "1", "--qr-refs", "1", "--qr-rounds", "2") as addresses:
        client = await start_client(addresses)
        await client.do("connect")
        first = await client.hear("QR")
        second = await client.hear("QR")
        assert first["text"] != second["text"]
