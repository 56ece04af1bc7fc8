#!/usr/bin/env python3
"""Prints docs/dialects.md: what becomes of each golden case.

  python3 scripts/dialects.py > docs/dialects.md

Everything is read from the folders of tests/golden; GROUPS below says under which heading a case
comes, by the beginning of its name. What fits nowhere is a matter of which text is taken.
"""
import json
import os
import re
import sys

GOLDEN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'tests', 'golden')
SHOWN = 110  # characters of a body

# The first group with a fitting beginning takes the case.
GROUPS = [
    ('Frameworks',
     'aspnet_ django_ drf_ express_ fastapi_ fastify_ flask_ hapi_ koa_ laravel_ nestjs_ rails_ '
     'sinatra_ slim_ spring_boot_ symfony_'),
    ('API styles and services',
     'apigee_ aws_ azure_ couchdb_ elasticsearch_ facebook_ fhir_ google_ graphql_ grpc_ hal_ '
     'jsend_ json_rpc_ jsonapi_ jsonrpc_ kubernetes_ oauth2_ odata_ problem_ salesforce_ scim_ slack_ '
     'stripe_ twilio_'),
    ('SOAP and XML', 'dav_ ogc_ ows_ soap xml_'),
    ('Default pages of servers, proxies and load balancers', 'page_ maintenance_'),
    ('Home-made HTML and text', 'html_ text_ webob_'),
    ('Traces', 'trace_'),
    ('Home-made JSON, forms, and JSON that is broken',
     'error_ form_ home_made_ json_ jsonp_ nested_ php_'),
    ('What is never let out', 'scrub_ leak_'),
    ('Content codings and charsets', 'coding_ charset_'),
    ('Bodies that are missing, cut off, too large or of no use',
     'binary_ blank_ body_ empty_ head_'),
    ('Envelopes, and what nearly is one', 'canonical_ nearly_canonical_'),
    ('Statuses', 'status_'),
    ('Errors in header fields', 'header_'),
    ('Header fields of the answer', 'headers_'),
]
OTHER = 'Which message, code and param are taken'


class Response:
    """A capture: status, header fields by lower-case name, body as bytes."""

    def __init__(self, raw):
        head, _, self.body = raw.replace(b'\r\n\r\n', b'\n\n', 1).partition(b'\n\n')
        lines = head.decode('latin-1').splitlines()
        words = lines[0].split(' ')
        self.status = words[1] if len(words) > 1 else words[0]
        self.fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(':')
            self.fields.setdefault(name.strip().lower(), value.strip())


def read(folder, name):
    path = os.path.join(GOLDEN, folder, name)
    if not os.path.exists(path):
        return None
    with open(path, 'rb') as file:
        return file.read()


def meaningful(body):
    """The beginning of a body without what every page begins with, on one line."""
    text = body.decode('utf-8', errors='backslashreplace')
    text = re.sub(r'<!--.*?-->|<(style|script)\b.*?</\1\s*>', ' ', text, flags=re.S | re.I)
    text = re.sub(r'<!doctype[^>\[]*>|</?(html|head|meta|link|body|center)\b[^>]*>', ' ', text,
                  flags=re.I)
    text = ''.join(c if c.isprintable() or c.isspace() else '\\x%02x' % ord(c) for c in text)
    text = ' '.join(text.split())
    return text if len(text) <= SHOWN else text[:SHOWN].rstrip() + '…'


def code(text):
    """A code span that may stand in a cell of a table."""
    longest = max((len(run) for run in re.findall('`+', text)), default=0)
    fence = '`' * (longest + 1)
    pad = ' ' if text.startswith('`') or text.endswith('`') else ''
    return fence + pad + text.replace('|', '\\|') + pad + fence


def plain(text):
    return re.sub(r'([\\`*_\[\]|~<>#&])', r'\\\1', text)


