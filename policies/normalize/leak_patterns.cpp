#include "policies/normalize/leak_patterns.hpp"

#include <boost/assert.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

namespace errata::leak_patterns {
namespace {

// Of one automaton: the states that it has met. When they are full it starts afresh.
constexpr std::int64_t most_memory = 16 << 20;

// Bytes, not characters: the patterns are ASCII, the offsets are ours, and no input is invalid.
RE2::Options byte_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(most_memory);
  return options;
}

// Any of several expressions, compiled once.
class pattern {
 public:
  pattern(std::initializer_list<std::string_view> expressions)
      : re_(joined(expressions), byte_options()) {
    BOOST_ASSERT_MSG(re_.ok(), re_.error().c_str());
  }
  const RE2& re() const noexcept { return re_; }

 private:
  static std::string joined(std::initializer_list<std::string_view> expressions) {
    std::string all;
    for (const std::string_view e : expressions) {
      if (!all.empty()) all += '|';
      all.append("(?:").append(e).append(")");
    }
    return all;
  }

  RE2 re_;
};

}  // namespace

const RE2& frames() {
  static const pattern p = {
      R"((?m)^\s*at [\w.$<>/@~`\[\]]+ ?\()",
      R"((?m)^\s*at (?:async |new )?[\w.$<>\[\] ]+ \(.*:\d+\))",
      R"((?m)^\s+at (?:/|file:|node:|[A-Za-z]:\\)\S+:\d+)",
      R"((?i)traceback \(most recent)",
      R"(\bFile "[^"]+", line \d)",
      R"(\.(?:java|kt|scala|groovy|clj):\d+\b)",
      R"(\.rb:\d+(?::in|\b))",
      R"(\.(?:js|ts|mjs|cjs|jsx|tsx):\d+(?::\d+)?\b)",
      R"((?i)\.(?:php|inc|phtml)(?:\(\d+\)|:\d+| on line \d+))",
      R"(\.go:\d+)",
      R"((?i)\.(?:aspx?|cfm|cfc|jsp|vbs),? line \d+|\(\w+ \d+\.\d+\.\d+\) lib/)",
      R"(\.(?:cs|vb|fs):line \d+)",
      R"(\.p[lmy] line \d+|\.(?:py|pm|exs?|erl|lua|cpp|cc|hpp|rs):\d+\b)",
      R"(goroutine \d+ \[)",
      R"((?i)\bat line \d+ of file\b|\bon line \d+ of \S+\.\w+)",
      R"((?m)^#\d+ (?:/|\[internal|\{main\}|\S+\())",
      R"((?i)\bin \S+\.\w{1,5} on line \d+)",
      R"((?i)\bstack ?trace\b)",
      R"((?m)^\s*Caused by: )",
      R"(\bnested exception is\b)",
      R"(\*\*\* \([\w.]+\) )",
      R"(lambda_method\d*\()",
  };
  return p.re();
}

