"""Which part answers which address."""

from django.urls import include, path

urlpatterns = [path("", include("portevoix.web.urls"))]
