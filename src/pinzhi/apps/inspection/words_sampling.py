"""The words that the sampling page says by itself, without signal; in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """Words by name; `{n}` and `{name}` are filled in by the page."""
    return {
        "language": _("en-GB"),
        "photo_kinds": {
            "site": _("Place"),
            "goods": _("Goods"),
            "label": _("Label on the goods"),
            "stock": _("Stock and storage"),
            "seal": _("Sealed sample"),
            "receipt": _("Receipt"),
            "screenshot": _("Screenshot of the page"),
            "unboxing": _("Unboxing"),
            "other": _("Other"),
        },
        "no_signal": _("No signal: everything is kept on this phone."),
        "online": _("Connected."),
        "offline_ready": _("This page opens without signal too."),
        "offline_not_yet": _("Not ready for work without signal: stay connected."),
        "sending": _("Sending…"),
        "signed_out": _("You are signed out. Records stay on this phone; sign in to send them."),
        "kept": _("kept on this phone: {n}"),
        "sent": _("sent: {n}"),
        "refused": _("refused: {n}"),
        "draft": _("being written: {n}"),
        "others": _("{n} records of another account are kept on this phone; sign in with it to send them."),
        "no_tasks": _("No task is assigned to you."),
        "not_sampler": _(
            "This account is on no list of samplers. Ask the office that draws up the programme."
        ),
        "never_loaded": _("No tasks are on this phone yet. Open this page once with signal."),
        "as_of": _("Tasks as of {when}"),
        "due": _("by {day}"),
        "late": _("late since {day}"),
        "begin": _("Take the sample"),
        "go_on": _("Go on writing"),
        "show": _("Show"),
        "send_again": _("Send again"),
        "correct": _("Correct"),
        "delete": _("Delete from this phone"),
        "delete_sure": _("Delete this record and its photographs for good?"),
        "yes_delete": _("Yes, delete"),
        "no_keep": _("No, keep it"),
        "open_sample": _("Sheet, labels and hand-overs"),
        "sent_as": _("Sent as {name}"),
        "photo_gone": _("Photograph removed."),
        "photo_added": _("Photograph kept on this phone."),
        "photo_bad": _("This picture cannot be read. Take it again."),
        "remove_photo": _("Remove photograph {n}"),
        "full": _("This phone has no room left. Send or delete records first."),
        "saved": _("Kept on this phone at {when}"),
        "refused_here": _("The server did not take this record:"),
        "missing": _("Please fill in:"),
        "needs_photo": _("At least one photograph"),
        "needs_screenshot": _("A screenshot of the page"),
        "needs_unboxing": _("A photograph of the unboxing"),
        "bad_gtin": _("The bar code's check digit is wrong."),
        "producer_changed": _(
            "Another producer than the task's: its credit code was cleared; type the one on the label."
        ),
        "gtin_filled": _("Filled in from the roster. Compare it with the label."),
        "gtin_unknown": _("The roster has no such bar code: fill in what the label says."),
        "gtin_offline": _("The number is right. It is looked up when there is signal."),
        "gtin_none": _("No bar code was found in the picture. Type the number."),
        "before_task": _("The day of sampling is before the task was given ({day})."),
        "in_future": _("The day of sampling is to come."),
        "unknown_trouble": _("The server could not take it. It stays on this phone and is sent again."),
        "test": _("{n} for the test"),
        "backup": _("{n} for backup"),
        "items": _("What is tested ({n})"),
        "photos_n": _("photographs: {n}"),
        "no_store": _(
            "This browser keeps nothing (private window?). Records would be lost: use another one."
        ),
    }
