"""Draws that anyone can repeat: from a frozen frame to drawn units, inspectors and laboratories.

The order of a draw, and what is kept or made public at each step (formats: `verify_draw`, docs/check-a-draw.md):

1. `frame.freeze(units, exclusions, design, folder, …) -> Commitment`: the whole roster, each unit eligible or
   excluded with its reason, as salted leaves under one root. Writes commitment.json (public at once),
   rules.json and frame.tsv (closed until the opening). A draw that has no commitment is refused.
2. `seed.declare(commitment, round=0, announced_at=…, source=…, fallback=…) -> Declaration`: names the future
   public value (`seed.Drand`, `seed.Lottery`) and the fallback; `.digest` is published before the value exists.
3. `seed.settle(declaration, value, …) -> Round`: checks the value (a drand signature with `beacon.verify`),
   refuses one that is older than the commitment or the declaration, or is not the one named.
4. `select.draw(folder, round) -> Result`: allocation, tickets or Sampford's design, probabilities; writes
   round-R.json, cells-R.tsv, drawn-R.tsv (closed) and result-R.json (public at once). `Result.drawn` are rows
   (key, cell, probability as an exact fraction), `Result.joint(a, b)` the joint probability of two units.
5. `assign.draw_tasks(…)`, `assign.draw_laboratory(…)`: inspectors and a laboratory for each task.
6. Replacement: `seed.declare(…, round=1, previous=result.digest, replaced=[…])`, then 3 and 4 again.
7. `opening.open_public(folder, target)`, `opening.open_auditor(folder, target)` after sampling;
   `opening.prove(folder, key, with_draw=…)` for one firm at any time.

Nothing here reads a clock, a database or the network; files are read and written where the caller says.
"""
