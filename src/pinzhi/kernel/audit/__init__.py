"""Who did what, and who read what is sensitive: written once, never changed.

    from pinzhi.kernel import audit
    audit.record("registers.grant", by=actor, subject_key=key, register=register, region=region)

Every kind of event declares its sentence once, in its app's `audit_kinds.py` (see `audit.kinds`).
"""

from __future__ import annotations

from pinzhi.kernel.audit.recording import record, record_read

__all__ = ["record", "record_read"]
