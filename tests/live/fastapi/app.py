"""FastAPI: pydantic's lists of errors, HTTPException with a string, a dict and a list."""
import os

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, conint, constr
from typing import List, Optional

app = FastAPI(debug=os.environ['APP_DEBUG'] == '1')


class Line(BaseModel):
    sku: constr(max_length=8)


class Order(BaseModel):
    qty: conint(gt=0)
    lines: List[Line] = []


class Sold(Exception):
    pass


@app.exception_handler(Sold)
async def sold(request, exception):
    return JSONResponse({'type': 'https://errors.example/sold-out', 'title': 'Sold out',
                         'detail': 'Somebody was faster.', 'status': 409}, 409,
                        media_type='application/problem+json')


@app.get('/ok')
def ok(limit: int = Query(10, le=50)):
    return {'id': 17, 'limit': limit}


@app.get('/page', response_class=HTMLResponse)
def page():
    return '<!doctype html><h1>All is well</h1>'


@app.get('/moved')
def moved():
    return RedirectResponse('/ok')


@app.get('/nothing', status_code=204)
def nothing():
    return Response(status_code=204)


@app.post('/orders', status_code=201)
def orders(order: Order):
    if order.qty == 99:
        raise Sold()
    return order


@app.get('/orders/{number}')
def find(number: int):
    raise HTTPException(404, f'Order {number} does not exist')


@app.get('/private')
def private(authorization: Optional[str] = Header(None)):
    raise HTTPException(401, 'Not signed in to the warehouse',
                        {'WWW-Authenticate': 'Bearer realm="orders"'})


@app.get('/admin')
def admin():
    raise HTTPException(403, {'code': 'OWNERS_ONLY', 'message': 'Only owners may do that'})


@app.get('/boom')
def boom():
    secret = 'hunter2'
    raise RuntimeError(f'cannot open /srv/ledger/{secret} on vault.corp.internal')


@app.get('/leaks')
def leaks():
    raise HTTPException(400, 'SELECT pin FROM ledger_secret failed at 10.9.8.7')


@app.get('/busy')
def busy():
    raise HTTPException(429, 'Three orders a minute are enough')


if __name__ == '__main__':
    uvicorn.run(app, host='127.0.0.1', port=int(os.environ['PORT']), log_level='warning')
