"""A second, slow and plain evaluator of the design's rules (4.2-4.5 and 5): what the engine is checked against.

It imports nothing of `duibiao` and was written from the design text alone, so a mistake must be made twice to hide.
"""
