"""The control API: what it answers, and that bad input gets a clear error with a 4xx, never a 500."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from sandbox.environment import SandboxAddresses

QR_KEYS = ",".join(["A" * 43 + "="] * 3)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        ({"Content-Type": "application/json", "Origin": "https://example.com"}, 403),
        ({"Content-Type": "application/json", "Origin": "null"}, 403),
        ({"Content-Type": "application/json", "Host": "rebound.example.com:3999"}, 403),
        ({"Content-Type": "application/json", "Host": ""}, 403),
        ({"Content-Type": "application/json", "Host": "localhost:3999"}, 201),
        ({"Content-Type": "application/json; charset=utf-8", "Origin": "http://127.0.0.1:8080"}, 201),
    ],
)
async def test_no_web_page_of_elsewhere_can_use_it(control, new_number, headers, status):
    """Any page may post plain text to this machine, and its name may lead here: nothing is made by that."""
    number = new_number()
    answer = await control.post("/phones", content=json.dumps({"number": number}), headers=headers)
    assert answer.status_code == status, answer.text
    made = (await control.get(f"/phones/{number}")).status_code == 200
    assert made == (status == 201)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/phones", "no json", 400, "JSON"),
        ("POST", "/phones", "\udcff", 400, "JSON"),
        ("POST", "/phones", [], 400, "body"),
        ("POST", "/phones", {}, 400, "number"),
        ("POST", "/phones", {"number": 4917}, 400, "number"),
        ("POST", "/phones", {"number": "0049170000"}, 400, "phone number"),
        ("POST", "/phones", {"number": "+49 x"}, 400, "phone number"),
        ("POST", "/phones", {"number": "491700000001", "nme": "x"}, 400, "nme"),
        ("GET", "/phones/49170000000099", None, 404, "nobody"),
        ("GET", "/phones/abc", None, 400, "phone number"),
        ("POST", "/phones/49170000000099/scan", {"qr": "x"}, 400, ""),
        ("POST", "/phones/abc/scan", {"qr": f"ref,{QR_KEYS},1"}, 400, "phone number"),
        ("POST", "/contacts/49170000000099/send", {"to": "491799999999"}, 400, "text"),
        ("POST", "/phones/491799999999/scan", {}, 400, "qr"),
        ("POST", "/phones/491799999999/scan", {"qr": "hello"}, 400, ""),
        ("POST", "/phones/491799999999/scan", {"qr": "data:image/png;base64,AAAA"}, 400, ""),
        ("POST", "/phones/491799999999/scan", {"qr": f"ref,{QR_KEYS},1,2"}, 400, ""),
        (
            "POST",
            "/phones/491799999999/scan",
            {"qr": "https://wa.me/settings/linked_devices#r,QQ==,QQ==,QQ==,1"},
            400,
            "32 bytes",
        ),
        ("POST", "/phones/491799999999/scan", {"qr": f"ref,{QR_KEYS},1"}, 410, "any more"),
        ("POST", "/phones/491799999999/scan", {"qr": "x", "tamper": "all"}, 400, "tamper"),
        ("POST", "/phones/491799999999/code", {"code": "ABCD-EFGH"}, 404, "no client waits"),
        ("POST", "/phones/491799999999/code", {"cod": "ABCD-EFGH"}, 400, "code"),
        ("DELETE", "/phones/491799999999/devices/1", None, 404, "no device"),
        ("DELETE", "/phones/491799999999/devices/x", None, 404, "no device"),
        ("POST", "/contacts", {"number": "x"}, 400, "phone number"),
        ("POST", "/contacts/491799999999/send", {"to": "1"}, 400, "text"),
        ("GET", "/contacts/49170000000099/messages", None, 404, "nobody"),
        ("POST", "/aliases", {"alias": "491799999999"}, 400, "number"),
        ("POST", "/aliases", {"alias": "491700000055", "number": "49170000000099"}, 404, "nobody"),
        ("POST", "/aliases", {"alias": "491799999999", "number": "491799999999"}, 400, "already a number"),
        ("POST", "/sinks", {}, 400, "either"),
        ("POST", "/sinks", {"count": 0}, 400, "count"),
        ("POST", "/sinks", {"count": 1, "numbers": ["491700000009"]}, 400, "either"),
        ("POST", "/sinks", {"numbers": ["12"]}, 400, "phone number"),
        ("POST", "/sinks", {"numbers": ["491799999999"]}, 409, "already"),
        ("POST", "/sinks", {"numbers": ["491700000077", "491700000077"]}, 409, "twice"),
        ("GET", "/sinks/491799999999", None, 404, "no sink"),
        ("POST", "/faults", {}, 400, "kind"),
        ("POST", "/faults", {"kind": "meteor"}, 400, "kind"),
        ("POST", "/faults", {"kind": "close", "target": "x"}, 400, "phone number"),
        ("POST", "/faults", {"kind": "close", "target": "491700000001:x"}, 400, "device"),
        ("POST", "/faults", {"kind": "refuse", "target": "491700000001"}, 400, "code"),
        ("POST", "/faults", {"kind": "refuse", "code": 402}, 400, "code"),
        ("POST", "/faults", {"kind": "slow"}, 400, "milliseconds"),
        ("POST", "/faults", {"kind": "drop_acks", "count": 0}, 400, "count"),
        ("POST", "/faults", {"kind": "drop_acks", "count": 1, "until_cleared": True}, 400, "either"),
        ("POST", "/faults", {"kind": "unreachable", "target": "491700000001"}, 400, "target is all"),
        ("POST", "/faults", {"kind": "upload"}, 400, "mode"),
        ("POST", "/faults", {"kind": "upload", "mode": "corrupt"}, 400, "refuse, hang, cut"),
        ("POST", "/faults", {"kind": "download", "mode": "refuse", "code": 200}, 400, "400 to 599"),
        ("POST", "/faults", {"kind": "download", "mode": "slow"}, 400, "milliseconds"),
        ("GET", "/media/x", None, 404, "no file"),
        ("DELETE", "/media/x", None, 404, "no file"),
        ("POST", "/media/x/expire", {}, 404, "no file"),
        ("GET", "/media?number=x", None, 400, "phone number"),
        ("GET", "/media/requests?limit=-1", None, 400, "negative"),
        ("DELETE", "/faults/99999", None, 404, "no fault"),
        ("DELETE", "/faults/x", None, 404, "no fault"),
        ("GET", "/frames?since=yesterday", None, 400, "since"),
        ("GET", "/frames?limit=-1", None, 400, "negative"),
        ("GET", "/frames?limit=inf", None, 400, "finite"),
        ("POST", "/phones", {"number": "491700000001", "name": "\ud800"}, 400, "Unicode"),
        ("GET", "/frames?from=x", None, 400, "phone number"),
        ("GET", "/nothing", None, 404, "Not Found"),
        ("PUT", "/phones", {}, 405, "Method Not Allowed"),
    ],
)
async def test_bad_input(control, method, path, body, status, words):  # noqa: PLR0913, PLR0917 - a row of the table
    """Each is refused with its status and words that name what is wrong."""
    await control.post("/phones", json={"number": "491799999999"})
    content = body.encode(errors="surrogateescape") if isinstance(body, str) else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    answer = await control.request(method, path, content=b"" if body is None else content, headers=headers)
    assert answer.status_code == status, answer.text
    assert words.lower() in answer.json()["error"].lower()


async def test_a_phone_that_scans_is_there(control, new_number):
    """Nobody has to make it first; a code that is none makes none."""
    number = new_number()
    assert (await control.post(f"/phones/{number}/scan", json={"qr": "x"})).status_code == 400
    assert (await control.get(f"/phones/{number}")).status_code == 404
    assert (await control.post(f"/phones/{number}/scan", json={"qr": f"ref,{QR_KEYS},1"})).status_code == 410
    assert (await control.get(f"/phones/{number}")).status_code == 200


async def test_phones_and_sinks(control, new_number):
    """Making a phone again is the same phone; free sink numbers are found; a number is one or the other."""
    number = new_number()
    made = await control.post("/phones", json={"number": "+" + number, "name": "Anna"})
    again = await control.post("/phones", json={"number": number})
    sinks = (await control.post("/sinks", json={"count": 3})).json()["numbers"]

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    assert made.json()["name"] == "Anna"
    assert len(set(sinks)) == 3
    assert (await control.post("/phones", json={"number": sinks[0]})).status_code == 409
    assert (await control.get(f"/sinks/{sinks[0]}")).json()["received"] == 0


async def test_faults_are_listed_and_cleared(control, new_number):
    """A fault is described as it stands and can be taken back."""
    made = (await control.post("/faults", json={"kind": "slow", "milliseconds": 5, "target": new_number()})).json()
    listed = (await control.get("/faults")).json()["faults"]
    assert made["remaining"] is None
    assert {key: value for key, value in made.items() if key != "hit"} in listed
    assert (await control.delete(f"/faults/{made['id']}")).json() == {"cleared": 1}
    assert made["id"] not in [fault["id"] for fault in (await control.get("/faults")).json()["faults"]]


async def test_a_thousand_sinks_are_cheap(control):
    """Sinks make no keys until written to."""
    answer = await control.post("/sinks", json={"count": 2000}, timeout=10)
    assert len(answer.json()["numbers"]) == 2000


async def test_the_proxy_wants_connect(addresses):
    """Anything but CONNECT is refused; what follows it has to be TLS."""
    async with httpx.AsyncClient(timeout=90) as client:
        assert (await client.get(addresses.proxy)).status_code == 405
    host, port = addresses.proxy.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"CONNECT web.whatsapp.com:443 HTTP/1.1\r\n\r\nno TLS at all\r\n")
    async with asyncio.timeout(60):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await reader.read()
    writer.close()


async def test_the_proxy_can_be_made_to_refuse(run_sandbox, until):
    """As a fault, it refuses or leaves CONNECT without an answer."""
    with run_sandbox() as addresses:
        host, port = addresses.proxy.removeprefix("http://").split(":")
        async with httpx.AsyncClient(base_url=addresses.control, timeout=90) as control:

            async def has_struck():
                return (await control.get("/faults")).json()["faults"] == []

            for mode in ("refuse", "hang"):
                await control.post("/faults", json={"kind": "unreachable", "mode": mode, "count": 1})
                reader, writer = await asyncio.open_connection(host, int(port))
                writer.write(b"CONNECT web.whatsapp.com:443 HTTP/1.1\r\n\r\n")
                await until(has_struck)
                if mode == "refuse":
                    assert await asyncio.wait_for(reader.read(12), 60) == b"HTTP/1.1 503"
                else:
                    with pytest.raises(TimeoutError):
                        await asyncio.wait_for(reader.read(12), 0.5)
                writer.close()


def test_the_ready_file_says_where_everything_is(tmp_path):
    """It is there, whole, once the server answers, gives a shard its environment, and goes with the server."""
    ready = tmp_path / "run" / "ready.json"
    command = [sys.executable, "-m", "sandbox", "--control-port", "0", "--ready-file", str(ready)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    try:
        printed = SandboxAddresses.parse(process.stdout.readline())
        addresses = SandboxAddresses.load(ready)
        assert addresses == printed
        assert addresses.pid == process.pid
        assert httpx.get(f"{addresses.control}/health", timeout=60).json()["status"] == "ok"
        environment = addresses.shard_environment()
        assert set(environment) == {"SANDBOX_ROOT_KEY", "WHATSAPP_PROXY", "SSL_CERT_FILE"}
        assert "BEGIN CERTIFICATE" in Path(environment["SSL_CERT_FILE"]).read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0  # two seconds on a machine that is not busy
        assert not ready.exists()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
