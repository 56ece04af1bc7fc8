#!/usr/bin/env python3
"""Sends the cases of tests/conformance/requests through errata to a server with another parser.

    differential.py ERRATA python|node

What that server sees must be what the table says: how many requests, and of each the method, the
target and the body. One that refuses a method it does not know is not asked about that method.
Exit code: 0 all the same, 1 a difference, 77 the server cannot be had. Ends within two minutes.
"""

import hashlib
import http.client
import http.server
import json
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: test.example\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n"
PATIENCE = 10  # seconds for any one answer
DEADLINE = 120  # for all of it
START_SECONDS = 20
DRAIN_SECONDS = 30

NODE = r"""
const http = require('http'), crypto = require('crypto');
const server = http.createServer((request, response) => {
  const hash = crypto.createHash('sha256');
  request.on('data', (part) => hash.update(part));
  request.on('end', () => {
    console.log(JSON.stringify([request.method, request.url, hash.digest('hex')]));
    response.setHeader('Content-Length', 6);
    response.end('served');
  });
  request.on('error', () => {});
});
server.keepAliveTimeout = 120000;
server.maxHeadersCount = 0;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
"""
NODE_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "M-SEARCH"}


def closing_brace(text, at):
    depth = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
            depth += text[at : at + 1] == "{"
        elif text[at] == "}":
            if depth == 0:
                return at
            depth -= 1
        at += 1
    raise ValueError("a repetition that does not end")


def unescaped(text):
    """The bytes that `text` stands for; README.md has the escapes."""
    letters = {"r": "\r", "n": "\n", "t": "\t", "v": "\v", "f": "\f", "s": " ", "0": "\0", "\\": "\\"}
    out = bytearray()
    at = 0
    while at < len(text):
        if text[at] != "\\":
            out += text[at].encode("latin-1")
            at += 1
            continue
        what = text[at + 1]
        at += 2
        if what in letters:
            out += letters[what].encode()
        elif what == "x":
            out.append(int(text[at : at + 2], 16))
            at += 2
        elif what == "{":
            close = closing_brace(text, at)
            star = text.rindex("*", at, close)
            out += unescaped(text[at:star]) * int(text[star + 1 : close])
            at = close + 1
        else:
            raise ValueError(f"no such escape: \\{what}")
    return bytes(out)


def message_line(text):
    slashes = len(text) - len(text.rstrip("\\"))
    return unescaped(text[:-1]) if slashes % 2 else unescaped(text) + b"\r\n"


def read_case(name, lines):
    case = {"name": name, "bytes": b"", "closes": None, "alone": False, "finish": False, "seen": []}
    of = None
    for line in lines:
        if line == ">" or line.startswith("> "):
            case["bytes"] += message_line(line[2:])
            continue
        key, _, value = line.partition(":")
        value = value.lstrip(" ")
        if key == "connection":
            case["closes"] = value == "closes"
        elif key == "alone":
            case["alone"] = True
        elif key == "then":
            case["finish"] = value == "finish"
        elif key in ("status", "upstream"):
            of = None
            if key == "upstream":
                method, _, target = value.partition(" ")
                of = {"method": unescaped(method), "target": unescaped(target), "body": b""}
                case["seen"].append(of)
        elif of is not None and key == "body":
            of["body"] = unescaped(value)
        elif of is not None and key == "ends":
            of["broken"] = value == "broken"
    return case


def read_cases(file):
    families = []
    for line in file.read_text("latin-1").split("\n"):
        if line.startswith("=== "):
            families.append((line[4:], [], []))
        elif line and not line.startswith("#") and not line.startswith("  why: "):
            row = re.match(r"with: (.*?) =(?: (.*))?$", line)
            if row:
                families[-1][2].append((row[1], row[2] or ""))
            else:
                families[-1][1].append(line)
    for name, lines, rows in families:
        for row, value in rows or [(None, None)]:
            filled = lines if row is None else [line.replace("{}", value) for line in lines]
            yield read_case(f"{file.stem}: {name}" + (f": {row}" if row else ""), filled)


