#include "policies/normalize/json_shapes.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

std::string first(const finding& found) {
  return found.messages.empty() ? std::string() : found.messages.front().text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_shapes)

BOOST_AUTO_TEST_CASE(reads_the_dialects) {
  struct {
    unsigned status;
    std::string_view body, shape, message, code, param;
  } const rows[] = {
      {404,
       R"j({"timestamp":"t","status":404,"error":"Not Found","message":"Order 17 is gone","path":"/v1/orders/17"})j",
       "spring", R"j(Order 17 is gone)j", "", ""},
      {400,
       R"j({"timestamp":"t","status":400,"error":"Bad Request","message":"Validation failed for object='order'. Error count: 1","errors":[{"codes":["NotBlank.order.email"],"arguments":[{"code":"email"}],"defaultMessage":"must not be blank","objectName":"order","field":"email","code":"NotBlank"}],"path":"/v1"})j",
       "spring", R"j(must not be blank)j", "not_blank", "email"},
      {403,
       R"j({"type":"https://e.example/probs/no-credit","title":"No credit.","detail":"You have 4, you need 11."})j",
       "problem_json", R"j(You have 4, you need 11.)j", "no_credit", ""},
      {400,
       R"j({"type":"https://www.rfc-editor.org/rfc/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","errors":{"Lines[0].Qty":["Qty must be between 1 and 99."]}})j",
       "problem_json", R"j(Qty must be between 1 and 99.)j", "", "Lines[0].Qty"},
      {422,
       R"j({"type":"about:blank","title":"The shipment cannot be accepted.","errors":[{"detail":"weight has to be above zero","pointer":"#/parcel/weight"}]})j",
       "problem_json", R"j(weight has to be above zero)j", "", "parcel.weight"},
      {422,
       R"j({"detail":[{"loc":["body","items",0,"qty"],"msg":"must be greater than 0","type":"value_error.not_gt"}]})j",
       "json", R"j(must be greater than 0)j", "value_error_not_gt", "items[0].qty"},
      {400, R"j({"detail":"JSON parse error here"})j", "json", R"j(JSON parse error here)j", "",
       ""},
      {400,
       R"j({"statusCode":400,"error":"Bad Request","message":"\"qty\" must be a number","validation":{"source":"payload","keys":["qty"]}})j",
       "hapi", R"j("qty" must be a number)j", "", "qty"},
      {400,
       R"j({"statusCode":400,"message":["email must be an email","age must be a number"],"error":"Bad Request"})j",
       "hapi", R"j(email must be an email)j", "", ""},
      {404, R"j({"code":"ItemMissing","message":"order 12 is not here"})j", "json",
       R"j(order 12 is not here)j", "item_missing", ""},
      {422,
       R"j({"error":{"statusCode":422,"name":"ValidationError","message":"The instance is not valid","details":{"context":"Order","codes":{"ref":["presence"]},"messages":{"ref":["can't be blank"]}}}})j",
       "error_object", R"j(can't be blank)j", "", "ref"},
      {422,
       R"j({"message":"The given data was invalid.","errors":{"email":["The email field is required."]}})j",
       "field_map", R"j(The email field is required.)j", "", "email"},
      {422, R"j({"errors":{"sku":["can't be blank"],"qty":["is not a number"]}})j", "field_map",
       R"j(can't be blank)j", "", "sku"},
      {422, R"j({"errors":{"sku":["invalid"]}})j", "field_map", R"j(invalid)j", "", "sku"},
      {400, R"j({"errors":["Sku can't be blank"]})j", "errors_list", R"j(Sku can't be blank)j", "",
       ""},
      {400, R"j({"email":["Enter a valid email address."],"total":["Required."]})j", "json",
       R"j(Enter a valid email address.)j", "", "email"},
      {400, R"j({"lines":[{},{"qty":["Too small a number."]}]})j", "json",
       R"j(Too small a number.)j", "", "lines[1].qty"},
      {400, R"j({"non_field_errors":["Total may not be zero."]})j", "json",
       R"j(Total may not be zero.)j", "", ""},
      {400, R"j({"messages":{"json":{"email":["Missing data."]}}})j", "json", R"j(Missing data.)j",
       "", "email"},
      {400, R"j({"email":[{"message":"Enter a valid email.","code":"bad_email"}]})j", "json",
       R"j(Enter a valid email.)j", "bad_email", "email"},
      {422,
       R"j({"errors":[{"status":"422","code":"VALUE_TOO_SHORT","source":{"pointer":"/data/attributes/firstName"},"title":"Refused","detail":"Two letters or more."}]})j",
       "jsonapi", R"j(Two letters or more.)j", "value_too_short", "firstName"},
      {400,
       R"j({"errors":[{"message":"You must be logged in","locations":[{"line":1}],"path":["me"],"extensions":{"code":"LOGIN_NEEDED","stacktrace":["x"]}}]})j",
       "graphql", R"j(You must be logged in)j", "login_needed", ""},
      {400,
       R"j({"error":{"code":400,"message":"Invalid argument.","status":"INVALID_ARGUMENT","details":[{"@type":"x.y/BadRequest","fieldViolations":[{"field":"order.currency","description":"Must be a 3-letter code."}]}]}})j",
       "error_object", R"j(Must be a 3-letter code.)j", "invalid_argument", "order.currency"},
      {404,
       R"j({"error":{"code":404,"message":"Bucket is not there.","status":"NOT_FOUND","details":[{"@type":"x.y/ErrorInfo","reason":"BUCKET_MISSING"}]}})j",
       "error_object", R"j(Bucket is not there.)j", "bucket_missing", ""},
      {400, R"j({"__type":"com.example.v1#LimitExceededException","message":"Too many tables"})j",
       "aws", R"j(Too many tables)j", "limit_exceeded_exception", ""},
      {400,
       R"j({"odata.error":{"code":"InvalidInput","message":{"lang":"en-US","value":"The input is bad here."}}})j",
       "json", R"j(The input is bad here.)j", "invalid_input", ""},
      {400,
       R"j({"error":{"code":"BadArgument","message":"Several are bad","target":"name","details":[{"code":"Null","target":"name","message":"Name must be there"}],"innererror":{"trace":"x"}}})j",
       "error_object", R"j(Several are bad)j", "bad_argument", "name"},
      {404,
       R"j({"error":{"code":"resource_missing","message":"No such customer","param":"customer","type":"invalid_request_error"}})j",
       "error_object", R"j(No such customer)j", "resource_missing", "customer"},
      {404,
       R"j({"code":20404,"message":"SM9 is not here","more_info":"https://x.example/20404","status":404})j",
       "json", R"j(SM9 is not here)j", "", ""},
      {400,
       R"j([{"message":"Required: [LastName]","errorCode":"FIELD_MISSING","fields":["LastName"]}])j",
       "json_array", R"j(Required: [LastName])j", "field_missing", "LastName"},
      {422,
       R"j({"kind":"Status","status":"Failure","message":"Pod \"x\" is bad: spec.image: Required value","reason":"Invalid","details":{"name":"x","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.image"}]},"code":422})j",
       "json", R"j(Pod "x" is bad: spec.image: Required value)j", "field_value_required",
       "spec.image"},
      {404,
       R"j({"error":{"root_cause":[{"type":"a"}],"type":"index_gone_exception","reason":"the index is gone"},"status":404})j",
       "error_object", R"j(the index is gone)j", "index_gone_exception", ""},
      {412, R"j({"error":"conflicting_rev","reason":"Document update conflict."})j", "json",
       R"j(Document update conflict.)j", "conflicting_rev", ""},
      {400,
       R"j({"error":"invalid_grant","error_description":"The code has run out","error_uri":"https://a.example"})j",
       "oauth2", R"j(The code has run out)j", "invalid_grant", ""},
      {400, R"j({"error":"unauthorized_client"})j", "json", "", "unauthorized_client", ""},
      {409,
       R"j({"schemas":["urn:x"],"scimType":"uniqueness","detail":"userName is in use","status":"409"})j",
       "json", R"j(userName is in use)j", "uniqueness", ""},
      {422,
       R"j({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"required","details":{"text":"Birth date is required"},"expression":["Patient.birthDate"]}]})j",
       "json", R"j(Birth date is required)j", "required", "Patient.birthDate"},
      {404, R"j({"ok":false,"error":"channel_not_found"})j", "json", "", "channel_not_found", ""},
      {400,
       R"j({"error":{"message":"(#100) x must be there","type":"OAuthException","code":100}})j",
       "error_object", R"j((#100) x must be there)j", "", ""},
      {400,
       R"j({"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params: foo","data":{"field":"foo"}},"id":1})j",
       "jsonrpc", R"j(Invalid params: foo)j", "", "foo"},
      {400, R"j({"status":"fail","data":{"title":"A title is required"}})j", "json",
       R"j(A title is required)j", "", "title"},
      {404,
       R"j({"fault":{"faultstring":"No such product","detail":{"errorcode":"catalog.ProductGone"}}})j",
       "json", R"j(No such product)j", "catalog_product_gone", ""},
      {400,
       R"j({"Response":{"Error":{"Code":"AuthFailure.Expired","Message":"Credentials ran out."},"RequestId":"e"}})j",
       "json", R"j(Credentials ran out.)j", "auth_failure_expired", ""},
      {400, R"j({"errorMessages":[],"errors":{"summary":"Say what it is about."}})j", "field_map",
       R"j(Say what it is about.)j", "", "summary"},
      {400, R"j({"formErrors":[],"fieldErrors":{"name":["Required"]}})j", "json", R"j(Required)j",
       "", "name"},
      {422,
       R"j({"title":"Form is not valid","type":"about:blank","invalid-params":[{"name":"age","reason":"must be a positive integer"}]})j",
       "problem_json", R"j(must be a positive integer)j", "", "age"},
      {404, R"j({"messageTranslations":{"en":"The title does not exist"},"httpCode":404})j", "json",
       R"j(The title does not exist)j", "", ""},
      {400, R"j({"message":"USER_NOT_FOUND"})j", "json", "", "user_not_found", ""},
      {400, R"j("Basket is empty")j", "json_string", R"j(Basket is empty)j", "", ""},
      {400, R"j(["Basket is empty"])j", "json_array", R"j(Basket is empty)j", "", ""},
      {400, R"j(7)j", "json_scalar", "", "", ""},
      {400, R"j({})j", "json", "", "", ""},
      {400, R"j([])j", "json_array", "", "", ""},
      {400, R"j({"errors":[]})j", "json", "", "", ""},
      {400, R"j({"error":true,"message":"It is broken","code":"X1_BAD"})j", "json",
       R"j(It is broken)j", "x1_bad", ""},
      {400, R"j({"error":{"0":"Name is too short"}})j", "error_object", R"j(Name is too short)j",
       "", ""},
      {400, R"j({"mensaje":"Falta el nombre","codigo":"SIN_NOMBRE"})j", "json",
       R"j(Falta el nombre)j", "sin_nombre", ""},
      {403, R"j({"message":"No message available","error":"Forbidden"})j", "json", "", "", ""},
      {400,
       R"j({"total":2,"_embedded":{"errors":[{"message":"Town is unknown","path":"/town"}]}})j",
       "json", R"j(Town is unknown)j", "", "town"},
      {400, R"j({"outer":{"message":"It is inside","code":"in_side"}})j", "json",
       R"j(It is inside)j", "in_side", ""},
      {422,
       R"j({"Fault":{"Error":[{"Message":"Taken","Detail":"The name is taken.","code":"6240","element":"Name"}]}})j",
       "json", R"j(The name is taken.)j", "", "Name"},
      {400,
       R"j({"error":{"message":"(#9) Param x","error_user_title":"Colour","error_user_msg":"Please choose red."}})j",
       "error_object", R"j(Please choose red.)j", "", ""},
      {409,
       R"j({"error":{"message":"The list is there","status":"ALREADY_EXISTS","details":[{"@type":"t/ErrorInfo","reason":"LIST_EXISTS"}]}})j",
       "error_object", R"j(The list is there)j", "list_exists", ""},
      {409,
       R"j({"error":{"message":"The list is there","code":"ALREADY_EXISTS","details":[{"reason":"LIST_EXISTS"}]}})j",
       "error_object", R"j(The list is there)j", "already_exists", ""},
      {404, R"j({"error":{"type":"resource_not_found","message":"No lamp 4."}})j", "error_object",
       R"j(No lamp 4.)j", "", ""},
      {400, R"j({"error":"invalid_request","error_description":"No lamp 4."})j", "oauth2",
       R"j(No lamp 4.)j", "invalid_request", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.body) {
      const auto found = extract_json(row.body, row.status);
      BOOST_TEST_REQUIRE(found.has_value());
      BOOST_TEST(found->shape == row.shape);
      BOOST_TEST(first(*found) == row.message);
      BOOST_TEST(found->code == row.code);
      BOOST_TEST(found->param == row.param);
    }
  }
}

