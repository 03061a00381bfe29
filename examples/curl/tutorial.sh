#!/usr/bin/env bash
# One API key, two WhatsApp numbers: the tutorial (docs/tutorial.md) with curl and jq.
set -euo pipefail

. "$(dirname "$0")/gateway.sh"

SANDBOX=${SANDBOX_URL:-} # with `wagate sandbox`: simulated phones scan the codes
ADMIN_KEY=${WAGATE_ADMIN_KEY:?set it to the contents of the file admin-key in the data folder}
WAGATE_SESSION=

# A simulated phone looks at the picture, as a camera would.
scan_in_sandbox() { # NUMBER PNG
  curl -sS --fail -o /dev/null "$SANDBOX/phones" -H 'Content-Type: application/json' -d "{\"number\": \"$1\"}"
  base64 <"$2" | tr -d '\n' | jq -R '{qr: .}' |
    curl -sS --fail -o /dev/null "$SANDBOX/phones/$1/scan" -H 'Content-Type: application/json' -d @-
}

# Shows the QR code, a new one whenever it changes, until a phone has scanned it. Sets $number.
log_in() { # SESSION SANDBOX_PHONE
  local shown= qr answer
  while :; do
    answer=$(call GET "/api/qr?sessionId=$1") # a session is named in the query ...
    [ "$(jq -r .status <<<"$answer")" = connected ] && break
    qr=$(jq -r '.qr // empty' <<<"$answer") # data:image/png;base64,...
    if [ -n "$qr" ] && [ "$qr" != "$shown" ]; then
      shown=$qr
      base64 -d <<<"${qr#*,}" >"$1.png"
      if [ -n "$SANDBOX" ]; then
        scan_in_sandbox "$2" "$1.png"
      else
        echo "Scan the picture $1.png: WhatsApp > Linked devices > Link a device"
      fi
    fi
    sleep 1
  done
  answer=$(call GET /api/status -H "X-Session-Id: $1") # ... or in a header.
  number=$(jq -r .number <<<"$answer")
  echo "$1: $(jq -r .status <<<"$answer") as $number"
}

# 1. One key. It is shown this once: keep it where your program keeps its secrets.
created=$(call POST /api/admin/apikeys/generate -H "X-Admin-Key: $ADMIN_KEY" -H "$JSON" -d '{"name": "tutorial"}')
WAGATE_API_KEY=$(jq -r .apiKey <<<"$created")
key_id=$(jq -r .id <<<"$created")
echo "key: $key_id"

# 2. Two sessions on it, each a WhatsApp number.
log_in sales 628111111111 && sales=$number
log_in support 628122222222 && support=$number

# 3. What the key has.
call GET /api/sessions | jq -r '.sessions[] | "list: \(.sessionId) \(.status) \(.number)"'

# 4. Send: the session is named in the body ... (`send` gives it an Idempotency-Key, so it may be repeated: it is sent once)
sent=$(send "$key_id-1" /api/send-message -H "$JSON" \
  -d "{\"sessionId\": \"sales\", \"number\": \"$support\", \"message\": \"Hello support, this is sales\"}")
echo "sales sent $(jq -r .messageId <<<"$sent")"
# ... or in the header, as everywhere.
sent=$(call POST /api/send-message -H 'X-Session-Id: support' -H "$JSON" \
  -d "{\"number\": \"$sales\", \"message\": \"Hello sales, this is support\"}")
echo "support sent $(jq -r .messageId <<<"$sent")"

# 5. Receive.
until call GET '/api/incoming-messages?sessionId=support&limit=10' |
  jq -er '.messages[] | select(.message == "Hello support, this is sales") | "support received \"\(.message)\" from \(.from)"'; do
  sleep 1
done

# 6. A session that isn't connected. Without any name it is the session "default", which nobody has logged in.
if answer=$(call POST /api/send-message -H "$JSON" -d "{\"number\": \"$sales\", \"message\": \"This is not sent\"}"); then
  echo "that should not have been sent: $answer" >&2
  exit 1
elif [ "$(jq -r .code <<<"$answer")" = WA_DISCONNECTED ]; then
  echo "default: WA_DISCONNECTED, it is $(jq -r .connectionStatus <<<"$answer"); nothing was sent or queued"
else
  exit 1
fi

# 7. Clean up: the session is named in the path. Deleting it unlinks the phone.
for session in sales support default; do
  echo "$session: $(call DELETE "/api/sessions/$session" | jq -r .message)"
done
call POST "/api/admin/apikeys/$key_id/revoke" -H "X-Admin-Key: $ADMIN_KEY" >/dev/null
echo "done"
