-- Sends one request out of COUNT at random: METHOD, and PATTERN with the number filled in (as in svc-%05d).
-- wrk ... -s random.lua URL -- METHOD PATTERN COUNT

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", os.time() * 16 + threads)
end

function init(args)
  local method, pattern, count = args[1], args[2], tonumber(args[3])
  requests = {}
  for i = 1, count do
    requests[i] = wrk.format(method, string.format(pattern, i - 1))
  end
  math.randomseed(seed)
end

function request()
  return requests[math.random(#requests)]
end