// Lines that are dump from their first character on.
const RE2& frame_lines() {
  static const pattern p = {
      R"(^\s*at [\w.$<>/@~`\[\]]+ ?\()",
      R"(^\s*at (?:async |new )?\S.*:\d+:?\d*\)?\s*$)",
      R"(^\s*(?:File "[^"]+", line \d|Caused by: |Traceback \(most|goroutine \d+ \[|\.\.\. \d+ (?:more|common)))",
      R"(^\s*#\d+ |^\s*[\^~]+\s*$|^\s*from \S+:\d+|^\s*thrown in )",
      R"((?i)^\s*(?:stack ?trace|backtrace|call stack|inner exception|root cause)\b)",
      R"(^\s*(?:DETAIL|HINT|CONTEXT|STATEMENT|LINE \d+): |^\s*\[SQL: |^\s*\[parameters: )",
      R"(^\s*\(Background on this error)",
  };
  return p.re();
}

// SQL, and what databases and their drivers say.
const RE2& database_talk() {
  static const pattern p = {
      R"(\bSELECT\b.+\bFROM\b)",
      R"((?i)\bselect\s+(?:distinct\s+|top\s+\d+\s+)?(?:\*|[\w.`"\[\]]+(?:\s*,\s*[\w.`"*\[\]]+)*)\s+from\s+[\w.`"\[\]]+(?:\s+(?:where|join|limit|order|group|inner|left|having|as)\b|\s*[;)\]'"`]|\s*$))",
      R"((?i)\binsert\s+into\s+[\w.`"\[]+)",
      R"((?i)\bupdate\s+[\w.`"\[\]]+\s+set\s)",
      R"(\bUPDATE\b.+\bSET\b)",
      R"(\bDELETE FROM\b)",
      R"((?i)\bdelete\s+from\s+[\w.`"\[\]]+(?:\s+where\b|\s*[;)'"]|\s*$))",
      R"((?i)\b(?:create|alter|drop|truncate)\s+(?:table|index|view|schema|database)\s+[\w.`"\[])",
      R"(SQLSTATE|\b(?:ORA|PLS|TNS|DB2|SQLCODE)-?\d{4,5}\b|\bSQLCODE\b|\bSQL\s*[:\[])",
      R"(\bER_[A-Z_]{4,}\b|\bPG::|\bDBD::|\bDBI\b|\bJDBC\b|\bODBC\b|\bOLE DB\b|\bADODB\b)",
      R"(\bERROR \d{4} \([0-9A-Z]{5}\))",
      R"((?i)\berror(?: code)? \d{4}\b.{0,9}(?:table|column|access denied|unknown|duplicate))",
      R"((?i)\bno such (?:table|column|collection)\b|\bno such index:)",
      R"((?i)\bduplicate (?:key value|entry '|key error|column name))",
      R"((?i)\bviolat\w+ (?:of )?(?:the )?(?:unique|primary|foreign|check|not-null|exclusion|integrity)\b)",
      R"((?i)\bviolation of (?:unique|primary|foreign|check)\b|\bintegrity constraint\b|\bconstraint \[)",
      R"((?i)\b(?:unique|foreign key|not null|check|primary key) constraint (?:failed|violat|")|\bE11000\b)",
      R"((?i)\btable ['"`]?[\w.]+['"`]? (?:doesn't|does not|already) exist)",
      R"((?i)\b(?:relation|column|table|schema|function) "[^"]*"(?: of relation "[^"]*")? (?:does not exist|already exists|is of type|violates))",
      R"((?i)\bunknown column\b|\bin 'field list'|\binvalid (?:object|column) name\b)",
      R"((?i)\berror in your sql\b|\bsyntax error at or near\b|\bsql (?:syntax|grammar|statement|server|exception|error|query)\b)",
      R"((?i)\bcould not (?:execute|prepare) (?:statement|query|batch)|\bunable to execute (?:statement|query))",
      R"((?i)\bpreparedstatement\b|\bdeadlock (?:found|detected|victim)|\bdeadlock\b|\block wait timeout\b)",
      R"((?i)\baccess denied for user\b|\busing password:|\bpassword authentication failed for\b|\brole ".*" does not exist)",
      R"((?i)\b(?:connection|db|database|thread|pool\w*) pool\b|\bpool (?:error|exhausted|timed out|[\w-]+ exhausted)|\bfrom the pool\b)",
      R"((?i)\bcannot get a connection\b|\btoo many connections\b|\bdatabase is locked\b|\bserver has gone away\b)",
      R"((?i)\bunclosed quotation mark\b|\bquoted string not properly terminated\b|\bcould not open database\b)",
      R"((?i)\b(?:sqlite3?|psycopg2?|mysqli?|mariadb|postgres(?:ql)?|mongodb?|mongoose|hibernate|sqlalchemy|sequelize|typeorm|knex|prisma|activerecord|oracle|mssql|cassandra|elasticsearch|redis|memcached?|rabbitmq|kafka|zookeeper)\b)",
      R"((?i)\binvalid input syntax for (?:type )?\w+:|\bvalue too long for type\b|\bdata too long for column\b|\bincorrect \w+ value: '|\bout of range value for column\b)",
      R"((?i)\bcannot insert duplicate key\b|\bcolumn '[^']*' cannot be null\b|\bfor column '[^']*' at row\b|\bcast to objectid failed\b|\bnotnull violation\b|\bkey \([\w", ]+\)=)",
      R"((?i)\b(?:unable|failed|could not|cannot) (?:to )?(?:connect|communicate) (?:to|with) (?:the )?(?:database|db|server|backend|upstream|socket))",
  };
  return p.re();
}

