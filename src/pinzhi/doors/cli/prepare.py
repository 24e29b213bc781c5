"""``pinzhi prepare``: what has to be true of the database before anything is served from it."""

from __future__ import annotations

from pinzhi.doors.cli import terminal


def command() -> None:
    """更新表结构、登记册定义，并与已公布的检查点比较 · Tables and definitions up to date; compare with what was published.

    `pinzhi serve` runs it at every start. Where a definition has changed, what follows from its entries is derived anew.
    Where the database is behind what was published (an older one was put back), the registers are kept read-only until an
    epoch is declared. Exit code 1: the tables could not be brought up to date.
    """
    terminal.setup()
    from django.core.management import call_command
    from django.db import DatabaseError

    from pinzhi.kernel.registers import catalogue, deriving, epochs, logs
    from pinzhi.kernel.registers.definitions import CatalogueError

    try:
        call_command("migrate", interactive=False, verbosity=0)
        catalogue.reload()
        with terminal.bar() as bar:

            def progress(register: str, done: int, total: int) -> None:
                if not done:
                    terminal.say(
                        f"按新定义重新推导 {register}：{total} 条",
                        f"deriving {register} anew by its new definition: {total} records",
                    )
                bar(register, done, total)

            deriving.derive_outdated(progress)
        logs.publish_keys()
    except (DatabaseError, CatalogueError) as error:
        terminal.fail(f"无法准备数据库：{error}", f"The database could not be made ready: {error}")
    behind = epochs.guard()
    for one in behind:
        terminal.say(
            f"注意：{one.log} 已公布 {one.published} 条，库中 {one.here} 条，登记册只读。",
            f"Note: {one.log} has {one.published} published entries but {one.here} here; the registers are read-only.",
        )
