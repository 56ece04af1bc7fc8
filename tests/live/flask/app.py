"""What Flask says by itself, and what people make it say."""
import os
import sqlite3

from flask import Flask, Response, abort, jsonify, redirect, request

app = Flask(__name__)
app.config['MAX_CONTENT_LENGTH'] = 4096
app.config['ledger_secret'] = 'hunter2'


@app.get('/ok')
def ok():
    return jsonify(id=17, name='Crate')


@app.get('/page')
def page():
    return '<!doctype html><h1>All is well</h1>'


@app.get('/moved')
def moved():
    return redirect('/ok')


@app.delete('/orders/<int:number>')
def forget(number):
    return '', 204


@app.post('/orders')
def order():
    told = request.get_json()
    if 'qty' not in told:
        return jsonify(errors={'qty': ['Missing data for required field.']}), 422
    if told['qty'] > 99:
        return jsonify(error={'code': 'OUT_OF_STOCK', 'message': 'Only 99 are left.'}), 409
    return jsonify(told), 201


@app.get('/orders/<int:number>')
def find(number):
    abort(404, description=f'Order {number} does not exist.')


@app.get('/private')
def private():
    return Response('Sign in first, please.', 401, {'WWW-Authenticate': 'Basic realm="orders"'})


@app.get('/admin')
def admin():
    return jsonify(msg='Only owners may do that'), 403


@app.get('/boom')
def boom():
    password = 'hunter2'
    raise RuntimeError(f'cannot open /srv/ledger/{password} on vault.corp.internal')


@app.get('/db')
def db():
    return jsonify(sqlite3.connect(':memory:').execute('SELECT * FROM ledger_secret').fetchall())


@app.get('/closed')
def closed():
    return ('<h1>Down for maintenance</h1><p>We will be back at 10:00 UTC.</p>', 503,
            {'Retry-After': '120'})


@app.get('/busy')
def busy():
    abort(429, description='Three orders a minute are enough.')


if __name__ == '__main__':
    app.run('127.0.0.1', int(os.environ['PORT']), debug=os.environ['APP_DEBUG'] == '1',
            use_reloader=False)
