"""What the targets are asked to do."""
from dataclasses import dataclass, field

ALL = ('errata', 'nginx', 'haproxy', 'nginx-lua')
BARE = ('errata', 'nginx', 'haproxy')
MIB = 1 << 20


@dataclass
class Workload:
    name: str
    what: str
    path: str
    kind: str = 'wrk'          # who makes the load: wrk, h2load, client, open, idle, corpus
    statuses: tuple = (200,)
    errors: float = 0          # the part of the answers that has another status than 2xx or 3xx
    size: int = 1024           # of a success's body
    connections: int = 64
    fields: tuple = ()         # header fields for wrk
    script: str = ''           # for wrk
    client: list = field(default_factory=list)   # options of load_client
    echo: str = ''             # the path at which the origin says which request id came to it
    message: str = ''          # that an error must contain
    targets: tuple = ALL
    at_least: float = 0        # seconds of a load that shorter ones would not be
    quick: bool = False

    def load_options(self, path=None):
        """Of load_client."""
        options = ['--path', path or self.path, '--size', str(self.size),
                   '--statuses', ','.join(str(status) for status in self.statuses)]
        if self.message:
            options += ['--message', self.message]
        return options + self.client

    def check_options(self):
        """The same with a request id of its own for each request, which must come back."""
        return self.load_options(self.echo) + ['--ids']


QUANTITY = 'The quantity must not be larger than 99'
WORKLOADS = {work.name: work for work in [
    Workload('small', 'a 200 of 1 KiB passes', '/small', echo='/small?echo', quick=True),
    Workload('small_h2load', 'the same by another generator, h2load', '/small', kind='h2load'),
    Workload('html500', 'an HTML 500 becomes an envelope', '/html', statuses=(500,), errors=1,
             quick=True),
    Workload('html503', 'an HTML 503 becomes an envelope', '/503', statuses=(503,), errors=1),
    Workload('json422', "a service's own JSON 422 becomes an envelope, its message kept", '/json',
             statuses=(422,), errors=1, message=QUANTITY, echo='/json?echo', quick=True,
             targets=('errata', 'haproxy', 'nginx-lua')),
    Workload('mix', 'nine small 200 to one HTML 500', '/mix', statuses=(200, 500), errors=0.1),
    Workload('limited', 'one key far over its limit: 429', '/limited/small', statuses=(200, 429),
             errors=1, fields=('Authorization: Bearer 00000000deadbeef',),
             client=['--keys', '1'], quick=True),
    Workload('keys', '100,000 keys under their limits', '/keys/small', kind='client',
             client=['--keys', '100000'], at_least=0.8),
    Workload('down', '1 MiB down, by Content-Length', f'/bytes/{MIB}', size=MIB, connections=16,
             targets=BARE),
    Workload('chunked', '1 MiB down, in chunks', f'/chunked/{MIB}', size=MIB, connections=16,
             targets=BARE),
    Workload('up', '1 MiB up', '/up', size=2, connections=16, targets=BARE, script='upload.lua',
             client=['--upload', str(MIB)]),
    Workload('newconn', 'a new connection for each request', '/small', kind='client',
             client=['--fresh'], targets=BARE),
    Workload('latency', '2,000 requests a second, open loop', '/small', kind='open', at_least=1),
    Workload('slow', '100 clients that read 1 MiB at 1.6 MB/s each', f'/bytes/{MIB}', kind='client',
             size=MIB, connections=100, targets=BARE,
             client=['--slow-bytes', '16384', '--slow-pause-ms', '10'], at_least=1.5),
    Workload('aborts', 'one client in ten hangs up in the middle of 64 KiB', '/bytes/65536',
             kind='client', size=65536, targets=BARE, client=['--abort-every', '10']),
    Workload('idle', '5,000 idle connections', '/small', kind='idle', targets=BARE),
    Workload('access_log', 'small, with the access log to a file and without', '/small',
             targets=('errata', 'errata-log')),
    Workload('corpus', 'the corpus at full speed, every answer checked', '', kind='corpus',
             targets=('errata',)),
]}