// What comes first, the code and the parameter are the same; only what would come behind is left.
BOOST_AUTO_TEST_CASE(a_brief_reading_leaves_out_what_does_not_count) {
  struct row {
    std::string_view body;
    bool left_out;
  };
  constexpr row rows[] = {
      {R"j({"code":"NO_SEAT","message":"No seat is left","title":"Booking failed"})j", true},
      // A title may be the code where no other member is.
      {R"j({"message":"No seat is left","title":"NO_SEAT"})j", false},
      {R"j({"code":"NO_SEAT","message":"Validation failed","title":"No seat is left"})j", false},
      {R"j({"code":"NO_SEAT","message":"No seat is left"})j", false},
      // Once the parameter is known that the message names, the list tells nothing more.
      {R"j({"code":"E_SEAT","message":"The seat is taken","errors":[
          {"field":"seat","message":"is taken"},{"field":"row","message":"is full"}]})j",
       true},
      // What names a parameter that the message does not comes first, and its others are counted.
      {R"j({"code":"E_SEAT","message":"That does not work","errors":[
          {"field":"seat","message":"It is taken"},{"field":"row","message":"It is full"}]})j",
       false},
      {R"j({"code":"E_SEAT","field":"seat","message":"It is taken","errors":[
          {"field":"row","message":"It is full"}]})j",
       true},
      {R"j({"code":"NOT_FOUND","status":"NOT_FOUND","field":"seat","message":"It is taken",
          "errors":[{"code":"NO_SEAT","message":"It is full"}]})j",
       true},
      // JSON in a string counts where nothing else is known: it is not passed by.
      {R"j({"code":"E_SEAT","message":"The seat is taken",
          "errors":[{"field":"seat","message":"is taken"},"{\"message\":\"No\"}"],
          "data":"{\"message\":\"In a string\",\"field\":\"row\"}"})j",
       true},
      {R"j({"code":"E_SEAT","message":"It is taken",
          "title":"{\"message\":\"In a string\",\"field\":\"row\"}"})j",
       false},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.body) {
      const auto whole = extract_json(row.body, 409);
      const auto brief = extract_json(row.body, 409, with_origins::no, reading::brief);
      BOOST_TEST_REQUIRE((whole.has_value() && brief.has_value()));
      BOOST_TEST(first(*brief) == first(*whole));
      BOOST_TEST(brief->messages.front().others == whole->messages.front().others);
      BOOST_TEST(brief->code == whole->code);
      BOOST_TEST(brief->param == whole->param);
      BOOST_TEST(!whole->left_out);
      BOOST_TEST(brief->left_out == row.left_out);
    }
  }
}

