"""What stands beside every page of the console: its sections, each shown only to whom it is of use."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from pinzhi.apps.parties import queries as parties
from pinzhi.kernel.access import names
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.access.queries import holds_any
from pinzhi.kernel.jobs import queries as jobs
from pinzhi.kernel.web.navigation import NavItem

DOOR_NAME = {"zh": "工作台", "en": "Console"}
WORKERS = ("clerk", "reviewer", "approver")
READERS = (*WORKERS, "auditor", "administrator")


def has_app(name: str) -> bool:
    """Whether an app has pages of its own: apps come one by one."""
    return find_spec(f"pinzhi.apps.{name}.urls") is not None


def sections(actor: Actor) -> list[NavItem]:
    """The entries of the navigation for this account."""
    own = actor.speaks_for in ("enterprise", "body")
    items = [NavItem(_("My work"), reverse("console_work"), "home", exact=True)]
    if has_app("policy") and not own:
        items.append(NavItem(_("Scoreboard"), "/console/scoreboard/", "target"))
        items.append(NavItem(_("Policy documents"), "/console/policy/", "file-text"))
        items.append(NavItem(_("Our duties"), "/console/duties/", "list-check"))
        items.append(NavItem(_("Yearly plans"), "/console/plans/", "calendar"))
        items.append(NavItem(_("Appraisal"), "/console/appraisals/", "chart-line"))
    if has_app("standards"):
        items.append(NavItem(_("Standards"), "/console/standards/", "scale"))
    if has_app("inspection"):
        items.append(NavItem(_("Spot checks"), "/console/inspection/", "clipboard-list"))
    if own or holds_any(actor, READERS):
        title = _("Apply and my records") if own else _("Registers")
        items.append(NavItem(title, reverse("registers_index"), "book-2"))
    if not own and holds_any(actor, WORKERS):
        items.append(NavItem(_("Imports"), reverse("registers_imports"), "file-import"))
    if has_app("parties") and parties.has_pages(actor):
        titles = {"enterprise": _("My enterprise"), "body": _("My institution")}
        title = titles.get(actor.speaks_for, _("Parties"))
        items.append(NavItem(title, "/console/parties/", "building"))
    items.append(NavItem(_("Inbox"), reverse("jobs_inbox"), "inbox", jobs.unread_count(by=actor) or None))
    items.append(NavItem(_("Background work"), reverse("jobs_jobs"), "clock"))
    if holds_any(actor, ("administrator",)):
        items.append(NavItem(_("Users"), reverse("access_users"), "users", section=_("Administration")))
    if holds_any(actor, ("auditor",)):
        heading = None if holds_any(actor, ("administrator",)) else _("Administration")
        items.append(NavItem(_("Audit"), reverse("audit_events"), "shield-check", section=heading))
    return items


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template of the console and the account pages: navigation, names, links of the account."""
    if not request.path.startswith(("/console/", "/accounts/")):
        return {}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.pk is None:
        return {"door_name": DOOR_NAME}
    return {
        "door_name": DOOR_NAME,
        "nav": sections(actor_of(request)),
        "user_party": names.party(user.speaks_for, user.party),
        "user_links": [
            {"title": _("My account"), "url": reverse("account_overview"), "icon": "user"},
            {"title": _("Who may do what"), "url": reverse("access_rights"), "icon": "key"},
        ],
    }
