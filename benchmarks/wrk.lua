-- Arguments: a path, the lowest and the highest number that may stand for {n} in it.
-- The requests are written before the clock starts; wrk asks for them in turn.
local requests, place = {}, 0

function init(arguments)
  local path, lowest, highest = arguments[1], tonumber(arguments[2]), tonumber(arguments[3])
  for number = 1, 5000 do
    local drawn = tostring(math.random(lowest, highest))
    requests[number] = wrk.format("GET", (path:gsub("{n}", drawn)))
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
