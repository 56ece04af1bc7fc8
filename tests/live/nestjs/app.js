// NestJS without a compiler: decorators are called by hand.
require('reflect-metadata');
const { NestFactory } = require('@nestjs/core');
const common = require('@nestjs/common');
const { IsInt, IsString, Min, MaxLength, IsOptional, ValidateNested } = require('class-validator');
const { Type } = require('class-transformer');

class Line {}
IsString()(Line.prototype, 'sku');
MaxLength(8)(Line.prototype, 'sku');

class Order {}
IsInt()(Order.prototype, 'qty');
Min(1)(Order.prototype, 'qty');
IsOptional()(Order.prototype, 'lines');
ValidateNested({ each: true })(Order.prototype, 'lines');
Type(() => Line)(Order.prototype, 'lines');

class Orders {
  ok() { return { id: 17, name: 'Crate' }; }
  page() { return '<!doctype html><h1>All is well</h1>'; }
  moved() {}
  nothing() {}
  create(order) { return order; }
  find(number) { throw new common.NotFoundException(`Order ${number} does not exist`); }
  closed() { throw new common.UnauthorizedException(); }
  admin() { throw new common.ForbiddenException('Only owners may do that', 'owners_only'); }
  sold() { throw new common.ConflictException({ code: 'SOLD_OUT', message: 'Somebody was faster' }); }
  busy() { throw new common.HttpException('Three orders a minute are enough', 429); }
  maintenance() { throw new common.ServiceUnavailableException('Closed for maintenance until 10:00 UTC'); }
  boom() { throw new Error('cannot open /srv/ledger/hunter2'); }
}

function on(decorators, method) {
  const described = Object.getOwnPropertyDescriptor(Orders.prototype, method);
  for (const decorate of decorators) decorate(Orders.prototype, method, described);
}
common.Controller()(Orders);
on([common.Get('ok')], 'ok');
on([common.Get('page')], 'page');
on([common.Get('moved'), common.Redirect('/ok')], 'moved');
on([common.Get('nothing'), common.HttpCode(204)], 'nothing');
on([common.Post('orders')], 'create');
common.Body()(Orders.prototype, 'create', 0);
Reflect.defineMetadata('design:paramtypes', [Order], Orders.prototype, 'create');
on([common.Get('orders/:number')], 'find');
common.Param('number', new common.ParseIntPipe())(Orders.prototype, 'find', 0);
Reflect.defineMetadata('design:paramtypes', [Number], Orders.prototype, 'find');
on([common.Get('private')], 'closed');
on([common.Get('admin')], 'admin');
on([common.Get('sold')], 'sold');
on([common.Get('busy')], 'busy');
on([common.Get('closed')], 'maintenance');
on([common.Get('boom')], 'boom');

class App {}
common.Module({ controllers: [Orders] })(App);

(async () => {
  const app = await NestFactory.create(App, { logger: false });
  app.useGlobalPipes(new common.ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
  await app.listen(Number(process.env.PORT), '127.0.0.1');
})();