// Programming errors, the operating system, the network behind.
const RE2& program_talk() {
  static const pattern p = {
      R"((?i)\bcannot read propert|\bcannot set propert|\bis not a function\b|\bis not defined$|\bis not iterable\b)",
      R"((?i)\bundefined (?:method|function|variable|index|array key|offset|property|constant|local variable)\b)",
      R"((?i)\bcall to (?:undefined|a member) |\bcan't (?:call method|locate object)|\bmember function\b)",
      R"((?i)\bobject reference not set\b|\bvalue cannot be null\b|\bnull ?pointer\b|\bnil pointer\b|\bnullreference)",
      R"(\b'?NoneType'? object\b|\bobject has no attribute\b|\bNilClass\b|\bfor nil:|\bnil:[A-Z])",
      R"((?i)\bdivision by zero\b|\bdivided by zero\b|\bdivide by zero\b)",
      R"((?i)\bindex(?: was)? (?:out of|outside) |\barray index\b|\blist index\b|\bstring index\b|\bslice bounds\b)",
      R"(\bCannot invoke "|\bbecause "[^"]*" is null\b|\bbecause the return value of\b)",
      R"((?i)\bcannot be cast to\b|\bclass cast\b|\bunsupported operand type|\bnot subscriptable\b|\bnot callable\b)",
      R"((?i)\binvalid literal for int|\bcould not be resolved to a type\b|\bfailed to load class\b|\bno module named\b)",
      R"((?i)\bcannot unmarshal\b|\bgo (?:struct field|value)\b|\bLineNumber: \d|\bcannot deserialize\b|\bcannot construct instance\b)",
      R"((?i)\bpanic:|\bsegmentation fault\b|\bcore dumped\b|\bout of memory\b|\bheap space\b|\bmemory limit\b|\bstack overflow\b)",
      R"((?i)\bmaximum execution time\b|\bmaximum call stack\b|\bmaximum recursion\b|\ballowed memory size\b)",
      R"((?i)\bfatal error:|\bparse error: syntax error, unexpected|\bcompilation error:|\bfailed opening required\b|\bfailed to open stream\b|\bheaders already sent\b)",
      R"((?i)\buncaught\b|\bunhandled (?:exception|error|promise|rejection)|\bassertion failed\b)",
      R"(\bE(?:CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|NOTFOUND|PIPE|HOSTUNREACH|NETUNREACH|NOENT|ACCES|PERM|ADDRINUSE|AI_AGAIN|MFILE|NOSPC|ISDIR|NOTDIR|EXIST)\b)",
      R"((?i)\berrno\b|\[errno |\bno such file or directory\b|\bno space left on device\b|\btoo many open files\b)",
      R"((?i)\bdial (?:tcp|udp|unix)\b|\bgetaddrinfo\b|\bconnection (?:refused|reset by)|\bno route to host\b|\bi/o timeout\b|\bbroken pipe\b)",
      R"((?i)\bupstream connect error\b|\bno healthy upstream\b|\bdelayed connect\b|\breset reason\b|\bname or service not known\b)",
      R"((?i)\bcertificate verify failed\b|\bssl (?:handshake|routines|error)|\btls handshake\b)",
      R"((?i)\blambda_|\bDEBUG ?= ?True\b|\b__\w+__\b|\bALLOWED_HOSTS\b|\burlconf\b)",
      // Erlang, Lua, ColdFusion, classic ASP, mainframes, ABAP.
      R"(\{(?:badmatch|badarg|case_clause|undef|noproc)\b|(?i)\bno function clause matching\b|\bin function [\w.]+:\w+/\d|\bexception error:)",
      R"(\battempt to (?:index|call|compare|concatenate|perform arithmetic)\b|\ba nil value\b)",
      R"(\bis undefined in (?:FORM|URL|ARGUMENTS|VARIABLES|SESSION|CGI|APPLICATION)\b)",
      R"(\bMicrosoft (?:VBScript|JScript|JET)\b|\berror '8\d{3}[0-9a-f]{4}')",
      R"(\bDFH[A-Z]{2}\d{4}\b|\bIEC\d{3}I\b|\bCEE\d{4}[CES]\b|(?i)\babend (?:code )?[A-Z0-9]{3,4}\b)",
      R"(\bABAP\b|\bRAISE_EXCEPTION\b|\bMESSAGE_TYPE_X\b|\bSAPL[A-Z0-9_]{3,}\b)",
      R"(\bstrconv\.\w+:|\bHTTPS?ConnectionPool\b|(?i)\bmax retries exceeded\b|\bcurl error \d)",
      R"(-----BEGIN )",
  };
  return p.re();
}

