-- Arguments: a path, the lowest and the highest number that may stand for {n} in it or in the body,
-- and the method, the body, the header Prefer and a token.
-- The requests are written before the clock starts; wrk asks for them in turn. Of long ones there
-- are fewer, for LuaJIT holds no more than some hundred MB.
local requests, place = {}, 0

function init(arguments)
  local path, lowest, highest = arguments[1], tonumber(arguments[2]), tonumber(arguments[3])
  local method, body, prefer, token = arguments[4], arguments[5], arguments[6], arguments[7]
  local headers = { ["Host"] = wrk.headers["Host"] }
  if body ~= "" then
    headers["Content-Type"], headers["Prefer"] = "application/json", prefer
  end
  if token ~= "" then
    headers["Authorization"] = "Bearer " .. token
  end
  for number = 1, #body > 10000 and 200 or 5000 do
    local drawn = tostring(math.random(lowest, highest))
    local sent = body ~= "" and body:gsub("{n}", drawn) or nil
    requests[number] = wrk.format(method, (path:gsub("{n}", drawn)), headers, sent)
  end
end

function request()
  place = place % #requests + 1
  return requests[place]
end

-- The last line is JSON. wrk counts answers of 400 and more; it knows latencies in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "errors": %d, "p50": %f, "p99": %f}\n',
    summary.requests,
    summary.duration / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000
  ))
end
