"""One API key, two WhatsApp numbers: the tutorial (docs/tutorial.md) in Python, with requests."""

import base64
import os
import time
from pathlib import Path

import qrcode
import requests
from gateway import Gateway, GatewayError

SANDBOX = os.environ.get("SANDBOX_URL")  # with `wagate sandbox`: simulated phones scan the codes
ADMIN_KEY = os.environ["WAGATE_ADMIN_KEY"]


def log_in(session, sandbox_phone):
    """Show the QR code, a new one whenever it changes, until a phone has scanned it. Returns the number."""
    shown = None
    while True:
        # A session is named in the query ...
        answer = call("GET", "/api/qr", params={"sessionId": session})
        if answer["status"] == "connected":
            break
        if answer["qr"] and answer["qr"] != shown:
            shown = answer["qr"]  # data:image/png;base64,...
            Path(f"{session}.png").write_bytes(base64.b64decode(shown.split(",")[1]))
            if SANDBOX:
                scan_in_sandbox(sandbox_phone, shown)
            else:
                code = qrcode.QRCode(border=2)
                code.add_data(answer["qrText"])
                code.print_ascii(invert=True)
                print(f"Scan this (or {session}.png): WhatsApp > Linked devices > Link a device")
        time.sleep(1)
    # ... or in a header.
    status = call("GET", "/api/status", headers={"X-Session-Id": session})
    print(f"{session}: {status['status']} as {status['number']}")
    return status["number"]


def scan_in_sandbox(number, picture):
    """A simulated phone looks at the picture, as a camera would."""
    requests.post(f"{SANDBOX}/phones", json={"number": number}, timeout=30).raise_for_status()
    requests.post(f"{SANDBOX}/phones/{number}/scan", json={"qr": picture}, timeout=30).raise_for_status()


def wait_for_message(session, text):
    """The message with this text, once it is in the session's inbox."""
    while True:
        inbox = call("GET", "/api/incoming-messages", params={"sessionId": session, "limit": 10})
        for message in inbox["messages"]:
            if message["message"] == text:
                return message
        time.sleep(1)


# 1. One key. It is shown this once: keep it where your program keeps its secrets.
admin = {"X-Admin-Key": ADMIN_KEY}
created = Gateway().call("POST", "/api/admin/apikeys/generate", json={"name": "tutorial"}, headers=admin)
call = Gateway(created["apiKey"]).call
print(f"key: {created['id']}")

# 2. Two sessions on it, each a WhatsApp number.
sales = log_in("sales", "628111111111")
support = log_in("support", "628122222222")

# 3. What the key has.
for session in call("GET", "/api/sessions")["sessions"]:
    print(f"list: {session['sessionId']} {session['status']} {session.get('number')}")

# 4. Send: the session is named in the body ...
sent = call(
    "POST",
    "/api/send-message",
    json={"sessionId": "sales", "number": support, "message": "Hello support, this is sales"},
    key=f"{created['id']}-1",  # its Idempotency-Key: repeat the request as often as you like, it is sent once
)
print(f"sales sent {sent['messageId']}")
# ... or in the header, as everywhere.
sent = call(
    "POST",
    "/api/send-message",
    json={"number": sales, "message": "Hello sales, this is support"},
    headers={"X-Session-Id": "support"},
)
print(f"support sent {sent['messageId']}")

# 5. Receive.
message = wait_for_message("support", "Hello support, this is sales")
print(f"support received {message['message']!r} from {message['from']}")

# 6. A session that isn't connected. Without any name it is the session "default", which nobody has logged in.
try:
    call("POST", "/api/send-message", json={"number": sales, "message": "This is not sent"})
except GatewayError as error:
    if error.code != "WA_DISCONNECTED":
        raise
    print(f"default: {error.code}, it is {error.answer['connectionStatus']}; nothing was sent or queued")

# 7. Clean up: the session is named in the path. Deleting it unlinks the phone.
for session in ("sales", "support", "default"):
    print(f"{session}: {call('DELETE', f'/api/sessions/{session}')['message']}")
call("POST", f"/api/admin/apikeys/{created['id']}/revoke", headers=admin)
print("done")
