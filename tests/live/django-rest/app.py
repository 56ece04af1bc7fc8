"""Django REST framework: its exceptions, its serializers, and Django's own pages."""
import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

settings.configure(
    DEBUG=os.environ['APP_DEBUG'] == '1', SECRET_KEY='hunter2', ALLOWED_HOSTS=['127.0.0.1'],
    ROOT_URLCONF=__name__, MIDDLEWARE=['django.middleware.common.CommonMiddleware'],
    INSTALLED_APPS=['rest_framework'],
    TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}],
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
    REST_FRAMEWORK={'UNAUTHENTICATED_USER': None, 'DEFAULT_AUTHENTICATION_CLASSES': [],
                    'DEFAULT_RENDERER_CLASSES': ['rest_framework.renderers.JSONRenderer'],
                    'DEFAULT_PARSER_CLASSES': ['rest_framework.parsers.JSONParser']})
django.setup()

from django.db import connection  # noqa: E402
from rest_framework import exceptions, serializers, status  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402


class Line(serializers.Serializer):
    sku = serializers.CharField(max_length=8)


class Order(serializers.Serializer):
    qty = serializers.IntegerField(min_value=1)
    lines = Line(many=True, required=False)

    def validate(self, told):
        if told['qty'] == 13:
            raise serializers.ValidationError('Thirteen is not for sale.')
        return told


@api_view(['GET'])
def ok(request):
    return Response({'id': 17, 'name': 'Crate'})


@api_view(['POST'])
def orders(request):
    order = Order(data=request.data)
    order.is_valid(raise_exception=True)
    return Response(order.data, status=status.HTTP_201_CREATED)


@api_view(['GET'])
def raises(request, what):
    if what == 'missing':
        raise exceptions.NotFound('No crate has this label.')
    if what == 'private':
        raise exceptions.AuthenticationFailed('This token was revoked.')
    if what == 'admin':
        raise exceptions.PermissionDenied(detail='Only owners may do that.', code='owners_only')
    if what == 'busy':
        raise exceptions.Throttled(wait=7)
    if what == 'db':
        connection.cursor().execute('SELECT * FROM ledger_secret')
    secret = 'hunter2'
    raise RuntimeError(f'cannot open /srv/ledger/{secret} on vault.corp.internal')


urlpatterns = [
    path('ok', ok), path('orders', orders), path('raises/<what>', raises),
    path('page', lambda request: HttpResponse('<!doctype html><h1>All is well</h1>')),
    path('moved', lambda request: HttpResponseRedirect('/ok')),
    path('nothing', lambda request: HttpResponse(status=204)),
]

if __name__ == '__main__':
    execute_from_command_line([sys.argv[0], 'runserver', '--noreload',
                               '127.0.0.1:' + os.environ['PORT']])
