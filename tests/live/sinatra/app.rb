# Sinatra: its own pages, halt with words, and exceptions shown or not.
require 'sinatra/base'
require 'json'

class Orders < Sinatra::Base
  set :environment, ENV['APP_ENV'].to_sym
  set :show_exceptions, ENV['APP_ENV'] == 'development'
  set :raise_errors, false

  get('/ok') { content_type(:json); { id: 17, name: 'Crate' }.to_json }
  get('/page') { '<!doctype html><h1>All is well</h1>' }
  get('/moved') { redirect '/ok' }
  get('/nothing') { 204 }
  get('/orders/:number') do
    content_type :json
    halt 404, { error: "Order #{params[:number]} does not exist" }.to_json
  end
  post '/orders' do
    content_type :json
    begin
      told = JSON.parse(request.body.read)
    rescue JSON::ParserError
      halt 400, { error: 'invalid_json', message: 'The body is no JSON' }.to_json
    end
    halt 422, { errors: { qty: ["can't be blank"] } }.to_json unless told['qty']
    halt 409, { code: 'OUT_OF_STOCK', detail: 'Only 99 are left' }.to_json if told['qty'] > 99
    status 201
    told.to_json
  end
  get('/private') { headers 'WWW-Authenticate' => 'Basic realm="orders"'; halt 401, "Sign in first, please.\n" }
  get('/admin') { halt 403, 'Only owners may do that' }
  get('/busy') { halt 429, { 'Retry-After' => '20' }, 'Three orders a minute are enough.' }
  get('/closed') { halt 503, { 'Retry-After' => '120' }, '<h1>Closed for maintenance until 10:00 UTC.</h1>' }
  get('/boom') { raise "cannot open /srv/ledger/hunter2 on vault.corp.internal" }
  get('/nil') { nil.ledger_secret }
end

Orders.run!(bind: '127.0.0.1', port: ENV['PORT'].to_i, server: 'webrick', quiet: true)
