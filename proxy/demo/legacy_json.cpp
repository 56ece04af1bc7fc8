#include "proxy/demo/legacy_parts.hpp"

namespace errata::legacy_parts {

namespace {

constexpr std::string_view json = "application/json";
constexpr std::string_view problem = "application/problem+json";

void add_framework_shapes(std::vector<legacy_answer>& to) {
  to.push_back(answer("/spring-500", "Spring Boot: timestamp, status, error, trace",
                      typed("500 Internal Server Error", json,
                            R"({"timestamp":"2026-11-22T09:14:07.131+00:00","status":500,)"
                            R"("error":"Internal Server Error","trace":"org.hibernate.exception.)"
                            R"(JDBCConnectionException: could not extract ResultSet\n\tat org.)"
                            R"(hibernate.loader.Loader.list(Loader.java:2522)\n","message":"could )"
                            R"(not extract ResultSet","path":"/api/invoices/4711"})")));
  to.push_back(
      answer("/aspnet-400", "ASP.NET Core: problem details with an errors map",
             typed("400 Bad Request", problem,
                   R"({"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1",)"
                   R"("title":"One or more validation errors occurred.","status":400,)"
                   R"("errors":{"CustomerId":["The CustomerId field is required."]},)"
                   R"("traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"})")));
  to.push_back(answer("/problem-404", "problem details, RFC 9457",
                      typed("404 Not Found", problem,
                            R"({"type":"https://acme.example/problems/booking-not-found",)"
                            R"("title":"Booking not found","status":404,)"
                            R"("detail":"There is no booking with the number B-4711.",)"
                            R"("instance":"/bookings/B-4711"})")));
  to.push_back(answer("/drf-400", "Django REST framework: a list of messages a field",
                      typed("400 Bad Request", json,
                            R"({"email":["Enter a valid email address."],)"
                            R"("amount":["A number is required."]})")));
  to.push_back(answer("/laravel-422", "Laravel: message and errors",
                      typed("422 Unprocessable Content", json,
                            R"({"message":"The start date must be a date after today.",)"
                            R"("errors":{"start_date":["The start date must be a date after )"
                            R"(today."]}})")));
  to.push_back(answer("/rails-422", "Rails: errors by attribute",
                      typed("422 Unprocessable Entity", "application/json; charset=utf-8",
                            R"({"errors":{"iban":["can't be blank"]}})")));
  to.push_back(answer("/fastapi-422", "FastAPI: detail with loc, msg and type",
                      typed("422 Unprocessable Entity", json,
                            R"({"detail":[{"type":"missing","loc":["body","items",0,"price"],)"
                            R"("msg":"Field required","input":{"sku":"A-1"}}]})")));
  to.push_back(answer("/nest-400", "NestJS: a message list beside the status",
                      typed("400 Bad Request", "application/json; charset=utf-8",
                            R"({"statusCode":400,"message":["quantity must not be less than 1"],)"
                            R"("error":"Bad Request"})")));
}

void add_api_styles(std::vector<legacy_answer>& to) {
  to.push_back(answer("/graphql-400", "GraphQL: errors with extensions.code",
                      typed("400 Bad Request", json,
                            R"({"errors":[{"message":"Cannot query field \"totl\" on type )"
                            R"(\"Invoice\".","locations":[{"line":1,"column":12}],"extensions":)"
                            R"({"code":"GRAPHQL_VALIDATION_FAILED"}}]})")));
  to.push_back(
      answer("/jsonapi-422", "JSON:API: errors with source.pointer",
             typed("422 Unprocessable Entity", "application/vnd.api+json",
                   R"({"errors":[{"status":"422","code":"value_too_long","title":)"
                   R"("Invalid attribute","detail":"The reference is longer than 35 )"
                   R"(characters.","source":{"pointer":"/data/attributes/reference"}}]})")));
  to.push_back(answer("/rpc-404", "an RPC gateway: a numeric code and a status name",
                      typed("404 Not Found", json,
                            R"({"error":{"code":404,"message":"Room 12 does not exist.","status":)"
                            R"("NOT_FOUND"}})")));
  to.push_back(answer("/oauth-401", "OAuth 2: error and error_description",
                      typed("401 Unauthorized", json,
                            R"({"error":"invalid_token","error_description":"The access token )"
                            R"(has expired."})",
                            "WWW-Authenticate: Bearer realm=\"billing\", "
                            "error=\"invalid_token\"\r\n")));
  to.push_back(answer("/home-made-409", "a dialect of one's own: errno, errmsg",
                      typed("409 Conflict", json,
                            R"({"success":false,"errno":"E_SEAT_TAKEN","errmsg":"Seat 14C is )"
                            R"(already taken.","data":null})")));
  to.push_back(answer("/canonical-409", "an error that is canonical already",
                      typed("409 Conflict", json,
                            R"({"error":{"type":"conflict","message":"Booking 4711 is already )"
                            R"(cancelled.","code":"booking_already_cancelled"}})")));
  to.back().after = promised::untouched;
}

void add_broken_json(std::vector<legacy_answer>& to) {
  to.push_back(answer("/php-warning", "PHP: a warning printed before the JSON",
                      typed("400 Bad Request", json,
                            "<br />\n<b>Warning</b>:  Undefined array key \"vat\" in "
                            "<b>/var/www/shop/api.php</b> on line <b>17</b><br />\n"
                            R"({"error":"The VAT number is missing.","field":"vat"})")));
  to.push_back(answer("/sql-500", "a database's message inside JSON",
                      typed("500 Internal Server Error", json,
                            R"({"error":"ORA-00942: table or view does not exist: SELECT id, iban )"
                            R"(FROM billing.accounts WHERE owner = 'u-77'"})")));
  to.push_back(answer("/cut-json-400", "JSON that ends in the middle",
                      typed("400 Bad Request", json,
                            R"({"code":"INVALID_DATE","message":"The date is not valid.","det)")));
  to.push_back(
      answer("/string-423", "a bare JSON string",
             typed("423 Locked", json, R"("The order is being edited by someone else.")")));
  to.push_back(answer("/null-400", "null", typed("400 Bad Request", json, "null")));
}

}  // namespace

void add_json_dialects(std::vector<legacy_answer>& to) {
  add_framework_shapes(to);
  add_api_styles(to);
  add_broken_json(to);
}

}  // namespace errata::legacy_parts
