"""Send a picture: from a file, from an address, in base64, and from an upload.

python pictures.py 628222222222 photo.jpg https://example.com/photo.jpg
"""

import base64
import os
import sys
import uuid
from pathlib import Path

from gateway import Gateway, GatewayError

number, file, url = sys.argv[1:]
picture = Path(file)
gateway = Gateway(os.environ["WAGATE_API_KEY"], os.environ.get("WAGATE_SESSION"))


def send(**request):
    """Send a picture; however often the request has to be repeated, it is sent once."""
    key = f"picture-{uuid.uuid4()}"  # better: a name that your data has for it, like "order-4711-photo"
    sent = gateway.call("POST", "/api/send-image", key=key, **request)
    print(f"sent {sent['messageId']}")
    return sent


try:
    # 1. A file, in a form.
    form = {"number": number, "caption": "From a file"}
    send(data=form, files={"file": (picture.name, picture.read_bytes())})

    # 2. An address, which the gateway fetches.
    send(json={"number": number, "caption": "From an address", "imageUrl": url})

    # 3. In base64, for small ones.
    inside = base64.b64encode(picture.read_bytes()).decode()
    send(json={"number": number, "caption": "In base64", "imageBase64": inside})

    # 4. Uploaded once, sent as often as you like within a day.
    upload = gateway.call("POST", "/api/upload", files={"file": (picture.name, picture.read_bytes())})["file"]
    sent = send(json={"number": number, "caption": "From an upload", "mediaId": upload["id"]})

    # What became of it: sent, delivered, read, ...
    message = gateway.call("GET", f"/api/messages/{sent['id']}")
    print(f"the last one is {message['status']}")
except GatewayError as error:
    if error.code == "WA_DISCONNECTED":
        sys.exit(f"The number is not connected ({error.answer['connectionStatus']}): nothing was sent.")
    if error.code == "NUMBER_NOT_ON_WHATSAPP":
        sys.exit(f"{number} has no WhatsApp: nothing was sent.")
    sys.exit(str(error))
