<%@ page contentType="text/html; charset=UTF-8" trimDirectiveWhitespaces="true" session="false" %><%
  String what = request.getParameter("what");
  if ("missing".equals(what)) { response.sendError(404, "Order 17 does not exist"); return; }
  if ("private".equals(what)) { response.setHeader("WWW-Authenticate", "Basic realm=\"orders\""); response.sendError(401, "Sign in first, please"); return; }
  if ("admin".equals(what)) { response.sendError(403, "Only owners may do that"); return; }
  if ("sold".equals(what)) { response.sendError(409, "Somebody was faster"); return; }
  if ("busy".equals(what)) { response.setHeader("Retry-After", "20"); response.sendError(429, "Three orders a minute are enough"); return; }
  if ("closed".equals(what)) { response.setHeader("Retry-After", "120"); response.sendError(503, "Closed for maintenance until 10:00 UTC"); return; }
  if ("json".equals(what)) {
    response.setStatus(422);
    response.setContentType("application/json");
    out.print("{\"timestamp\":1,\"status\":422,\"error\":\"Unprocessable Entity\",\"message\":\"Validation failed\",\"errors\":[{\"field\":\"qty\",\"defaultMessage\":\"must not be null\",\"code\":\"NotNull\"}],\"path\":\"/orders\"}");
    return;
  }
  if ("moved".equals(what)) { response.sendRedirect("/orders.jsp"); return; }
  if ("boom".equals(what)) { throw new IllegalStateException("cannot open /srv/ledger/hunter2 on vault.corp.internal"); }
  if ("null".equals(what)) { String nothing = null; nothing.length(); }
%><!doctype html><h1>All is well</h1>
