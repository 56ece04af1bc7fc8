"""What is checked of every error that leaves errata: the canonical envelope and its head."""
import json
import os
import re

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MEMBERS = ['type', 'message', 'code', 'param', 'doc_url']
CODE = re.compile(r'[a-z][a-z0-9_]{1,62}')
MAX_MESSAGE = 512
# What every app keeps to itself and lets slip when it breaks.
PLANTED = ['hunter2', 'vault.corp.internal', 'ledger_secret', '/srv/ledger', '10.9.8.7']
INTERNALS = re.compile(
    r'traceback|\bat [\w.$]+\(|<[a-z!/][^>]*>|(?:^|[\s("\'])/(?:usr|var|srv|home|opt|etc|tmp)/'
    r'|\bselect\b.+\bfrom\b|site-packages|node_modules'
    r'|\b(?:nginx|apache|php|tomcat|werkzeug|puma|webrick|lighttpd|python|express)/\d', re.I)


def types_by_status():
    """The catalog's own word on which type a status has."""
    with open(os.path.join(REPOSITORY, 'conf', 'catalog.json'), encoding='utf-8') as file:
        text = re.sub(r'^\s*//.*$', '', file.read(), flags=re.M)
    rows = json.loads(re.sub(r',(\s*[}\]])', r'\1', text))['statuses']

    def type_of(status):
        row = rows.get(str(status)) or rows['4xx' if status < 500 else '5xx']
        return row['type'] if 'type' in row else type_of(row['as'])
    return type_of


TYPE_OF = types_by_status()


def unique_members(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f'a member twice: {names}')
    return dict(pairs)


def parse_envelope(body):
    """-> the error object; ValueError says what is not canonical."""
    document = json.loads(body.decode('utf-8'), object_pairs_hook=unique_members)
    if list(document) != ['error'] or not isinstance(document['error'], dict):
        raise ValueError('not {"error": {...}}')
    error = document['error']
    if list(error) != [name for name in MEMBERS if name in error]:
        raise ValueError(f'members are {list(error)}')
    for name in ('type', 'message', 'code'):
        if name not in error:
            raise ValueError(f'no {name}')
    if any(not isinstance(value, str) or not value for value in error.values()):
        raise ValueError('a member is no string, or empty')
    if not CODE.fullmatch(error['code']):
        raise ValueError(f'code {error["code"]!r}')
    if len(error['message'].encode()) > MAX_MESSAGE or re.search(r'[\x00-\x1f\x7f]',
                                                                 error['message']):
        raise ValueError('message too long or with control characters')
    return error


def any_of(wanted):
    return wanted if isinstance(wanted, list) else [wanted]


def problems_with(answer, expected, is_head):
    """Everything wrong with an error as a client sees it."""
    found = []

    def claim(holds, problem):
        if not holds:
            found.append(problem)

    claim(answer.status in any_of(expected['status']), f'status {answer.status}')
    claim(len(answer.all('x-request-id')) == 1, f'request ids: {answer.all("x-request-id")}')
    claim(answer.all('content-type') == ['application/json'],
          f'content types: {answer.all("content-type")}')
    claim(answer.status != 401 or answer.all('www-authenticate'), '401 without a challenge')
    claim(answer.status not in (429, 503) or answer.all('retry-after'), 'no Retry-After')
    for name, value in expected.get('keeps', {}).items():
        claim(any(value in one for one in answer.all(name)), f'{name}: {answer.all(name)}')
    whole = answer.head_text() + answer.body.decode('utf-8', 'replace')
    for secret in PLANTED:
        claim(secret.lower() not in whole.lower(), f'leaks {secret!r}')
    if is_head:
        claim(answer.body == b'', 'a body for HEAD')
        return found
    try:
        error = parse_envelope(answer.body)
    except ValueError as wrong:
        return found + [f'no envelope: {wrong}: {answer.body[:200]!r}']
    claim(error['type'] == TYPE_OF(answer.status), f'type {error["type"]}')
    leak = INTERNALS.search(error['message'])
    claim(leak is None, f'leaks {leak and leak.group(0)!r}')
    if 'code' in expected:
        claim(error['code'] in any_of(expected['code']), f'code {error["code"]}')
    if 'message' in expected:
        claim(any(part.lower() in error['message'].lower() for part in any_of(expected['message'])),
              f'message {error["message"]!r}')
    if 'param' in expected:
        claim(error.get('param') in any_of(expected['param']), f'param {error.get("param")!r}')
    return found
