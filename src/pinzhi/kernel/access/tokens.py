"""Access tokens: how they look, what they let through.

A token reads `pz_<8 characters>_<43 characters>`; the first two parts are kept in clear so that its owner can
tell it from others, of the whole only the SHA-256 (with 256 random bits a slow hash would add nothing).

Scopes: `read` lets everything through that only reads, with the owner's rights; `register:role` (or `*:role`)
keeps this role for this register, to read and to write. A token never goes beyond its owner's rights of the
moment, and a region narrows it further.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import replace
from datetime import timedelta

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor, Right
from pinzhi.kernel.access.models import ApiToken
from pinzhi.kernel.access.queries import actor_for_user, covers

READ = "read"
SCOPE = re.compile(
    r"read|(?P<register>[a-z0-9_]+|\*):(?P<role>clerk|reviewer|approver|auditor|administrator|subject)"
)
TOKEN = re.compile(r"(pz_[a-z0-9]{8})_([A-Za-z0-9_-]{43})")
# The last use is written down at most this often, so that reading does not write all the time.
USED_EVERY = timedelta(minutes=1)


def new_secret() -> tuple[str, str, bytes]:
    """A token's prefix, the whole token (shown once), and the hash that is kept."""
    alphabet = string.ascii_lowercase + string.digits
    prefix = "pz_" + "".join(secrets.choice(alphabet) for _ in range(8))
    token = f"{prefix}_{secrets.token_urlsafe(32)}"
    return prefix, token, hash_of(token)


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def authenticate_token(header: str, *, writes: bool) -> Actor | None:
    """The actor behind `Authorization: Bearer pz_…`, narrowed to the token; None where it does not stand.

    `writes` says whether the request changes something: a token that only reads then has no rights.
    """
    scheme, _, text = header.strip().partition(" ")
    match = TOKEN.fullmatch(text.strip())
    if scheme.lower() != "bearer" or match is None:
        return None
    token = (
        ApiToken.objects.select_related("user")
        .prefetch_related("user__grants")
        .filter(prefix=match[1])
        .first()
    )
    if token is None or not hmac.compare_digest(bytes(token.hash), hash_of(text.strip())):
        return None
    now = clock.now()
    if token.revoked_at is not None or token.expires_at <= now or not token.user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return narrowed(actor_for_user(token.user, clock.today()), token, writes=writes)


def narrowed(owner: Actor, token: ApiToken, *, writes: bool) -> Actor:
    """The owner with the rights that the token leaves."""
    scopes = list(token.scopes)
    keep_all = READ in scopes and not writes
    rights: list[Right] = []
    for right in owner.rights:
        if keep_all:
            rights += _within(right, token.region)
            continue
        for scope in scopes:
            match = SCOPE.fullmatch(scope)
            if match is None or match["role"] != right.role:
                continue
            register = match["register"]
            if right.register in ("*", register):
                rights += _within(replace(right, register=register), token.region)
            elif register == "*":
                rights += _within(right, token.region)
    own = None
    if not keep_all:
        matches = [match for scope in scopes if (match := SCOPE.fullmatch(scope))]
        own = frozenset(match["register"] for match in matches if match["role"] == "subject")
    return replace(
        owner,
        rights=tuple(dict.fromkeys(rights)),
        # Without a scope for it, a token does not act in its owner's own matters at all.
        party=owner.party if own is None or own or owner.speaks_for == "agency" else "",
        via=token.prefix,
        own_registers=own,
    )


def _within(right: Right, region: str) -> list[Right]:
    """The right in the region only: the smaller of the two subtrees, nothing where they do not meet."""
    today = clock.today()
    if not region or covers(region, right.region, today):
        return [right]
    if covers(right.region, region, today):
        return [replace(right, region=region)]
    return []
