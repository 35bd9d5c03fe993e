-- Registers a new instance with every request. TEMPLATE is a file with the JSON body, in which @id@ stands for
-- 12 characters that are new each time and @service@ for the name of one of SERVICES services.
-- wrk ... -s register.lua URL -- TEMPLATE RUN SERVICES      (RUN: a number below 1000, different in every run)

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local body = file:read("*a")
  file:close()
  run, services, sent = tonumber(args[2]), tonumber(args[3]), 0

  local length = #string.gsub(string.gsub(body, "@id@", string.rep("0", 12)), "@service@", "svc-00000")
  local head = string.format("PUT /v1/agent/service/register HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n", length)
  parts = {}
  local rest = head .. body
  while true do
    local from, to, token = string.find(rest, "(@%a+@)")
    if not from then break end
    table.insert(parts, string.sub(rest, 1, from - 1))
    table.insert(parts, token)
    rest = string.sub(rest, to + 1)
  end
  table.insert(parts, rest)
  ids, names = {}, {}
  for i, part in ipairs(parts) do
    if part == "@id@" then table.insert(ids, i) end
    if part == "@service@" then table.insert(names, i) end
  end
end

function request()
  sent = sent + 1
  local id = string.format("%03d-%d-%06d", run, number - 1, sent % 1000000)
  local name = string.format("svc-%05d", (sent * 7919 + number * 31) % services)
  for i = 1, #ids do parts[ids[i]] = id end
  for i = 1, #names do parts[names[i]] = name end
  return table.concat(parts)
end