// Names out of the program.
const RE2& class_names() {
  static const pattern p = {
      R"(\b(?:[a-z_]\w*\.){2,}[A-Z]\w+)",
      R"(\b(?:java|javax|jakarta|kotlin|scala|android|com|org|net|io|sun|software)\.(?:\w+\.)*(?:[a-z]\w*\.)[A-Z]\w*)",
      R"(\b(?:java|javax|jakarta|com\.sun|sun|org\.(?:apache|springframework|hibernate|eclipse)|com\.(?:amazon\w*|google|microsoft|mysql))\.\w+)",
      R"(\b(?:System|Microsoft|Newtonsoft|Npgsql|Oracle)\.[A-Z]\w+)",
      R"(\b[A-Za-z_]\w*(?:::\w+)+)",
      R"(\b[A-Z]\w+(?:\\+[A-Z]\w+)+)",
      R"(\b[A-Z]\w*(?:Exception|Throwable|ErrorDetail)\b)",
      R"(\b[A-Z][a-z]\w*Error\b|\b[a-z]\w*\.[A-Z]\w*(?:Error|Exception|Warning)\b)",
      R"(#?<(?:[A-Z]\w*(?:::\w+)*|object|class|function|module|bound method)[ :][^<>]*>)",
      R"(\b0x[0-9a-fA-F]{6,}\b|\[object \w+\]|\b[\w.$]+@[0-9a-f]{6,8}\b|<(?:local|parameter)\d+>)",
  };
  return p.re();
}

// Of servers: a client's own path is none of these.
const RE2& file_paths() {
  static const pattern p = {
      R"((?:^|[^\w:/.])/+(?:srv|usr|var|opt|home|etc|app|tmp|root|src|mnt|proc|private|Users|Applications|inetpub)/[\w.@+-])",
      R"((?:^|[^\w/])(?:(?:\.\.?/)*\.\./(?:\.\./|(?:srv|usr|var|opt|home|etc|app|tmp|root|src)/)|~(?:[a-z][\w-]*)?/)[\w.@+-])",
      R"((?:\b[A-Za-z]|[a-z][A-Z]):\\+\w|\\\\[\w.-]+\\|\bfile://|\bnode_modules\b|\b(?:site|dist)-packages\b|\bWEB-INF\b)",
      R"((?:^|[^\w/.-])[\w-]+\.(?:py|java|rb|cs|pm|mjs|cjs|jsx|tsx|cpp|kt|scala|php|phtml|jsp|aspx?|cshtml|go|ya?ml|env|dll|sock|pem|sql)\b)",
  };
  return p.re();
}

// Private addresses, names of machines.
const RE2& hosts() {
  static const pattern p = {
      R"(\b(?:10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3}|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d{1,3}\.\d{1,3}|0\.0\.0\.0)\b)",
      R"((?i)\blocalhost\b|\[?::1\]?:\d+|\[::1?\]|\bf[cd][0-9a-f]{2}:[0-9a-f]{0,4}:[0-9a-f:]*|\bfe80:[0-9a-f:]+)",
      R"((?i)\b[\w-]+(?:\.[\w-]+)*\.(?:internal|local|localdomain|lan|corp|intranet|svc|consul|localhost|arpa)\b(?:\.[\w-]+)*)",
      R"(\b[a-z][\w-]*[.-][\w.-]*:\d{2,5}\b|\b[a-z][\w-]*:(?:1433|1521|2181|3306|5432|5672|6379|8080|8443|9000|9092|9200|11211|27017)\b)",
      // A host without a domain, machines of clusters and clouds, directories.
      R"((?i)\bhttps?://[a-z][\w-]*(?:[:/\s"'),]|$)|\bcontainer "?[0-9a-f]{12,64}\b|\b[a-z][\w-]*-[0-9a-f]{8,10}-[a-z0-9]{5}\b)",
      R"((?i)\barn:aws[\w-]*:[\w-]*:[\w-]*:\d*:[^\s,;]*[^\s,;.]|\b(?:cn|uid|ou|dc)=[^,\s]+, ?(?:cn|ou|dc|o)=[^\s]*)",
  };
  return p.re();
}

