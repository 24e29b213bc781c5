"""What every public page has around it: the navigation, the foot, and the page of a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel.errors import Refused
from pinzhi.kernel.web.navigation import NavItem

MAIN = (
    ("portal:scoreboard", _("Scoreboard")),
    ("portal:documents", _("Policies and duties")),
    ("portal:registers", _("Registers")),
    ("portal:products", _("Enterprises and products")),
    ("portal:rankings", _("Rankings of standards")),
    ("portal:open_data", _("Open data")),
    ("portal:verify", _("Check it yourself")),
)
FOOT = (
    ("portal:verify", _("How to check")),
    ("portal:open_data", _("Open data")),
    ("portal:atom_all", _("News feed (Atom)")),
)


def around(**more: Any) -> dict[str, Any]:
    """The context of a public page with what stands around it."""
    return {
        "nav": [NavItem(title, reverse(name)) for name, title in MAIN],
        "foot_links": [{"title": title, "url": reverse(name)} for name, title in FOOT],
        "door_name": _("Quality in public"),
        "search_url": reverse("portal:search"),
        **more,
    }


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    return render(request, f"portal/{template}", around(**(context or {})), status=status)


def error_page(request: HttpRequest, error: Refused) -> HttpResponse:
    """What happened, where, and what to do; searching is offered from it."""
    context = {"error_title": error.text, "remedy": error.remedy, "status": error.status}
    return page(request, "refused.html", context, error.status)
