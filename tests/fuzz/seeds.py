#!/usr/bin/env python3
"""Writes what the fuzzers start from: the golden cases, and the shared corpus where it is.

  seeds.py REPOSITORY FOLDER

FOLDER gets one folder a target. What stands in each target's first bytes is said at the top of its
source; 0x1A in a body is where the target plants a secret.
"""
import base64
import hashlib
import json
import os
import re
import sys

# As in fuzz_support.cpp.
STATUSES = [400, 401, 403, 404, 405, 407, 409, 413, 416, 422, 429, 500, 502, 503, 504, 999]
LARGEST = 12 * 1024
WORDS = re.compile(rb'[a-z]{2,}( )[a-z]{2,}')

# Selectors for rules, by what a body begins like.
PLACES = {
    b'{': [b'/message', b'/error/message', b'/errors/0/detail', b'/error', b'/code', b'/a~1b/~0'],
    b'[': [b'/0/message', b'/0/errorCode'],
    b'<': [b'html://h1', b'html://body > p.error', b'html://#message b', b'html://title',
           b'html://meta[name=error]@content', b'xml://Fault/faultstring', b'xml://Error/Message',
           b'xml://*/@code'],
}
ANYWHERE = [b're2://(?m)^(.+)$', b're2://(?i)error:? (.*?)[.<"]']

# The first byte is of flags (trusted peer, which peer), the first letter of a line says the field.
HOPS = [b'f198.51.100.1', b'f10.0.0.5, 198.51.100.1', b'f198.51.100.1\nf10.0.0.5',
        b'f198.51.100.1:443, [2001:db8::1]:80, [fd00::2]', b'f::ffff:10.0.0.1, 1.2.3', b'f,, ,',
        b'f2001:db8:0:0:1::, unknown, 10.0.0.1', b'ffd00::1, 192.0.2.7\nf, 10.9.8.7',
        b'Ffor=198.51.100.1;proto=https;host="a.example", for="[2001:db8::1]:80"',
        b'hshop.example\nphttps\nr198.51.100.1', b'v1.0 front, 1.1 b (c)\nv1.1 errata',
        b'u198.51.100.1\no/prefix', b'cX-Forwarded-For, Via, Forwarded\nf198.51.100.1']
TRACE = b'00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
TRACES = [TRACE, TRACE + b'\nsvendor=a,b@c=d', b'\n'.join([TRACE, TRACE]), TRACE + b'-x',
          b'01' + TRACE[2:] + b'-x', b'ff' + TRACE[2:], TRACE.upper(), TRACE[:54], b'svendor=a',
          b'00-' + b'0' * 32 + TRACE[35:], TRACE[:36] + b'0' * 16 + b'-01', b'cc' + TRACE[2:]]


class Writer:
    def __init__(self, folder):
        self.folder = folder

    def write(self, target, content):
        folder = os.path.join(self.folder, target + '_fuzz')
        os.makedirs(folder, exist_ok=True)
        name = hashlib.sha1(content).hexdigest()
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(content)


def golden_cases(repository):
    """(request, status, field lines, body) of each case, its coding and charset left off."""
    folder = os.path.join(repository, 'tests', 'golden')
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, 'response.http')
        if not os.path.exists(path):
            continue
        with open(path, 'rb') as file:
            head, _, body = file.read().replace(b'\r\n', b'\n').partition(b'\n\n')
        lines = head.split(b'\n')
        request = b'GET /v1/orders HTTP/1.1\nHost: api.example.com'
        asked = os.path.join(folder, name, 'request.http')
        if os.path.exists(asked):
            with open(asked, 'rb') as file:
                request = file.read().strip()
        yield request, int(lines[0].split()[1]), lines[1:], body


def corpus_cases(path):
    with open(path, encoding='utf-8') as file:
        for line in file:
            case = json.loads(line)
            fields = [f'{n}: {v}'.encode('latin-1') for n, v in case['headers']]
            asked = case['request']
            request = '\n'.join([f"{asked['method']} {asked['path']} HTTP/1.1", 'Host: a.example'] +
                                [f'{n}: {v}' for n, v in asked['headers'].items()])
            yield (request.encode('latin-1'), case['status'], fields,
                   base64.b64decode(case['body_b64']))