// Names of products and their versions.
const RE2& software() {
  static const pattern p = {
      R"((?i)\b(?:nginx|apache|tomcat|coyote|jetty|iis|php|python|ruby|perl|node(?:\.?js)?|java|jdk|jre|openssl|django|flask|werkzeug|rails|laravel|symfony|spring|asp\.net|\.net|express|cherrypy|gunicorn|uvicorn|puma|caddy|squid|envoy|kestrel|undertow|iisexpress|debian|ubuntu|centos|linux|windows)[ /-]v?\d+(?:\.\d+)+)",
      R"((?i)\b(?:nginx|apache|tomcat|jetty|werkzeug|php|python|openresty|microsoft-iis|mojolicious|dancer2|lighttpd|squid|varnish|gunicorn|uvicorn|puma|webrick|cherrypy|caddy|express)/\d)",
      // Any product: "Name/1.2". Protocols (HTTP/1.1) are written in capitals.
      R"(\b[A-Z][a-z][A-Za-z-]*/\d+(?:\.\d+)+)",
      R"((?i)\b(?:nginx|openresty|lighttpd|werkzeug|gunicorn|uvicorn|webrick|mojolicious|cherrypy|tomcat|wildfly|jboss|weblogic|websphere|glassfish|haproxy|microsoft-iis|sinatra|django|laravel|symfony|phpmyadmin|mediawiki|apollo|ruby on rails|asp\.net|phusion passenger)\b)",
      R"((?i)\bpowered by\b|\bserver at \S+ port \d+|\b\d+\.\d+[\w.]*-SNAPSHOT\b)",
  };
  return p.re();
}

// Addresses of people.
const RE2& emails() {
  static const pattern p = {
      R"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
  };
  return p.re();
}

// What is a secret whatever stands around it.
const RE2& plain_secrets() {
  static const pattern p = {
      R"(://[^\s/@]+:[^\s/@]+@)",
      R"(\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?)",
      R"(\b(?:sk|pk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{8,}|\bsk-[A-Za-z0-9-]{16,})",
      R"(\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bglpat-[\w-]{12,}|\bxox[abprs]-[\w-]{8,}|\bAIza[\w-]{20,}|\bya29\.[\w-]+|\bSG\.[\w-]{12,})",
      R"((?i)\b[\w-]*(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|session[_-]?id|sessid|credential)s?["']?\s*=>?\s*["']?[^\s"'=<>]{3,}|\bpass=\S{3,})",
      R"((?i)\b(?:set-)?cookies?:?\s+["']?[\w.-]+=[^\s;"']{3,}|\bsid=[^\s;"']{6,})",
      R"((?i)\b[\w-]*(?:account|shared|signing|encryption|master)[_-]?key["']?\s*=\s*["']?[^\s"'=<>;]{3,})",
      // Small letters before capitals: "Basic authentication" is none.
      R"(\bBasic\s+[A-Za-z0-9+/]*[a-z][A-Z][A-Za-z0-9+/]{3,}={0,2})",
      R"(\bsk-[\w-]*\*[\w*-]+)",
      // Payment cards, in groups or beside the word.
      R"(\b[3-6]\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b|(?i)\bcard\b[^\d]{1,20}\d{13,19}\b)",
      R"((?i)\b[0-9a-f]{32,}\b)",
  };
  return p.re();
}

