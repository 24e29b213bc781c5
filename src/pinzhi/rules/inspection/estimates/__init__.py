"""Rates, means, totals and ratios from a sample, with the design that drew it: what R `survey` computes, in plain Python.

`design` says how the sample was drawn, `linear` estimates with linearised variances, `adjusting` fits weights to known
totals, `replicates` has the jackknife, `unequal` the estimators that use joint inclusion probabilities, `intervals`
confidence intervals for shares, `change` compares years, `rates` puts a raw share beside its estimate, `words` says
what each number means.
"""
