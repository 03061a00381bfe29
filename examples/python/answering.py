"""Answer whoever writes: keep pictures, react, reply, ask with a poll, mark as read. Ctrl-C ends it."""

import mimetypes
import os
import time

import requests
from gateway import Gateway, GatewayError

gateway = Gateway(os.environ["WAGATE_API_KEY"], os.environ.get("WAGATE_SESSION"))


def new_messages():
    """What nobody has seen to yet, oldest first. Pages are newest first: read on until one has something known."""
    new, known, before = [], False, None
    while not known:
        page = gateway.call("GET", "/api/incoming-messages", params={"limit": 50, "before": before})
        for message in page["messages"]:
            if message["id"] in seen:
                known = True
            elif message.get("media", {}).get("state") != "fetching":  # else its file is here in a moment
                new.append(message)
        before = page["next"]
        if before is None:
            break
    return reversed(new)


def answer(message):
    """Do something about a message that arrived."""
    if message["fromMe"] or message["chat"].endswith("@g.us"):
        return
    if message["type"] == "image" and message["media"]["state"] == "stored":
        name = message["media"]["id"] + (mimetypes.guess_extension(message["media"]["mimetype"]) or "")
        gateway.download(message["media"]["url"], name)
        print(f"picture {name} from {message['from']}", flush=True)
        send("react-message", message, messageId=message["id"], emoji="👍")
        send("reply-message", message, messageId=message["id"], text="Got it, thank you!")
    elif message["type"] == "text":
        send("send-poll", message, question="What is it about?", options=["My order", "Something else"])
    elif message["type"] == "vote" and message["vote"].get("options"):
        send("send-message", message, message=f"You chose: {message['vote']['options'][0]}")
    gateway.call("POST", "/api/mark-as-read", json={"number": message["chat"], "messageId": message["id"]})


def send(route, arrived, **fields):
    """Send something into the chat of a message: once, however often this program dies and does it again."""
    body = {"number": arrived["chat"], "queue": True, **fields}  # queue: it may wait while the number is disconnected
    gateway.call("POST", f"/api/{route}", key=f"{route}-{arrived['id']}", json=body)


# What is there already is not answered. (A program of yours keeps what it has seen to, and goes on from there.)
seen = {message["id"] for message in gateway.call("GET", "/api/incoming-messages")["messages"]}
print("waiting for messages", flush=True)
while True:
    try:
        for message in new_messages():
            try:
                answer(message)
            except GatewayError as error:  # what may be tried again has been
                print(error, flush=True)
            seen.add(message["id"])
    except requests.RequestException as error:  # the gateway is away: what was not seen to comes again
        print(error, flush=True)
    time.sleep(1)