BOOST_AUTO_TEST_CASE(members_for_developers_are_not_read) {
  const char* const bodies[] = {
      R"({"message":"No","exception":{"message":"secret thing here"}})",
      R"({"message":"No","stack":["secret thing here"],"trace":"secret thing here"})",
      R"({"title":"No way","innererror":{"message":"secret thing here"}})",
      R"({"error":{"message":"No way","debug":{"message":"secret thing here"}}})",
      R"({"exception":[{"message":"secret thing here"}]})",
      R"({"errors":[{"title":"No way","meta":{"exception":"secret thing here"}}]})",
  };
  for (const char* body : bodies) {
    const auto found = extract_json(body, 400);
    BOOST_TEST_REQUIRE(found.has_value());
    for (const errata::statement& message : found->messages) {
      BOOST_TEST(message.text.find("secret") == std::string::npos, body);
    }
  }
}

BOOST_AUTO_TEST_CASE(classes_of_exceptions_and_status_names_are_no_codes) {
  const char* const bodies[] = {
      R"({"errorType":"KeyError","errorMessage":"x y"})",
      R"({"name":"TypeError","message":"x y"})",
      R"({"error":{"name":"ValidationError","message":"x y"}})",
      R"({"type":"HttpException","message":"x y"})",
      R"({"error":"Bad Request","message":"x y"})",
      R"({"code":"BadRequest","message":"x y"})",
      R"({"code":"400","message":"x y"})",
      R"({"code":"java.lang.NullPointerException","message":"x y"})",
      R"({"status":"error","message":"x y"})",
  };
  for (const char* body : bodies) BOOST_TEST(extract_json(body, 400)->code == "", body);
}

