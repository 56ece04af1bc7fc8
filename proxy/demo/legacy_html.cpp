#include "proxy/demo/legacy_parts.hpp"

namespace errata::legacy_parts {

namespace {

constexpr std::string_view html = "text/html; charset=utf-8";

void add_exception_pages(std::vector<legacy_answer>& to) {
  to.push_back(answer("/java-trace", "Java servlet: 500 with a stack trace",
                      typed("500 Internal Server Error", html, R"page(<!doctype html>
<html lang="en"><head><title>Error 500</title></head>
<body><h1>Internal Server Error</h1>
<pre>java.lang.NullPointerException: Cannot invoke "Customer.id()" because "customer" is null
	at com.acme.billing.InvoiceService.total(InvoiceService.java:218)
	at com.acme.billing.InvoiceServlet.doGet(InvoiceServlet.java:64)
	at javax.servlet.http.HttpServlet.service(HttpServlet.java:655)
Caused by: java.sql.SQLException: connection to db-3.acme.internal:1521 refused
	at com.acme.db.Pool.take(Pool.java:97)
	... 23 more
</pre></body></html>
)page")));
  to.push_back(answer("/aspnet-yellow", "ASP.NET: the yellow page with source lines",
                      typed("500 Internal Server Error", html, R"page(<!DOCTYPE html>
<html><head><title>Object reference not set to an instance of an object.</title>
<style>body {font-family:Verdana} pre {background:#ffffcc}</style></head>
<body bgcolor="white"><span><h1>Server Error in '/Billing' Application.<hr></h1>
<h2><i>Object reference not set to an instance of an object.</i></h2></span>
<b>Exception Details: </b>System.NullReferenceException: Object reference not set to an instance.
<br><b>Source File: </b> D:\inetpub\billing\Invoice.aspx.cs <b> Line: </b> 42
<pre>[NullReferenceException: Object reference not set to an instance of an object.]
   Acme.Billing.Invoice.Page_Load(Object sender, EventArgs e) in D:\inetpub\billing\Invoice.aspx.cs:42
   System.Web.UI.Control.LoadRecursive() +71
</pre><b>Version Information:</b> Microsoft .NET Framework Version:4.0.30319</body></html>
)page",
                            "X-AspNet-Version: 4.0.30319\r\nX-Powered-By: ASP.NET\r\n")));
  to.push_back(
      answer("/php-fatal", "PHP: an uncaught exception shown as HTML",
             typed("500 Internal Server Error", "text/html; charset=UTF-8",
                   "<br />\n<b>Fatal error</b>:  Uncaught PDOException: SQLSTATE[HY000] "
                   "[2002] Connection refused in /var/www/shop/lib/db.php:31\nStack trace:\n"
                   "#0 /var/www/shop/lib/db.php(31): PDO-&gt;__construct('mysql:host=10.1.4"
                   "...', 'shop', 'hunter2')\n#1 {main}\n  thrown in "
                   "<b>/var/www/shop/lib/db.php</b> on line <b>31</b><br />\n",
                   "X-Powered-By: PHP/7.2.34\r\n")));
  to.push_back(answer("/django-debug", "Django: the debug page left on in production",
                      typed("500 Internal Server Error", html, R"page(<!DOCTYPE html>
<html lang="en"><head><meta name="robots" content="NONE,NOARCHIVE">
<title>KeyError at /orders/</title></head><body><div id="summary">
<h1>KeyError at /orders/</h1><pre class="exception_value">&#x27;customer&#x27;</pre>
<table class="meta"><tr><th>Django Version:</th><td>2.2.28</td></tr>
<tr><th>Exception Location:</th><td>/srv/shop/orders/views.py in index, line 88</td></tr>
<tr><th>Python Path:</th><td>['/srv/shop', '/usr/lib/python3.7']</td></tr></table></div>
<div id="settings"><tr><td>DATABASE_URL</td><td>postgres://shop:s3cret@10.1.4.9/shop</td></tr></div>
</body></html>
)page")));
  to.push_back(answer("/rails-500", "Rails: the static page for a 500",
                      typed("500 Internal Server Error", html, R"page(<!DOCTYPE html>
<html><head><title>We're sorry, but something went wrong (500)</title></head>
<body class="rails-default-error-page"><div class="dialog">
<h1>We're sorry, but something went wrong.</h1></div>
<p>If you own this application, look into the log for more.</p></body></html>
)page",
                            "X-Runtime: 0.018231\r\n")));
}

void add_default_pages(std::vector<legacy_answer>& to) {
  to.push_back(answer("/tomcat-404", "Tomcat: its default page for a 404",
                      typed("404 Not Found", "text/html;charset=utf-8",
                            "<!doctype html><html lang=\"en\"><head><title>HTTP Status 404 – Not "
                            "Found</title></head><body><h1>HTTP Status 404 – Not Found</h1><hr />"
                            "<p><b>Type</b> Status Report</p><p><b>Description</b> Nothing was "
                            "found for the path you asked for.</p><hr /><h3>Apache Tomcat/8.5.32"
                            "</h3></body></html>",
                            "Content-Language: en\r\n")));
  to.push_back(answer("/iis-404", "IIS: its default page for a 404",
                      typed("404 Not Found", "text/html",
                            "<!DOCTYPE HTML><html><head><title>404 - File or directory not found."
                            "</title></head><body><div id=\"header\"><h1>Server Error</h1></div>"
                            "<div id=\"content\"><h2>404 - File or directory not found.</h2>"
                            "<h3>It may have been removed or renamed.</h3></div></body></html>",
                            "X-Powered-By: ASP.NET\r\n")));
  to.push_back(answer("/nginx-502", "nginx: its default page for a 502",
                      typed("502 Bad Gateway", "text/html",
                            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                            "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.14.2"
                            "</center>\r\n</body>\r\n</html>\r\n")));
  to.push_back(
      answer("/apache-403", "Apache: its default page for a 403",
             typed("403 Forbidden", "text/html; charset=iso-8859-1",
                   "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n"
                   "<title>403 Forbidden</title>\n</head><body>\n<h1>Forbidden</h1>\n<p>Access"
                   " to this place is not for you.</p>\n<hr>\n<address>Apache/2.2.15 (CentOS)"
                   " Server at www.acme.internal Port 80</address>\n</body></html>\n")));
  to.push_back(answer("/flask-404", "Flask: the little HTML page of an abort(404)",
                      typed("404 NOT FOUND", html,
                            "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n"
                            "<h1>Not Found</h1>\n<p>No invoice has the number 4711.</p>\n")));
  to.push_back(
      answer("/express-404", "Express: \"Cannot GET\"",
             typed("404 Not Found", html,
                   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<title>Error</title>\n</head>\n<body>\n<pre>Cannot GET /express-404"
                   "</pre>\n</body>\n</html>\n",
                   "X-Powered-By: Express\r\n")));
  to.push_back(answer("/html-429", "a firewall's HTML page with status 429",
                      typed("429 Too Many Requests", "text/html",
                            "<html><body><h1>Slow down</h1><p>You sent too many requests. Your "
                            "address was noted by waf-2.acme.internal.</p></body></html>",
                            "Retry-After: 30\r\n")));
  to.push_back(answer("/maintenance", "a maintenance page with Retry-After",
                      typed("503 Service Unavailable", html,
                            "<html><head><title>Back soon</title></head><body><h1>We are moving "
                            "house</h1><p>Billing is down for maintenance until 14:00 UTC.</p>"
                            "</body></html>",
                            "Retry-After: 120\r\n")));
}

}  // namespace

void add_html_pages(std::vector<legacy_answer>& to) {
  add_exception_pages(to);
  add_default_pages(to);
}

}  // namespace errata::legacy_parts
