// Express: its own pages, body-parser's errors, and the handlers that people write.
const express = require('express');

const app = express();
app.get('/ok', (req, res) => res.json({ id: 17, name: 'Crate' }));
app.get('/page', (req, res) => res.send('<!doctype html><h1>All is well</h1>'));
app.get('/moved', (req, res) => res.redirect('/ok'));
app.get('/nothing', (req, res) => res.status(204).end());
app.get('/orders/:number', (req, res) => {
  res.status(404).json({ error: 'order_not_found', message: `Order ${req.params.number} does not exist` });
});
app.get('/private', (req, res) => res.sendStatus(401));
app.get('/admin', (req, res) => res.status(403).json({ success: false, msg: 'Only owners may do that' }));
app.get('/busy', (req, res) => res.status(429).send('Three orders a minute are enough.'));
app.get('/closed', (req, res) => {
  res.set('Retry-After', '120').status(503).json({ message: 'Closed for maintenance until 10:00 UTC.' });
});
app.get('/boom', () => {
  throw new Error('connect ECONNREFUSED 10.9.8.7:5432 for ledger_secret with hunter2');
});
app.get('/boom-json', (req, res) => {
  const broken = new TypeError("Cannot read properties of undefined (reading 'hunter2')");
  res.status(500).json({ name: broken.name, message: broken.message, stack: broken.stack, path: '/srv/ledger/a.js' });
});
app.get('/bad', (req, res, next) => {
  next(Object.assign(new Error('The label has no letters'), { status: 400, code: 'E_NO_LETTERS' }));
});
app.use(express.json({ limit: '2kb' }));
app.post('/orders', (req, res) => {
  const { qty } = req.body || {};
  if (qty === undefined) {
    res.status(422).json({ errors: [{ type: 'field', msg: 'qty is needed', path: 'qty', location: 'body' }] });
  } else if (qty > 99) {
    res.status(409).json({ code: 'OUT_OF_STOCK', message: 'Only 99 are left' });
  } else {
    res.status(201).json({ qty });
  }
});
app.listen(Number(process.env.PORT), '127.0.0.1');
