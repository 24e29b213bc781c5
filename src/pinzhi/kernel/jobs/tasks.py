"""The tasks of this app: the day's steps, reminders, delivery, and taking up what a dead worker left."""

from __future__ import annotations

from datetime import date

from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import User
from pinzhi.kernel.jobs import daily, reminders
from pinzhi.kernel.jobs.delivery import mailer, texter
from pinzhi.kernel.jobs.queue import defer

# The queue reckons in UTC: 16:10 there is 00:10 of the next day in Asia/Shanghai.
EVERY_DAY = "10 16 * * *"
EVERY_MINUTE = "* * * * *"
#: A worker that gave no sign for so long is dead; its jobs are taken up by another.
DEAD_AFTER_SECONDS = 60


@app.periodic(cron=EVERY_DAY)
@app.task(name="jobs.new_day", queueing_lock="jobs.new_day")
def new_day(timestamp: int) -> None:
    """Puts the day's steps and the reminders in the queue."""
    day = clock.today().isoformat()
    for number, name in enumerate(daily.names()):
        # Higher goes first: steps keep their order where one worker takes them one by one.
        defer(run_step, once=f"daily:{name}:{day}", priority=-number, name=name, day=day)
    for name in reminders.names():
        defer(remind, once=f"remind:{name}:{day}", priority=-1000, name=name, day=day)


@app.task(name="jobs.run_step", retry=RetryStrategy(max_attempts=4, exponential_wait=60))
def run_step(name: str, day: str) -> None:
    """One step of the day."""
    daily.run(name, date.fromisoformat(day))


@app.task(name="jobs.remind", retry=RetryStrategy(max_attempts=4, exponential_wait=60))
def remind(name: str, day: str) -> None:
    """The reminders of one provider."""
    reminders.send(name, date.fromisoformat(day))


@app.task(name="jobs.deliver", retry=RetryStrategy(max_attempts=5, exponential_wait=30))
def deliver(user_id: int, zh: str, en: str, link: str) -> None:
    """One notice by e-mail and SMS to who has an address and has not left since."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    text = en if user.language == "en" else zh
    with override(user.language):
        subject = _("A notice from Pinzhi")
        closing = _("Log in to the console to see it.")
    if user.email:
        mailer().send(user.email, f"{subject}: {text[:60]}", f"{text}\n\n{closing}\n{link}\n")
    if user.phone:
        texter().send(user.phone, text)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="jobs.take_up", queueing_lock="jobs.take_up", pass_context=False)
async def take_up(timestamp: int) -> None:
    """Puts back what a worker was doing when it was killed; its transaction was rolled back with it."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        await app.job_manager.retry_job(job)


@daily.register("jobs.clear_sessions", order=90)
def clear_sessions(day: date) -> None:
    """Sessions that are over."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()


@daily.register("jobs.clear_queue", order=95)
def clear_queue(day: date) -> None:
    """Finished jobs leave the queue after a week; what they did is in the audit trail and the registers."""
    defer(delete_old, once="jobs.delete_old")


@app.task(name="jobs.delete_old")
async def delete_old() -> None:
    await app.job_manager.delete_old_jobs(nb_hours=7 * 24)
