"""What a brand tells the public of its voices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portevoix.people.models import Brand


class PublicPage(models.Model):
    """The page on which anybody can check whether a voice is official: closed until the brand opens it.

    `introduction` and `charter` are plain text. The page names an address or a link for questions.
    """

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+")
    is_open = models.BooleanField(_("open to the public"), default=False)
    introduction = models.TextField(_("introduction"), default="", blank=True)
    charter = models.TextField(_("charter"), default="", blank=True)
    contact_email = models.EmailField(_("e-mail address for questions"), default="", blank=True)
    contact_url = models.URLField(_("link for questions"), max_length=500, default="", blank=True)

    def __str__(self) -> str:
        return f"public page of {self.brand_id}"
