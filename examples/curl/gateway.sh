# What the examples share: requests to wagate that are repeated where that is safe. Needs curl and jq.
# shellcheck shell=bash

WAGATE=${WAGATE_URL:-http://localhost:3000}
JSON='Content-Type: application/json'

# One request; prints its answer. Fails with 1 when that says "success": false, with 2 when none came.
call() { # METHOD PATH [curl options ...]
  local method=$1 path=$2 file answer
  shift 2
  file=$(mktemp)
  curl -sS --max-time 60 -X "$method" "$WAGATE$path" -o "$file" \
    -H "X-API-Key: ${WAGATE_API_KEY:-}" -H "X-Session-Id: ${WAGATE_SESSION:-}" "$@" || true
  answer=$(cat "$file")
  rm "$file"
  [ -n "$answer" ] || return 2
  echo "$answer"
  if [ "$(jq .success <<<"$answer")" != true ]; then
    jq -r '"\(.code): \(.error)"' <<<"$answer" >&2 # words for a person; a program looks at the code
    return 1
  fi
}

# The same with an Idempotency-Key, repeated when no answer came or the gateway is busy: what it sends is sent once.
send() { # KEY PATH [curl options ...]
  local key=$1 path=$2
  shift 2
  call POST "$path" -H "Idempotency-Key: $key" --retry 3 --retry-all-errors --retry-max-time 60 "$@"
}