def done_to_body(folder):
    """What case.json does to the body that is shown, in words."""
    raw = read(folder, 'case.json')
    recipe = json.loads(raw) if raw else {}
    words = []
    for mark, how in recipe.get('repeat', {}).items():
        words.append(f'{mark} stands for {len(how["text"]) * how["times"]:,} bytes')
    if 'charset' in recipe:
        words.append('in ' + recipe['charset'])
    if 'coding' in recipe:
        words.append('coded with ' + ', then '.join(recipe['coding']))
    if 'cut' in recipe:
        words.append(f'the last {recipe["cut"]} bytes cut off')
    if recipe.get('state', 'complete') != 'complete':
        words.append({'truncated': 'broke off', 'over_cap': 'longer than is read',
                      'absent': 'without a body'}[recipe['state']])
    return '; '.join(words)


def what_came(folder):
    response = Response(read(folder, 'response.http'))
    parts = [response.status]
    method = 'GET'
    if 'content-type' in response.fields:
        parts.append(code(response.fields['content-type']))
    request = read(folder, 'request.http')
    if request and request.split(b' ')[0] != b'GET':
        method = request.split(b' ')[0].decode('latin-1')
        parts.append('to ' + method)
    if 'content-encoding' in response.fields:
        parts.append(code('Content-Encoding: ' + response.fields['content-encoding']))
    cell = ' '.join(parts)
    shown = meaningful(response.body)
    length = response.fields.get('content-length', '0')
    if shown:
        cell += '<br>' + code(shown)
    elif length.isdigit() and int(length) > 0 and method != 'HEAD':
        cell += f'<br>{int(length):,} bytes that are not read'
    else:
        cell += '<br>no body'
    done = done_to_body(folder)
    return cell + (f'<br>({plain(done)})' if done else '')


def what_goes_out(folder):
    raw = read(folder, 'expected.http')
    if raw.strip() == b'PASS':
        return 'passes: errata does not look at it'
    if raw.strip() == b'UNTOUCHED':
        return 'passes byte for byte: it is the envelope already'
    response = Response(raw)
    document = json.loads(response.body)
    error = document.get('error', document)  # else a problem document
    names = [code(error[name]) for name in ('type', 'code') if isinstance(error.get(name), str)]
    cell = ' '.join([response.status] + names)
    message = error.get('message', error.get('detail', error.get('title', '')))
    cell += '<br>' + plain(' '.join(message.split()))
    if 'param' in error:
        cell += '<br>param ' + code(error['param'])
    return cell


def group_of(name):
    for title, beginnings in GROUPS:
        if name.startswith(tuple(beginnings.split())):
            return title
    return OTHER


def main():
    sys.stdout.reconfigure(encoding='utf-8', newline='\n')
    cases = {}
    for name in sorted(os.listdir(GOLDEN)):
        if os.path.exists(os.path.join(GOLDEN, name, 'expected.http')):
            cases.setdefault(group_of(name), []).append(name)
    count = sum(len(names) for names in cases.values())
    print('<!-- Made by `python3 scripts/dialects.py > docs/dialects.md`. Do not edit. -->\n\n'
          '# What each dialect becomes\n\n'
          f'The {count} cases of `tests/golden`, which a test runs on every build. On the left is '
          'what a service sent: the\nstatus, the `Content-Type` and the beginning of the body, '
          'whose coding and charset are taken off here. On\nthe right is what clients get: '
          'status, type, code, message and param of the envelope. `doc_url` is left\nout. The '
          'status policy is `preserve`; some cases are tested under `strict` too.\n')
    titles = [title for title, _ in GROUPS] + [OTHER]
    for title in titles:
        if title in cases:
            slug = re.sub(r'[^a-z0-9 -]', '', title.lower()).replace(' ', '-')
            print(f'- [{title}](#{slug}): {len(cases[title])}')
    for title in titles:
        if title not in cases:
            continue
        print(f'\n## {title}\n\n| case | what came | what goes out |\n|---|---|---|')
        for name in cases[title]:
            words = plain(name.replace('_', ' '))
            print(f'| [{words}](../tests/golden/{name}) | {what_came(name)} | '
                  f'{what_goes_out(name)} |')


if __name__ == '__main__':
    main()
