"""Which view answers which address. `docs/pages.md` has an entry for each; a test compares the two."""

from allauth.account import views as account
from django.urls import path, re_path

from portevoix.web.views import closing, entry, facts, family, imports, measures, style

_MONTH = r"b/(?P<slug>[-\w]+)/measures/(?P<month>\d{4}-\d{2})"

urlpatterns = [
    path("", entry.home, name="home"),
    path("health/", entry.health, name="health"),
    path("language/", entry.language, name="language"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("welcome/", entry.complete, name="complete"),
    path("welcome/<str:token>/", entry.welcome, name="welcome"),
    path("style/", style.page, name="style"),
    path("b/<slug:slug>/", entry.brand, name="brand"),
    path("b/<slug:slug>/family/", family.page, name="family"),
    path("b/<slug:slug>/family/<slug:voice>/", family.voice, name="voice"),
    path("b/<slug:slug>/measures/", measures.latest, name="measures_latest"),
    re_path(rf"^{_MONTH}/$", measures.table, name="measures"),
    re_path(rf"^{_MONTH}/news/$", measures.news, name="news"),
    re_path(rf"^{_MONTH}\.csv$", measures.as_csv, name="measures_csv"),
    re_path(rf"^{_MONTH}/close/$", closing.close, name="close_month"),
    re_path(rf"^{_MONTH}/verify/$", closing.verify, name="verify_month"),
    re_path(rf"^{_MONTH}/signed/$", closing.signed, name="signed"),
    re_path(rf"^{_MONTH}/trends/(?P<metric>\w+)/$", closing.trends, name="trends"),
    re_path(rf"^{_MONTH}/comment/(?P<voice>[-\w]+)/$", closing.comment, name="comment"),
    re_path(rf"^{_MONTH}/(?P<line>[-\w]+|\*)/(?P<metric>\w+)/$", facts.page, name="facts"),
    path("b/<slug:slug>/imports/<int:import_id>/stop/", imports.stop, name="stop_import"),
]
