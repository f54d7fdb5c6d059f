-- wrk sends the requests of a file in turns and prints what it measured as one line of JSON.
-- A line of the file: method, path and body, separated by tabs.
local requests = {}
local turn = 0

function init(arguments)
   for line in io.lines(arguments[1]) do
      local method, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
      local headers = { ["Accept"] = "application/json" }
      if body == "" then
         body = nil
      else
         headers["Content-Type"] = "application/json"
      end
      requests[#requests + 1] = wrk.format(method, path, headers, body)
   end
end

function request()
   turn = turn % #requests + 1
   return requests[turn]
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, ' ..
      '"p50": %.6f, "p95": %.6f, "p99": %.6f}\n',
      summary.requests,
      summary.duration / 1e6,
      errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50) / 1e6,
      latency:percentile(95) / 1e6,
      latency:percentile(99) / 1e6
   ))
end