// What is a secret when it has a digit in it: else "Bearer authentication" would be one.
const RE2& secrets_with_digit() {
  static const pattern p = {
      R"((?i)\b(?:bearer|basic|digest|negotiate|token|apikey)\s+[\w.~+/-]{8,}=*)",
      R"((?i)\b(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|credential)["']?\s*:\s*["']?[^\s"',;]{6,})",
      R"((?i)\b(?:password|passwd|pwd|passphrase|secret)\s+["'`]?(?:[a-z][^\s"'`,;]{4,}|\d{5,}))",
      R"([A-Za-z0-9+/_-]{40,}={0,2})",
  };
  return p.re();
}

const RE2& class_prefixes() {
  static const pattern p = {
      R"((?:(?:Uncaught|Unhandled|Fatal|Caused by:|Exception in thread "[^"]*")\s+)*)"
      R"((?:[A-Za-z_][\w$]*(?:\.|::|\\+))*)"
      R"((?:[A-Z][\w$]*(?:Exception|Error|Fault|Throwable)|Error|Exception)(?:\s*[\[(][\w :=-]{1,24}[\])])?:\s+)",
      R"(\*\* \((?:[A-Z]\w*\.)*[A-Z]\w*\)\s+)",
      R"(rpc error: code = \w+ desc = )",
  };
  return p.re();
}

const RE2& frame_endings() {
  static const pattern p = {
      R"(\s(?:at|in) (?:\S*[./\\])?\S*[A-Za-z]\S*[./\\(]\S*(?:,? (?:on )?line |:)\d+\)?\.?\s*$)",
      R"(\s\(\S+[./\\]\S+:\d+\)\.?\s*$)",
  };
  return p.re();
}

const RE2& program_faults() {
  static const pattern p = {
      R"(Null(?:Pointer|Reference)|^TypeError|^KeyError|Attribute|^NameError|ReferenceError|Index(?:Error|OutOf)|OutOfRange)",
      R"(ArrayIndex|ClassCast|ClassNotFound|InvalidCast|ZeroDivision|DivideByZero|Arithmetic|OutOfMemory|StackOverflow|NoMethod)",
      R"(Import|ModuleNotFound|NoClassDef|SQL|Sql|PDO|Database|Operational|Integrity|Programming|Mongo|Redis|Hibernate|Jdbc|JDBC|Persistence|DataAccess)",
      R"(Socket|Connect|UnknownHost|^OSError|^IOError|IOException|FileNotFound|UnicodeDecode|NotImplemented|UnsupportedOperation|Concurrent|Deadlock)",
  };
  return p.re();
}

const RE2& trace_marks() {
  static const pattern p = {
      R"((?i)traceback \(most recent)",
      R"(\bFile "[^"]+", line \d)",
      R"(goroutine \d+ \[)",
      R"((?m)^\s*at [\w.$<>`\[\]/]+ ?\(.*\))",
      R"((?m)^\s+at (?:async |new )?(?:[\w.$<>\[\] ]+ \()?(?:/|file:|node:|[A-Za-z]:\\)\S+:\d+)",
      R"((?m)^\s+at [\w.]+\(.*\) in .+:line \d+)",
      R"((?m)^#\d+ (?:/|\[internal|\{main\}|\S+\())",
      R"((?i)\b(?:uncaught|unhandled) (?:exception|error|\w+exception|\w+error)\b)",
      R"((?i)\b(?:fatal|parse) error:?(?:</b>)?:?\s.* on line\b|\b(?:warning|notice|deprecated)(?:</b>)?:\s.* on line\b)",
      R"((?i)\bstack ?trace:?\s*$|\bstack ?trace:\s)",
      R"((?m)^\s*Caused by: [\w.$]+)",
      R"((?m)^\S+\.(?:rb|py|pl|php):\d+:in )",
      R"((?i)\bDEBUG ?= ?True\b|\(development mode\)|\bWerkzeug Debugger\b|\bException Value:|\bPython Path:|\bDjango Version:)",
      R"((?i)\bin '/[^']*' application\b|\bsource error:|\bversion information:.*\.net)",
      R"((?i)\b\w+(?:error|exception) at /|\burlconf\b|\bapplication trace\b|\bfull trace\b|\bframework trace\b|\bphysical path\b)",
      R"(thread '[^']*' panicked at|\*\* \(\w+(?:\.\w+)*\) )",
  };
  return p.re();
}

// All that find_leak() looks for but secrets with a digit, in two automata: most messages have none
// of it, and one pass of each says so. A single one would meet so many states on a text made to
// meet them that it would be ten times slower there.
const RE2& any_talk() {
  static const pattern p = {database_talk().pattern(), program_talk().pattern()};
  return p.re();
}

const RE2& any_name() {
  static const pattern p = {
      frames().pattern(), file_paths().pattern(),  hosts().pattern(),        software().pattern(),
      emails().pattern(), class_names().pattern(), plain_secrets().pattern()};
  return p.re();
}

}  // namespace errata::leak_patterns
