"""Published palm codes, from their papers, as rivals in the same run.

    python -m bench.rivals palms.csv

Each is a code of bits on a 32×32 grid (:mod:`bench.rivals.code`), cut from the same
crops as Thenar's own signature, and laid over a reference at every shift of up to
four cells. None rotates or bends the palm, none knows blocks: that is how they were
published. What they give for a false-match rate is their distance itself, which
orders comparisons as their papers do and claims nothing.
"""
