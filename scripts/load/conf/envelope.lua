-- Makes an envelope of an upstream's error: keeps the message of a JSON body below 500, and leaves what
-- is an envelope already.
local cjson = require "cjson.safe"
local ngx = ngx
local concat = table.concat

local limit = 65536
local of_status = {
  [401] = { "authentication_error", "unauthenticated", "Authentication is required." },
  [403] = { "authorization_error", "forbidden", "Access is denied." },
  [404] = { "resource_not_found", "not_found", "The resource was not found." },
  [409] = { "conflict", "conflict", "The request conflicts with the present state." },
  [429] = { "rate_limit_error", "rate_limit_exceeded", "Too many requests." },
  [503] = { "server_error", "service_unavailable", "The service is temporarily unavailable." },
}
local other_4xx = { "invalid_request", "invalid_request", "The request is not valid." }
local other_5xx = { "server_error", "internal_error", "An unexpected error occurred." }

local function snake_case(code)
  return (code:lower():gsub("[^a-z0-9]+", "_"))
end

local function envelope_of(status, body)
  local row = of_status[status] or (status < 500 and other_4xx or other_5xx)
  local code, message = row[2], row[3]
  if status < 500 and body:byte(1) == 123 then
    local parsed = cjson.decode(body)
    if parsed then
      local inner = parsed.error
      if type(inner) == "table" and inner.type and inner.message and inner.code then
        return body
      end
      local found = parsed.message or parsed.detail
      if type(found) == "string" and #found > 0 then message = found end
      if type(parsed.code) == "string" then code = snake_case(parsed.code) end
    end
  end
  return '{"error":{"type":"' .. row[1] .. '","message":' .. cjson.encode(message) ..
    ',"code":"' .. code .. '"}}'
end

local envelope = {}

function envelope.head()
  if ngx.status < 400 then return end
  local header = ngx.header
  header.content_length = nil
  header.content_type = "application/json"
  if ngx.status == 503 and not header.retry_after then header.retry_after = 5 end
end

function envelope.body()
  local status = ngx.status
  if status < 400 then return end
  local ctx = ngx.ctx
  local parts = ctx.parts
  if not parts then
    parts = {}
    ctx.parts, ctx.size = parts, 0
  end
  local piece = ngx.arg[1]
  if #piece > 0 and ctx.size < limit then
    parts[#parts + 1] = piece
    ctx.size = ctx.size + #piece
  end
  if ngx.arg[2] then
    ngx.arg[1] = envelope_of(status, concat(parts))
  else
    ngx.arg[1] = nil
  end
end

return envelope
