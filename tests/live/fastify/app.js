// Fastify: its schema validation, its error codes, its own 404.
const fastify = require('fastify')({ bodyLimit: 2048 });

const order = {
  type: 'object',
  required: ['qty'],
  properties: {
    qty: { type: 'integer', minimum: 1 },
    lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string', maxLength: 8 } } } },
  },
};
const limit = { type: 'object', properties: { limit: { type: 'integer', maximum: 50 } } };
fastify.get('/ok', { schema: { querystring: limit } }, async () => ({ id: 17, name: 'Crate' }));
fastify.get('/page', (request, reply) => reply.type('text/html').send('<!doctype html><h1>All is well</h1>'));
fastify.get('/moved', (request, reply) => reply.redirect('/ok'));
fastify.get('/nothing', (request, reply) => reply.code(204).send());
fastify.post('/orders', { schema: { body: order } }, async (request, reply) => {
  reply.code(201);
  return request.body;
});
const fail = (status, message, code) => async () => {
  throw Object.assign(new Error(message), { statusCode: status, code });
};
fastify.get('/orders/17', fail(404, 'Order 17 does not exist', 'ORDER_NOT_FOUND'));
fastify.get('/private', fail(401, 'Not signed in to the warehouse'));
fastify.get('/admin', fail(403, 'Only owners may do that', 'OWNERS_ONLY'));
fastify.get('/sold', fail(409, 'Somebody was faster', 'SOLD_OUT'));
fastify.get('/busy', fail(429, 'Three orders a minute are enough'));
fastify.get('/boom', fail(undefined, 'connect ECONNREFUSED 10.9.8.7:5432 /srv/ledger/hunter2', 'ECONNREFUSED'));
fastify.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
