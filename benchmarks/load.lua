-- wrk's script: every thread has one connection and sends for one session, one message after the other.
-- Arguments: a file with one JSON body a line (as many as threads), and the API key.

local threads = {}

function setup(thread)
  thread:set("place", #threads + 1)
  table.insert(threads, thread)
end

function init(args)
  local at = 0
  for line in io.lines(args[1]) do
    at = at + 1
    if at == place then body = line end
  end
  refused = 0
  request_bytes = wrk.format("POST", "/api/send-message",
    { ["X-API-Key"] = args[2], ["Content-Type"] = "application/json" }, body)
end

function request()
  return request_bytes
end

function response(status, headers, text)
  if status ~= 200 then
    refused = refused + 1
    first_refusal = first_refusal or (status .. " " .. text)
  end
end

function done(summary, latency, requests)
  local refused, words = 0, nil
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("refused")
    words = words or thread:get("first_refusal")
  end
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"seconds": %.6f, "sends": %d, "p50_ms": %.3f, "p95_ms": %.3f, "refused": %d, "broken": %d, "first": %q}\n',
    summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    refused, errors.connect + errors.read + errors.write + errors.timeout, words or ""))
end
