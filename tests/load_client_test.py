#!/usr/bin/env python3
"""Holds the load client to its word: every kind of wrong answer is seen, right ones are not blamed,
and latency counts from when a request should have started.

  load_client_test.py LOAD_CLIENT"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

CLIENT = os.path.abspath(sys.argv.pop(1))
BODY = b'"' + b'x' * 1022 + b'"'
ENVELOPE = b'{"error":{"type":"server_error","message":"No luck.","code":"internal_error"}}'


def response(status, body, *fields, length=None):
    head = [f'HTTP/1.1 {status} X', f'Content-Length: {len(body) if length is None else length}',
            'Content-Type: application/json', *fields]
    return '\r\n'.join(head).encode() + b'\r\n\r\n' + body


def answers(path, own_id):
    """(bytes, whether the connection stays) by the path that is asked for."""
    with_id = f'X-Request-Id: {own_id}'
    chunks = b'3ff\r\n' + BODY[:1023] + b'\r\n1;x=y\r\n' + BODY[1023:] + b'\r\n0\r\nT: x\r\n\r\n'
    return {
        '/right': (response(200, BODY, with_id), True),
        '/closes': (response(200, BODY, with_id, 'Connection: close'), False),
        '/interim': (b'HTTP/1.1 103 Early\r\nLink: x\r\n\r\n' + response(200, BODY, with_id), True),
        '/chunks': (f'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{with_id}\r\n\r\n'.encode()
                    + chunks, True),
        '/to-the-end': (f'HTTP/1.1 200 OK\r\n{with_id}\r\n\r\n'.encode() + BODY, False),
        '/envelope': (response(500, ENVELOPE, with_id), True),
        '/status': (response(404, ENVELOPE, with_id), True),
        '/body': (response(200, BODY[:-1] + b'?', with_id), True),
        '/short': (response(200, BODY[:-1], with_id), True),
        '/no-id': (response(200, BODY), True),
        '/two-ids': (response(200, BODY, with_id, with_id), True),
        '/other-id': (response(200, BODY, 'X-Request-Id: ' + 'f' * 32), True),
        '/html': (response(500, b'<html>', with_id), True),
        '/foreign': (response(500, ENVELOPE.replace(b'"code"', b'"stack":"at x","code"'), with_id),
                     True),
        '/code': (response(500, ENVELOPE.replace(b'internal_error', b'E-1'), with_id), True),
        '/breaks': (response(200, BODY[:100], with_id, length=1024), False),
        '/silent': (b'', False),
        '/varies': (response(200, b'%d' % SERVER.seen, with_id), True),
        '/too-much': (response(200, BODY, with_id) + b'HTTP/1.1 200 OK\r\n', True),
    }[path]


class Server(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.stall_until = 0.0
        self.seen = 0

    def run(self):
        while True:
            peer, _ = self.listener.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        data = b''
        with peer:
            while True:
                while b'\r\n\r\n' not in data:
                    piece = peer.recv(65536)
                    if not piece:
                        return
                    data += piece
                head, data = data.split(b'\r\n\r\n', 1)
                self.seen += 1
                time.sleep(max(0.0, self.stall_until - time.monotonic()))
                found = re.search(rb'X-Request-Id: (\w+)', head)
                path = head.split(b' ')[1].decode()
                sent, stays = answers(path, found[1].decode() if found else 'a' * 32)
                peer.sendall(sent)
                if not stays:
                    return


SERVER = Server()
SERVER.start()


def run(mode, path, *options):
    result = subprocess.run([CLIENT, mode, '--port', str(SERVER.port), '--path', path, *options],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                            check=False)
    return result.returncode, json.loads(result.stdout.strip().split('\n')[-1])


def closed(path, *options):
    return run('closed', path, '--connections', '2', '--requests', '6', '--ids', *options)


class LoadClient(unittest.TestCase):
    def test_takes_right_answers(self):
        for path in ('/right', '/closes', '/interim', '/chunks', '/to-the-end'):
            with self.subTest(path):
                code, said = closed(path)
                self.assertEqual((code, said['answers'], said['wrong']), (0, 6, 0),
                                 said['problems'])
        code, said = closed('/envelope', '--statuses', '500', '--message', 'No luck')
        self.assertEqual((code, said['statuses'], said['wrong']), (0, {'500': 6}, 0))

    def test_sees_wrong_answers(self):
        for path, problem, more in (
                ('/status', 'status', ()), ('/body', 'body', ()), ('/short', 'body', ()),
                ('/no-id', 'not exactly one request id', ()),
                ('/two-ids', 'not exactly one request id', ()), ('/other-id', 'request id', ()),
                ('/html', 'no envelope', ('--statuses', '500')),
                ('/foreign', 'a foreign member in the envelope', ('--statuses', '500')),
                ('/code', 'a member of the envelope', ('--statuses', '500')),
                ('/envelope', 'message', ('--statuses', '500', '--message', 'Other')),
                ('/breaks', 'broken off', ()), ('/silent', 'no answer', ()),
                ('/too-much', 'broken off', ())):
            with self.subTest(path):
                code, said = closed(path, *more)
                self.assertEqual((code, said['wrong']), (1, 6), said)
                self.assertEqual(list(said['problems']), [problem])

    def test_counts_latency_from_the_schedule(self):
        # A server that stalls for 0.4 s: at 200 a second 80 requests fall into it, and each has
        # waited since it should have started, not since a connection was free.
        SERVER.stall_until = time.monotonic() + 0.4
        code, said = run('open', '/right', '--connections', '4', '--rate', '200', '--seconds', '1')
        self.assertEqual((code, said['answers']), (0, 200), said['problems'])
        latency = said['latency_us']
        self.assertGreater(latency['max'], 300e3)
        at = dict((part, us) for part, us in latency['curve'])
        self.assertGreater(at[0.75], 50e3)

    def test_keeps_idle_connections(self):
        client = subprocess.Popen([CLIENT, 'idle', '--port', str(SERVER.port), '--path', '/right',
                                   '--connections', '50'], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        self.assertEqual(client.stdout.readline(), 'ready\n')
        said = json.loads(client.communicate(timeout=10)[0])
        self.assertEqual((said['answers'], said['wrong'], client.returncode), (50, 0, 0))

    def corpus(self, *paths):
        with tempfile.NamedTemporaryFile() as file:
            for path in paths:
                text = b'GET %s HTTP/1.1\r\nHost: x\r\nX-Request-Id: @ID@\r\n\r\n' % path
                file.write(b'0 0 %d\n' % len(text) + text)
            file.flush()
            return run('corpus', '/', '--cases', file.name, '--requests', '300',
                       '--connections', '4')

    def test_remembers_what_a_case_was_alone(self):
        code, said = self.corpus(b'/right', b'/envelope', b'/chunks')
        self.assertEqual((code, said['cases'], said['answers'], said['wrong']), (0, 3, 300, 0))
        code, said = self.corpus(b'/right', b'/varies')
        self.assertEqual((code, said['wrong'], list(said['problems'])),
                         (1, 150, ['another answer than alone']))


if __name__ == '__main__':
    unittest.main(verbosity=1)
