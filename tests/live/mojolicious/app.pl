# Mojolicious: its own pages in both modes, rendered errors, exceptions.
use Mojolicious::Lite -signatures;

get '/ok'      => sub ($c) { $c->render(json => {id => 17, name => 'Crate'}) };
get '/page'    => sub ($c) { $c->render(text => '<!doctype html><h1>All is well</h1>') };
get '/moved'   => sub ($c) { $c->redirect_to('/ok') };
get '/nothing' => sub ($c) { $c->rendered(204) };
post '/orders' => sub ($c) {
  my $told = $c->req->json;
  return $c->render(status => 400, json => {error => 'The body is no JSON'}) unless ref $told;
  return $c->render(status => 422, json => {errors => [{message => 'Missing property.', path => '/qty'}], status => 422})
    unless defined $told->{qty};
  return $c->render(status => 409, json => {errors => [{message => 'Only 99 are left', path => '/qty'}]}) if $told->{qty} > 99;
  $c->render(status => 201, json => $told);
};
get '/private' => sub ($c) {
  $c->res->headers->www_authenticate('Basic realm="orders"');
  $c->render(status => 401, text => 'Sign in first, please.');
};
get '/admin' => sub ($c) { $c->render(status => 403, json => {message => 'Only owners may do that'}) };
get '/busy'  => sub ($c) { $c->render(status => 429, text => 'Three orders a minute are enough.') };
get '/boom'  => sub ($c) { die 'cannot open /srv/ledger/hunter2 on vault.corp.internal' };
get '/db'    => sub ($c) { die "DBD::SQLite::db prepare failed: no such table: ledger_secret\n" };

app->secrets(['hunter2']);
app->start('daemon', '-l', 'http://127.0.0.1:' . $ENV{PORT});