class Handler(http.server.BaseHTTPRequestHandler):
    """The head is read by http.server; of the body, which it leaves alone, both framings here."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_expect_100(self):
        return True

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                part = self.rfile.read(size)
                if len(part) < size or self.rfile.readline() != b"\r\n":
                    raise EOFError
                if size == 0:
                    return body
                body += part
        size = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(size)
        if len(body) < size:
            raise EOFError
        return body

    def handle_one_request(self):
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        try:
            body = self.read_body()
        except (ValueError, EOFError):
            self.close_connection = True
            return
        method, target, _ = self.requestline.split(" ")
        self.server.records.put([method, target, hashlib.sha256(body).hexdigest()])
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        self.wfile.write(b"" if method == "HEAD" else b"served")


def start_python(records):
    http.client._MAXHEADERS = 1000  # errata's own limit is tried, not this one
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.records = records
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1], None


def start_node(records):
    node = shutil.which("node")
    if node is None:
        print("no node on this machine")
        sys.exit(77)
    process = subprocess.Popen(
        [node, "--max-http-header-size=131072", "-e", NODE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    port = int(process.stdout.readline())

    def pump():
        for line in process.stdout:
            records.put(json.loads(line))

    threading.Thread(target=pump, daemon=True).start()
    return port, process


def start_errata(binary, folder, log, origin):
    """The port that errata's own log names, the process, and the thread that fills `log`."""
    configuration = {
        "listeners": [{"address": "127.0.0.1:0"}],
        "threads": 1,
        "access_log": {"path": str(folder / "access.log")},
        "limits": {"header_bytes": "16KiB"},
        "upstreams": {"legacy": {"servers": [f"http://127.0.0.1:{origin}"]}},
        "routes": [
            {"name": "small", "match": {"path_prefix": "/small"}, "upstream": "legacy",
             "body_limit": "16B"},
            {"name": "gone", "match": {"path_prefix": "/gone"}, "respond": "route_not_found"},
            {"name": "all", "upstream": "legacy"},
        ],
    }
    file = folder / "errata.json"
    file.write_text(json.dumps(configuration))
    process = subprocess.Popen([binary, "run", "-c", str(file)], text=True, errors="replace",
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    ports = queue.Queue()

    def pump():
        for line in process.stderr:
            log.append(line)
            if found := re.search(r"listening on \S*:(\d+)", line):
                ports.put(int(found[1]))
        ports.put(None)

    reading = threading.Thread(target=pump, daemon=True)
    reading.start()
    try:
        port = ports.get(timeout=START_SECONDS)
    except queue.Empty:
        port = None
    if port is None:
        process.kill()
        process.wait()
        reading.join()
        raise SystemExit(f"errata does not listen: {''.join(log)}")
    return port, process, reading


def problem_of_end(errata, reading, log):
    """Asks for a drain. What a sanitizer finds is in the exit code and the log."""
    errata.send_signal(signal.SIGTERM)
    try:
        code = errata.wait(DRAIN_SECONDS)
    except subprocess.TimeoutExpired:
        return f"errata did not end within {DRAIN_SECONDS} s of SIGTERM"
    reading.join()
    return "" if code == 0 else f"errata ended with {code} after SIGTERM:\n{''.join(log)}"


def send(port, data, finish):
    """Everything that comes back until the end of the connection."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        try:
            client.sendall(data)
            if finish:
                client.shutdown(socket.SHUT_WR)
            while True:
                part = client.recv(65536)
                if not part:
                    break
                got += part
        except ConnectionError:
            pass
        except TimeoutError:
            return None
    return got


def play(case, port, number, records):
    """What is wrong with it; empty when nothing is."""
    if case["closes"]:
        data = case["bytes"] + (b"" if case["alone"] else SMUGGLED)
    else:
        data = case["bytes"] + (LAST if case["closes"] is False else b"")
    if send(port, data, case["finish"] or case["closes"] is None) is None:
        return "the connection does not end"
    sentinel = f"/sentinel-{number}"
    request = f"GET {sentinel} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n"
    send(port, request.encode(), False)
    seen = []
    while True:
        try:
            record = records.get(timeout=PATIENCE)
        except queue.Empty:
            return "the request behind it was not seen"
        if record[1] == sentinel:
            break
        if record[1] != "/last":
            seen.append(record)
    expected = [
        [one["method"].decode("latin-1"), one["target"].decode("latin-1"),
         hashlib.sha256(one["body"]).hexdigest()]
        for one in case["seen"] if not one.get("broken")
    ]
    return "" if seen == expected else f"expected {expected}, seen {seen}"


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in ("python", "node"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    binary, kind = sys.argv[1:]
    records = queue.Queue()
    origin, helper = start_node(records) if kind == "node" else start_python(records)
    started = time.monotonic()
    played = left_out = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        log = []
        port, errata, reading = start_errata(binary, pathlib.Path(folder), log, origin)
        try:
            for file in sorted((HERE / "requests").glob("*.txt")):
                for case in read_cases(file):
                    methods = {one["method"].decode("latin-1") for one in case["seen"]}
                    if kind == "node" and not methods <= NODE_METHODS:
                        left_out += 1
                        continue
                    if time.monotonic() - started > DEADLINE:
                        raise SystemExit("out of time")
                    played += 1
                    problem = play(case, port, played, records)
                    if problem:
                        failed += 1
                        print(f"{case['name']}: {problem[:500]}")
            problem = problem_of_end(errata, reading, log)
            if problem:
                failed += 1
                print(problem)
        finally:
            errata.kill()
            errata.wait()
            if helper is not None:
                helper.kill()
                helper.wait()
    print(f"{kind}: {played} played, {left_out} left out, {failed} differ")
    sys.exit(1 if failed or not played else 0)


if __name__ == "__main__":
    main()
