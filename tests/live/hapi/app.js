// hapi with boom and joi: payload validation, plugins' errors, thrown exceptions.
const Hapi = require('@hapi/hapi');
const Boom = require('@hapi/boom');
const Joi = require('joi');

const server = Hapi.server({ host: '127.0.0.1', port: Number(process.env.PORT) });
const told = async (request, h, wrong) => {
  throw wrong;
};
const order = Joi.object({
  qty: Joi.number().integer().min(1).required(),
  lines: Joi.array().items(Joi.object({ sku: Joi.string().max(8) })),
});
const route = (method, path, handler, options) => server.route({ method, path, handler, options });
route('GET', '/ok', () => ({ id: 17, name: 'Crate' }));
route('GET', '/page', () => '<!doctype html><h1>All is well</h1>');
route('GET', '/moved', (request, h) => h.redirect('/ok'));
route('GET', '/nothing', (request, h) => h.response().code(204));
route('POST', '/orders', (request, h) => h.response(request.payload).code(201), {
  payload: { maxBytes: 2048, allow: 'application/json' },
  validate: { payload: order, failAction: told },
});
route('GET', '/orders/17', () => Boom.notFound('Order 17 does not exist'));
route('GET', '/private', () => Boom.unauthorized('This token was revoked', 'Bearer'));
route('GET', '/admin', () => Boom.forbidden('Only owners may do that'));
route('GET', '/sold', () => Boom.conflict('Somebody was faster'));
route('GET', '/closed', () => {
  const closed = Boom.serverUnavailable('Closed for maintenance until 10:00 UTC');
  closed.output.headers['Retry-After'] = '120';
  return closed;
});
route('GET', '/busy', () => Boom.tooManyRequests('Three orders a minute are enough'));
route('GET', '/boom', () => {
  throw new Error('cannot open /srv/ledger/hunter2');
});
server.start();
