"""Which view answers which address. `docs/pages.md` has an entry for each; a test compares the two."""

from allauth.account import views as account
from django.urls import path, re_path

from portevoix.web.views import closing, entry, facts, family, imports, measures, strategy, study, style

_STRATEGY = "b/<slug:slug>/strategy/"
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
    path(_STRATEGY, strategy.page, name="strategy"),
    path(f"{_STRATEGY}begin/", study.begin, name="strategy_begin"),
    path(f"{_STRATEGY}sections/new/", study.section, name="strategy_section_new"),
    path(f"{_STRATEGY}sections/<int:section>/", strategy.section, name="strategy_section"),
    path(f"{_STRATEGY}sections/<int:section>/edit/", study.section, name="strategy_section_edit"),
    path(f"{_STRATEGY}sections/<int:section>/move/", study.move_section, name="strategy_section_move"),
    path(f"{_STRATEGY}sections/<int:section>/figures/", study.figure, name="strategy_figure"),
    path(f"{_STRATEGY}steps/new/", study.step, name="strategy_step_new"),
    path(f"{_STRATEGY}steps/<int:step>/edit/", study.step, name="strategy_step_edit"),
    path(f"{_STRATEGY}steps/<int:step>/state/", study.move_step, name="strategy_step_state"),
    path(f"{_STRATEGY}objectives/", strategy.objectives, name="strategy_objectives"),
    path(f"{_STRATEGY}rivals/", strategy.rivals, name="strategy_rivals"),
    path(f"{_STRATEGY}rivals/new/", study.rival, name="strategy_rival_new"),
    path(f"{_STRATEGY}rivals/<int:rival>/", strategy.rival, name="strategy_rival"),
    path(f"{_STRATEGY}rivals/<int:rival>/edit/", study.rival, name="strategy_rival_edit"),
    path(f"{_STRATEGY}<str:kind>/<int:number>/keep/", study.keep, name="strategy_keep"),
    path(f"{_STRATEGY}versions/", strategy.versions, name="strategy_versions"),
    path(f"{_STRATEGY}versions/new/", study.freeze, name="strategy_version_new"),
    path(f"{_STRATEGY}versions/<int:number>/", strategy.version, name="strategy_version"),
    path(f"{_STRATEGY}export.html", strategy.as_page, name="strategy_html"),
    path(f"{_STRATEGY}export.md", strategy.as_text, name="strategy_markdown"),
    path("b/<slug:slug>/imports/<int:import_id>/stop/", imports.stop, name="stop_import"),
]