BOOST_AUTO_TEST_CASE(json_in_a_string_is_read_once) {
  for (const char* body :
       {R"("{\"message\":\"It is in here\",\"code\":\"in_here\"}")",
        R"({"message":"{\"message\":\"It is in here\",\"code\":\"in_here\"}"})",
        R"({"error":"[{\"message\":\"It is in here\",\"code\":\"in_here\"}]"})"}) {
    const auto found = extract_json(body, 400);
    BOOST_TEST(first(*found) == "It is in here", body);
    BOOST_TEST(found->code == "in_here", body);
  }
  BOOST_TEST(extract_json(R"({"message":"{\"broken"})", 400)->messages.empty());
  BOOST_TEST(extract_json(R"("{\"message\":\"{\\\"message\\\":\\\"two deep\\\"}\"}")", 400)
                 ->messages.empty());
}

BOOST_AUTO_TEST_CASE(what_follows_the_value_does_not_count) {
  BOOST_TEST(first(*extract_json(R"({"message":"first one"}{"message":"second"})", 400)) ==
             "first one");
  BOOST_TEST(first(*extract_json("{\"message\":\"first one\"}\n<br>notice", 400)) == "first one");
}

BOOST_AUTO_TEST_CASE(broken_json_is_nothing) {
  for (const char* body : {"", "{", "{\"a\":", "{'a':1}", "[1,", "\"x", "{a:1}", "\xFF"}) {
    BOOST_TEST(!extract_json(body, 400).has_value(), body);
  }
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
  BOOST_TEST(!extract_json(std::string(100'000, '['), 400).has_value());
  std::string deep = "\"x\"";
  for (int i = 0; i < 30; ++i) deep = "{\"error\":" + deep + "}";
  BOOST_TEST(extract_json(deep, 400).has_value());
  // Many errors, of which only the last says something: it is not looked for that far.
  std::string wide = "{\"errors\":[";
  for (int i = 0; i < 50'000; ++i) wide += "{},";
  wide += "{\"message\":\"found it\"}]}";
  BOOST_TEST(extract_json(wide, 400)->messages.empty());
  std::string nested = "[";
  for (int i = 0; i < 20'000; ++i) nested += i == 0 ? "[[[]]]" : ",[[[],[]]]";
  nested += "]";
  BOOST_TEST(extract_json("{\"errors\":" + nested + "}", 400)->messages.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
