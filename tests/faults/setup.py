"""Run inside an installation: opens an official's account and prints its token."""

from __future__ import annotations

from pinzhi.doors.cli import terminal


def main() -> None:
    terminal.setup()
    from pinzhi.kernel import clock
    from pinzhi.kernel.access.accounts import give_right, open_account
    from pinzhi.kernel.access.actions.issue_token import issue_token
    from pinzhi.kernel.access.actor import Actor
    from pinzhi.kernel.access.queries import actor_for_user

    system = Actor.system("faults")
    user = open_account(
        username="li",
        display_name="Li",
        speaks_for="agency",
        party="350100-market_supervision",
        region="350100",
        password="Kestrel-over-Wuyi-9",
        must_change_password=False,
        by=system,
    )
    for role in ("clerk", "approver"):
        give_right(user, role=role, region="350100", by=system)
    by = actor_for_user(user, clock.today())
    print(issue_token(name="t", scopes=["read", "*:clerk", "*:approver"], by=by)[1])


if __name__ == "__main__":
    main()
