"""``pinzhi indicator …``: the indicators of the catalogue, and readings of targets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pinzhi.doors.cli import terminal

app = typer.Typer(add_completion=False, no_args_is_help=True, help="指标 · Indicators.")


@app.command("list")
def list_() -> None:
    """列出指标 · The indicators: number, name, title, unit, what they stand on."""
    from pinzhi.doors.cli import environment

    environment.setup_django(database=False)
    from pinzhi.apps.policy.indicators import indicators

    heads = [
        "#",
        terminal.text("名称", "name"),
        terminal.text("标题", "title"),
        terminal.text("单位", "unit"),
        "",
    ]
    terminal.print_table(
        heads,
        [
            (i.number, i.name, terminal.in_language(i.title), i.unit, i.stands_on)
            for i in indicators().values()
        ],
    )


@app.command()
def compute(
    all_: Annotated[
        bool, typer.Option("--all", help="Every confirmed target of the documents in force.")
    ] = False,
    target: Annotated[
        list[str] | None, typer.Option(help="A target's number, such as 350000-2017-01-T03.")
    ] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day to count at; today.")] = None,
    user: Annotated[
        str, typer.Option(help="Account in whose name it is done; without it the operator.")
    ] = "",
) -> None:
    """计算目标读数并公布 · Count where targets stand, keep the readings and publish them.

    One line a target: number, value, unit, attainment. A target that cannot be counted is said on standard error and
    the others are counted. Exit code 1: some could not be counted, or there is no such target.
    """
    if all_ == bool(target):
        raise typer.BadParameter(
            terminal.text("请用 --all 或 --target 之一。", "give either --all or --target")
        )
    terminal.setup()
    from pinzhi.apps.policy.actions.compute_readings import compute_readings, targets_in_force
    from pinzhi.kernel.errors import NotFound, Refused

    by = terminal.actor(user)
    targets = targets_in_force()
    if target:
        by_key = {one.key: one for one in targets}
        missing = [key for key in target if key not in by_key]
        if missing:
            raise NotFound(
                "no_such_target",
                zh=f"没有已确认且绑定指标的目标“{missing[0]}”。",
                en=f"There is no confirmed target {missing[0]} that is bound to an indicator.",
                place="--target",
            )
        targets = [by_key[key] for key in target]
    failed = 0
    with terminal.bar() as progress:
        for one in targets:
            try:
                for reading in compute_readings([one], by=by, on=on.date() if on else None):
                    value = "" if reading.value is None else format(reading.value.normalize(), "f")
                    print(f"{one.key}\t{value}\t{one.unit}\t{reading.status}", flush=True)
            except Refused as refused:
                failed += 1
                terminal.say(
                    f"{one.key}：{refused.zh} {refused.remedy_zh}".strip(),
                    f"{one.key}: {refused.en} {refused.remedy_en}".strip(),
                )
            progress.advance(terminal.text("指标计算", "targets"), total=len(targets))
    if failed:
        raise typer.Exit(terminal.REFUSED)
