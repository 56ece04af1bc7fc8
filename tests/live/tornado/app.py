"""Tornado: its own pages, reasons given to HTTPError, and shown tracebacks."""
import json
import os

import tornado.ioloop
import tornado.web


class Orders(tornado.web.RequestHandler):
    def post(self):
        try:
            told = json.loads(self.request.body)
        except ValueError:
            raise tornado.web.HTTPError(400, reason='The body is no JSON')
        if 'qty' not in told:
            self.set_status(422)
            self.finish({'error': {'field': 'qty', 'message': 'qty is needed', 'code': 'MISSING'}})
            return
        self.set_status(201)
        self.finish(told)


class Says(tornado.web.RequestHandler):
    def get(self, what):
        if what == 'ok':
            self.finish({'id': 17, 'name': 'Crate'})
        elif what == 'page':
            self.finish('<!doctype html><h1>All is well</h1>')
        elif what == 'moved':
            self.redirect('/ok')
        elif what == 'nothing':
            self.set_status(204)
        elif what == 'argument':
            self.get_argument('limit')
        elif what == 'admin':
            raise tornado.web.HTTPError(403, reason='Only owners may do that')
        elif what == 'busy':
            self.set_status(429)
            self.finish('Three orders a minute are enough.')
        else:
            secret = 'hunter2'
            raise RuntimeError(f'cannot open /srv/ledger/{secret} on vault.corp.internal')


if __name__ == '__main__':
    app = tornado.web.Application(
        [('/orders', Orders), ('/(ok|page|moved|nothing|argument|admin|busy|boom)', Says)],
        serve_traceback=os.environ['APP_DEBUG'] == '1')
    app.listen(int(os.environ['PORT']), '127.0.0.1')
    tornado.ioloop.IOLoop.current().start()
