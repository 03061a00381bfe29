#!/usr/bin/env bash
# Send a picture: from a file, from an address, in base64, and from an upload.
#
#   bash pictures.sh 628222222222 photo.jpg https://example.com/photo.jpg
set -euo pipefail
. "$(dirname "$0")/gateway.sh"

number=$1 picture=$2 url=$3

# Sends a picture; however often the request has to be repeated, it is sent once. Sets $sent.
send_picture() { # [curl options ...]
  # Better than a random key: a name that your data has for it, like order-4711-photo.
  sent=$(send "picture-$(cat /proc/sys/kernel/random/uuid)" /api/send-image "$@") || failed
  echo "sent $(jq -r .messageId <<<"$sent")"
}

failed() {
  case $(jq -r .code <<<"$sent") in
    WA_DISCONNECTED) echo "The number is not connected ($(jq -r .connectionStatus <<<"$sent")): nothing was sent." ;;
    NUMBER_NOT_ON_WHATSAPP) echo "$number has no WhatsApp: nothing was sent." ;;
  esac >&2
  exit 1
}

# 1. A file, in a form.
send_picture -F "number=$number" -F "caption=From a file" -F "file=@$picture"

# 2. An address, which the gateway fetches.
send_picture -H "$JSON" -d "{\"number\": \"$number\", \"caption\": \"From an address\", \"imageUrl\": \"$url\"}"

# 3. In base64, for small ones.
base64 <"$picture" | tr -d '\n' | jq -R --arg number "$number" '{$number, caption: "In base64", imageBase64: .}' |
  send_picture -H "$JSON" -d @-

# 4. Uploaded once, sent as often as you like within a day.
media=$(call POST /api/upload -F "file=@$picture" | jq -r .file.id)
send_picture -H "$JSON" -d "{\"number\": \"$number\", \"caption\": \"From an upload\", \"mediaId\": \"$media\"}"

# What became of it: sent, delivered, read, ...
message=$(call GET "/api/messages/$(jq -r .id <<<"$sent")")
echo "the last one is $(jq -r .status <<<"$message")"
