#include "policies/normalize/html.hpp"

#include <boost/test/unit_test.hpp>
#include <ctime>
#include <string>
#include <string_view>

#include "policies/normalize/scrub.hpp"
#include "policies/normalize/utf8.hpp"
#include "tests/support/repeated.hpp"

namespace {

using errata::extract_html;
using errata::extracted;
using errata::testing::repeated;

}  // namespace

BOOST_AUTO_TEST_SUITE(html)

BOOST_AUTO_TEST_CASE(finds_what_a_page_says) {
  const struct {
    const char* what;
    unsigned status;
    const char* page;
    const char* message;
  } rows[] = {
      {"a paragraph", 409,
       "<!doctype html><title>409 Conflict</title><h1>Conflict</h1><p>Order 17 has already been "
       "shipped</p>",
       "Order 17 has already been shipped"},
      {"a stock paragraph is better than none", 404,
       "<!doctype html><title>404 Not Found</title><h1>Not Found</h1><p>The requested URL was not "
       "found on the server. If you entered the URL manually please check your spelling and try "
       "again.</p>",
       "The requested URL was not found on the server. If you entered the URL manually please "
       "check "
       "your spelling and try again."},
      {"own words beat stock ones", 404,
       "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>The resource "
       "could not be found.<br/><br/>customer 12 not found</body></html>",
       "customer 12 not found"},
      {"text beside a heading", 403,
       "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body>",
       "Request forbidden by administrative rules."},
      {"reason in title and body", 403,
       "<html><title>403: Not allowed to view invoices</title><body>403: Not allowed to view "
       "invoices</body></html>",
       "Not allowed to view invoices"},
      {"status report", 409,
       "<html><body><h1>HTTP Status 409 – Conflict</h1><hr/><p><b>Type</b> Status Report</p><p>"
       "<b>Message</b> Order 12 was already cancelled</p><p><b>Description</b> The request could "
       "not be completed due to a conflict with the current state of the target resource.</p><hr/>"
       "<h3>Some Server/10.1</h3></body></html>",
       "Order 12 was already cancelled"},
      {"status report, old", 401,
       "<h1>HTTP Status 401 - x</h1><p><b>type</b> Status report</p><p><b>message</b> <u>Token has "
       "expired</u></p><p><b>description</b> <u>This request requires HTTP authentication.</u></p>",
       "Token has expired"},
      {"status report without a message", 404,
       "<h1>HTTP Status 404 – Not Found</h1><p><b>Type</b> Status Report</p><p><b>Description</b> "
       "The origin server did not find a current representation for the target resource or is not "
       "willing to disclose that one exists.</p>",
       ""},
      {"a table with labels", 403,
       "<h2>HTTP ERROR 403 Forbidden</h2><table><tr><th>URI:</th><td>/x</td></tr><tr><th>STATUS:"
       "</th><td>403</td></tr><tr><th>MESSAGE:</th><td>Your trial is over</td></tr><tr><th>"
       "SERVLET:</th><td>default x</td></tr></table>",
       "Your trial is over"},
      {"a table without news", 404,
       "<h2>HTTP ERROR 404</h2><table><tr><th>URI:</th><td>/a b</td></tr><tr><th>MESSAGE:</th><td>"
       "Not Found</td></tr></table>",
       ""},
      {"a closing tag that is cut off", 400, "<title>The lamp is off</titl", "The lamp is off"},
      {"a closing tag of which only the bracket came", 400, "<title>The lamp is off<",
       "The lamp is off"},
      {"a bracket that opens no tag", 400, "<title>Must be < 5", "Must be < 5"},
      {"the number of a section before the status", 404,
       "<title>Error 404--Not Found</title><h2>Error 404--Not Found</h2><h3>From RFC 2068:</h3>"
       "<h4>10.4.5 404 Not Found</h4>",
       ""},
      {"a status and a full stop before the message", 403,
       "<h2>Forbidden</h2><p>HTTP Error 403. The lamp is locked.</p>", "The lamp is locked."},
      {"a full stop without a status", 404, "<p>Sorry. The lamp is lost.</p>",
       "Sorry. The lamp is lost."},
      {"a status and a full stop before nothing", 404,
       "<h2>Not Found</h2><p>HTTP Error 404. The requested resource is not found.</p>", ""},
      {"bold words that are no label", 404, "<p><b>Order 12</b> was not found</p>",
       "Order 12 was not found"},
      {"fallback page", 404,
       "<html><body><h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for "
       "/error, so you are seeing this as a fallback.</p><div id='created'>Mon Mar 02 10:15:30 UTC "
       "2026</div><div>There was an unexpected error (type=Not Found, status=404).</div><div>Order "
       "5 is gone</div></body></html>",
       "Order 5 is gone"},
      {"fallback page without a message", 404,
       "<html><body><h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for "
       "/error, so you are seeing this as a fallback.</p><div>Mon Mar 02 10:15:30 UTC 2026</div>"
       "<div>There was an unexpected error (type=Not Found, status=404).</div></body></html>",
       ""},
      {"a short pre", 404, "<title>Error</title><pre>Cannot GET /api/v2/none</pre>",
       "Cannot GET /api/v2/none"},
      {"an introduction is no message", 404,
       "<h1>Error: 404 Not Found</h1><p>Sorry, the requested URL <tt>'/orders/88'</tt> caused an "
       "error:</p><pre>No order with number 88</pre>",
       "No order with number 88"},
      {"entities and odd blanks", 400,
       "<p>Amount&nbsp;must be &gt; 0 &amp; &lt; 10\n\t000 &euro;</p>",
       "Amount must be > 0 & < 10 000 €"},
      {"another language", 400, "<html><body><h1>Fehler</h1><p>Menge muss größer als 0 sein</p>",
       "Menge muss größer als 0 sein"},
      {"a fragment", 403, "<h1>Forbidden</h1><p>Your IP is blocked.</p>", "Your IP is blocked."},
      {"only a heading", 403, "<html><body><h1>Only partners may read this</h1></body></html>",
       "Only partners may read this"},
      {"scripts, styles, comments and footers", 404,
       "<style>p{}</style><script>var a='x y z';</script><!-- a b c --><nav>Home page of us</nav>"
       "<p>No such order</p><footer>some server 1.2</footer><address>x at y</address>",
       "No such order"},
      {"a link is no message", 404, "<h1>Not Found</h1><p><a href='/'>Back to the start</a></p>",
       ""},
      {"the server's name is none", 404,
       "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not "
       "Found</h1></center>"
       "<hr><center>nginx/1.22.1</center></body></html>",
       ""},
      {"what leaks is passed over", 403,
       "<p><b>Message</b> Pool on app-3.internal.example is shut</p><p>Ask your manager first.</p>",
       "Ask your manager first."},
      {"open tags", 409, "<p>Out of stock<p>Sold by us", "Out of stock"},
      {"a number", 404, "<h1>404</h1>", ""},
      {"nothing", 404, "", ""},
      {"an empty page", 404, "<html><body><div id=\"raptor\"></div></body></html>", ""},
      // From 500 on.
      {"an internal error", 500, "<h1>Oops</h1><p>Cannot invoke Order.total for you</p>", ""},
      {"a gateway", 502, "<h1>Proxy Error</h1><p>Reason: Error reading from remote server</p>", ""},
      {"maintenance", 503, "<h1>503</h1><p>Maintenance window until 14:00 UTC</p>",
       "Maintenance window until 14:00 UTC"},
      {"a server's own 503", 503,
       "<h1>Service Unavailable</h1><p>The server is temporarily unable to service your request "
       "due "
       "to maintenance downtime or capacity problems. Please try again later.</p>",
       ""},
      {"a pool", 503, "<p><b>Message</b> Pool db-main is shut</p>", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const extracted e = extract_html(row.page, row.status);
      BOOST_TEST(e.message == row.message);
      BOOST_TEST(e.shape == "html");
      BOOST_TEST(!e.internal);
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_labelled_codes) {
  const extracted e = extract_html(
      "<h1>oops! something went wrong</h1><pre><strong>error</strong>: invalid_client</pre><pre>"
      "<strong>error_description</strong>: client is invalid</pre>",
      400);
  BOOST_TEST(e.code == "invalid_client");
  BOOST_TEST(e.message == "client is invalid");
}

BOOST_AUTO_TEST_CASE(tells_debug_pages) {
  for (const char* page : {
           "<h1>OperationalError at /boom/</h1><pre>no such table: t</pre><table><tr><th>Request "
           "Method:</th><td>GET</td></tr></table>",
           "<title>Page Not Found (development mode)</title><p>Some advice</p>",
           "<pre>SyntaxError: Bad JSON<br> &nbsp; &nbsp;at JSON.parse (&lt;anonymous&gt;)<br> "
           "&nbsp; "
           "&nbsp;at parse (/srv/a/json.js:96:19)</pre>",
           "<h2>409 Conflict</h2><p>Name taken</p><pre>Traceback (most recent call last):\n  File "
           "\"/srv/a.py\", line 5</pre>",
           "<h1>Server Error in '/' Application.</h1><h2><i>Bad thing</i></h2><b>Stack Trace:</b> "
           "<pre>[FormatException: x]\n   A.B(C d) in c:\\x.cs:3</pre>",
           "<br /><b>Warning</b>: Undefined array key \"x\" in <b>/srv/index.php</b> on line "
           "<b>7</b><br />",
           "<p>You're seeing this error because you have <code>DEBUG = True</code></p>",
           "<h1>Whoops</h1><pre>#0 /srv/a.php(5): run()\n#1 {main}</pre>",
           "<p><b>Exception</b></p><pre>java.lang.Foo: x\n\tat com.corp.Db.get(Db.java:5)\n</pre>",
       }) {
    BOOST_TEST_CONTEXT(page) {
      const extracted e = extract_html(page, 400);
      BOOST_TEST(e.internal);
      BOOST_TEST(e.message == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(passes_over_pages_of_a_site) {
  const std::string links = repeated("<li><a href='/x'>Some other page</a></li>", 2000);
  BOOST_TEST(extract_html("<p>There is no such text</p><ul>" + links + "</ul>", 404).message == "");
  const std::string text = repeated("<p>Here is a piece of text</p>", 3000);
  BOOST_TEST(extract_html(text, 404).message == "");
}

BOOST_AUTO_TEST_CASE(is_bounded_on_hostile_markup) {
  for (const std::string_view piece : {"<",
                                       "<<",
                                       "</",
                                       "<b>",
                                       "<p>",
                                       "<p><b>",
                                       "<table>",
                                       "<table><tr><td>",
                                       "<a><div>",
                                       "<b><p>",
                                       "<a x",
                                       " x=y",
                                       "<i></i>",
                                       "<!--",
                                       "<!",
                                       "<![CDATA[",
                                       "<script>",
                                       "<title>",
                                       "<svg>",
                                       "<math><mi>",
                                       "&",
                                       "&#",
                                       "&amp;",
                                       "(",
                                       "</b>",
                                       "<form>",
                                       "<select>",
                                       "<h1>",
                                       "<b></x>",
                                       "<li>",
                                       "<font color=a>",
                                       "<nobr>",
                                       "<button>",
                                       "<frameset>",
                                       "\xFF",
                                       "<a href=\"",
                                       "<p/"}) {
    const std::string page = repeated(piece, 1 << 20);
    for (const char* prefix : {"", "<html><body>", "<a ", "<table>"}) {
      const std::clock_t start = std::clock();
      const extracted e = extract_html(prefix + page, 404);
      const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      BOOST_TEST_CONTEXT(prefix << piece) {
        BOOST_TEST(took < 2.0);
        BOOST_TEST(errata::is_utf8(errata::scrub_message(e.message).text));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(is_bounded_on_many_attributes) {
  std::string page = "<a";
  for (int i = 0; page.size() < 64 * 1024; ++i) page += " a" + std::to_string(i);
  BOOST_TEST(extract_html(page + ">No such order</a>", 404).message == "");
}

BOOST_AUTO_TEST_SUITE_END()