def sown(body, number):
    """The body with a place for a secret between two of its words."""
    places = [m.start(1) for m in WORDS.finditer(body)]
    if not places:
        return None
    at = places[number % len(places)]
    return body[:at] + b' \x1a' + body[at:]


def write_case(out, number, request, status, fields, body):
    body = body[:LARGEST]
    index = STATUSES.index(status) if status in STATUSES else 0 if status < 500 else 11
    # The flags' upper half chooses the secret; their lower half leaves the body whole.
    first = bytes([index, (number % 12) * 16])
    head = b''.join(line + b'\n' for line in fields)
    out.write('normalizer', first + head + b'\n' + body)
    out.write('decode', first + head + b'\n' + body)
    out.write('sniff_extract', first + b'\n' + body)
    if body.startswith(b'{"error"'):
        out.write('envelope', first + b'\n' + body)
    for name in ('normalizer', 'sniff_extract'):
        with_place = sown(body, number)
        if with_place is not None:
            out.write(name, first + (head if name == 'normalizer' else b'') + b'\n' + with_place)

    places = [p for begin, list in PLACES.items() if body.startswith(begin) for p in list]
    place = (places + ANYWHERE)[number % (len(places) + len(ANYWHERE))]
    rule = b'Message: %s\nWhen: %s\n' % (place, places[0] if places else place)
    out.write('rules', first + rule + b'\n' + (sown(body, number) or body))
    if places:
        rule = b'Success: 1\nTrusted: 1\nWhen: %s\nCode: %s\nParam: %s\nMessage: %s\n' % (
            places[0], places[-1], places[0], places[1])
        out.write('rules', first + rule + head + b'\n' + body)

    for text in re.findall(rb'"(?:message|detail|error|title|msg|reason)"\s*:\s*"([^"\\]+)"', body):
        out.write('scrub', bytes([number % 12]) + text)
        out.write('scrub', bytes([number % 12]) + (sown(text, number) or text + b' \x1a'))
        out.write('envelope', first + b'\n' + text + b'\nsome_code\nitems[0].price\n')
    if b'<' not in body[:1] and b'{' not in body[:1]:
        out.write('scrub', bytes([number % 12]) + body[:2048])

    status_line = b'HTTP/1.1 %d Reason' % status
    wire = b'\r\n'.join([status_line] + fields) + b'\r\n\r\n'
    out.write('capture', b'\0' + wire + body)
    verbose = b'> ' + b'\n> '.join(request.split(b'\n')) + b'\n> \n< ' + b'\n< '.join(
        [status_line] + fields) + b'\n< \n' + body + b'\n* Connection #0 to host a left intact\n'
    out.write('capture', b'\0' + verbose)
    out.write('capture', b'\0' + json.dumps(
        {'status': status, 'headers': [line.decode('latin-1').split(': ', 1) for line in fields
                                       if b': ' in line],
         'body_b64': base64.b64encode(body).decode()}).encode())
    out.write('response_head', wire)
    out.write('request_head', request.replace(b'\n', b'\r\n') + b'\r\n\r\n')
    out.write('log_line', request)
    chunks = b''.join(b'%x\r\n%s\r\n' % (len(c), c) for c in (body[:7], body[7:300]) if c)
    out.write('chunked', bytes([number % 256]) + chunks + b'0\r\n\r\n')


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    repository, folder = sys.argv[1:]
    out = Writer(folder)
    number = 0
    sources = [golden_cases(repository)]
    corpus = os.path.join(repository, '..', 'shared', 'corpus', 'errors.jsonl')
    if os.path.exists(corpus):
        sources.append(corpus_cases(corpus))
    for source in sources:
        for request, status, fields, body in source:
            write_case(out, number, request, status, fields, body)
            number += 1
    for text in HOPS:
        for flags in range(4):
            out.write('forwarded', bytes([flags]) + text)
    for text in TRACES:
        out.write('trace', text)
    conf = os.path.join(repository, 'conf')
    for name in sorted(os.listdir(conf)):
        with open(os.path.join(conf, name), 'rb') as file:
            out.write('config', file.read())
    print(f'seeds of {number} responses')


main()
