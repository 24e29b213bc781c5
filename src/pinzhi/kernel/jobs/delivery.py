"""E-mail and SMS, by settings; either can be left out, and then nothing is sent and nothing fails.

PINZHI_MAIL = none | console | smtp        (smtp takes Django's EMAIL_… settings)
PINZHI_SMS  = dotted path of a class with `send(phone, text)`; empty: none
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.utils.module_loading import import_string

MAIL_BACKENDS = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "memory": "django.core.mail.backends.locmem.EmailBackend",
}


class Mailer(Protocol):
    """Sends one message. Raises OSError (or a subclass) where that fails, so that it is tried again."""

    def send(self, address: str, subject: str, text: str) -> None: ...


class Texter(Protocol):
    """Sends one short message to a phone. Raises OSError where that fails."""

    def send(self, phone: str, text: str) -> None: ...


class NoMail:
    def send(self, address: str, subject: str, text: str) -> None:
        """Leaves it out."""


class NoSms:
    def send(self, phone: str, text: str) -> None:
        """Leaves it out."""


class DjangoMail:
    """One of Django's e-mail backends."""

    def __init__(self, backend: str) -> None:
        self.backend = backend

    def send(self, address: str, subject: str, text: str) -> None:
        with get_connection(self.backend) as connection:
            EmailMessage(
                " ".join(subject.split()),  # a line break in a subject would be another header
                text,
                settings.DEFAULT_FROM_EMAIL,
                [address],
                connection=connection,
            ).send()


@lru_cache(maxsize=8)
def _mailer(name: str) -> Mailer:
    if name == "none":
        return NoMail()
    return DjangoMail(MAIL_BACKENDS[name])


@lru_cache(maxsize=8)
def _texter(path: str) -> Texter:
    return import_string(path)() if path else NoSms()


def mailer() -> Mailer:
    return _mailer(settings.PINZHI_MAIL)


def texter() -> Texter:
    return _texter(settings.PINZHI_SMS)


def anything_sent() -> bool:
    """Whether this installation sends anything at all."""
    return settings.PINZHI_MAIL != "none" or bool(settings.PINZHI_SMS)
