#!/usr/bin/env bash
# Answer whoever writes: keep pictures, react, reply, ask with a poll, mark as read. Ctrl-C ends it.
set -euo pipefail
. "$(dirname "$0")/gateway.sh"

seen=$(mktemp) # the ids of messages, a line for each
trap 'rm -f "$seen"' EXIT
trap 'exit 130' INT # without it, bash forgets a Ctrl-C that comes just as a command ends

# What nobody has seen to yet, oldest first, a line for each. Pages are newest first: read on until one has something known.
new_messages() {
  local before= page new known=false
  new=$(mktemp)
  while [ "$known" = false ]; do
    page=$(call GET "/api/incoming-messages?limit=50$before") || { rm "$new"; return; }
    # What is left out has a file that is here in a moment.
    jq -c --rawfile seen "$seen" '.messages[] | select(.media.state != "fetching") |
      select(.id as $id | $seen | split("\n") | index($id) | not)' <<<"$page" >>"$new"
    known=$(jq --rawfile seen "$seen" '($seen | split("\n")) as $known |
      .next == null or any(.messages[].id; IN($known[]))' <<<"$page")
    before="&before=$(jq -r .next <<<"$page")"
  done
  tac "$new"
  rm "$new"
}

# Do something about a message that arrived.
answer() { # MESSAGE
  local message=$1 id chat media name
  id=$(jq -r .id <<<"$message") chat=$(jq -r .chat <<<"$message")
  case $(jq -r 'if .fromMe or (.chat | endswith("@g.us")) then "not ours" else .type + (.media.state // "") end' \
    <<<"$message") in
    "not ours") return ;;
    imagestored)
      media=$(jq -r .media.id <<<"$message")
      name=$media$(jq -r '{"image/jpeg": ".jpg", "image/png": ".png"}[.media.mimetype] // ""' <<<"$message")
      curl -sSfL --retry 4 "$WAGATE/api/media/$media" -H "X-API-Key: $WAGATE_API_KEY" -o "$name" || return 2
      echo "picture $name from $(jq -r .from <<<"$message")"
      say react-message '{messageId: $id, emoji: "👍"}' || return
      say reply-message '{messageId: $id, text: "Got it, thank you!"}' || return
      ;;
    text)
      say send-poll '{question: "What is it about?", options: ["My order", "Something else"]}' || return
      ;;
    vote)
      say send-message '{message: "You chose: \($message.vote.options[0])"}' || return
      ;;
  esac
  call POST /api/mark-as-read -H "$JSON" -d "{\"number\": \"$chat\", \"messageId\": \"$id\"}" >/dev/null
}

# Send something into the chat of the message: once, however often this program dies and does it again.
say() { # ROUTE FIELDS
  jq -n --arg number "$chat" --arg id "$id" --argjson message "$message" "{\$number, queue: true} + $2" |
    send "$1-$id" "/api/$1" -H "$JSON" -d @- >/dev/null # queue: it may wait while the number is disconnected
}

# What is there already is not answered. (A program of yours keeps what it has seen to, and goes on from there.)
call GET /api/incoming-messages | jq -r '.messages[].id' >"$seen"
echo "waiting for messages"
while :; do
  while read -r message; do
    # Refused (1): what may be tried again has been. Nobody answered (2): what was not seen to comes again.
    answer "$message" || [ $? = 1 ] || break
    jq -r .id <<<"$message" >>"$seen"
  done < <(new_messages)
  sleep 1
done
