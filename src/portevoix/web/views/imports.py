"""What a page can ask of a running import."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portevoix.ledger.actions.imports import ask_to_stop
from portevoix.ledger.queries import unfinished_imports
from portevoix.people.models import Brand
from portevoix.web.requests import SignedIn, of_brand


@of_brand("ledger.import")
@require_POST
def stop(request: SignedIn, brand: Brand, import_id: int) -> HttpResponse:
    """Ask a running import to stop at its next batch, and go back to the figures."""
    run = unfinished_imports(brand).filter(pk=import_id).first()
    if run is None:
        raise Http404
    ask_to_stop(run, by=request.user)
    return redirect("measures_latest", slug=brand.slug)
