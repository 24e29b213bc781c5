"""Cosignatures of witnesses: others who have seen that a log only grows, and say so on its checkpoint.

A witness takes a published checkpoint, checks it against the last one it signed, and returns it with its own signature
(C2SP tlog-cosignature). Which witnesses count is a setting; a checkpoint with their signatures is published beside the
newest one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from pinzhi.kernel.errors import NotFound, Refused
from pinzhi.kernel.registers import epochs, keys, logs
from pinzhi.kernel.registers.models import Log
from pinzhi.rules.proof.note import add_signatures, parse_checkpoint, parse_key, split_note, verify_note
from pinzhi.rules.proof.verify import Key, ProofError


def witnesses() -> list[Key]:
    """The witnesses that this installation trusts."""
    return [parse_key(text) for text in settings.PINZHI_WITNESSES]


def accept(note: str) -> Log:
    """Keep a cosigned checkpoint of one of our logs.

    Raises Refused: no note, no signature by a known witness, not a head that this log has had; NotFound: no such log.
    """
    try:
        checkpoint = parse_checkpoint(note)
        signers, _times = verify_note(note, [*(keys.load(path).key for path in keys.files()), *witnesses()])
    except ProofError as error:
        raise Refused(
            "bad_cosignature",
            zh=f"不是可用的联署检查点：{error.zh}",
            en=f"Not a cosigned checkpoint: {error.en}",
            remedy_zh="核对见证者公钥是否已在 PINZHI_WITNESSES 中。",
            remedy_en="Is the witness named in PINZHI_WITNESSES?",
        ) from error
    if not set(signers) & set(witnesses()):
        raise Refused("no_witness", zh="没有已知见证者的签名。", en="No known witness has signed it.")
    with transaction.atomic():
        name = checkpoint.origin.rsplit("/", 1)[-1]
        log = Log.objects.select_for_update().filter(name=name).first()
        if log is None:
            raise NotFound("no_such_log", zh=f"没有日志“{name}”。", en=f"There is no log {name}.", place=name)
        ours = checkpoint.origin == logs.origin(log.name, log.epoch) and checkpoint.size <= log.size
        if not ours or epochs.root_at(log, checkpoint.size) != checkpoint.root:
            raise Refused(
                "not_our_head",
                zh="这不是本日志曾经的检查点。",
                en="This log never had that head.",
                place=name,
            )
        same = log.cosigned and split_note(log.cosigned)[0] == split_note(note)[0]
        if same:
            log.cosigned = add_signatures(log.cosigned, note[len(split_note(note)[0]) + 1 :])
        elif not log.cosigned or parse_checkpoint(log.cosigned).size <= checkpoint.size:
            log.cosigned = note
        log.save(update_fields=["cosigned"])
    return log
