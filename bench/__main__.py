"""Every benchmark that needs no data set: ``make bench``."""

from __future__ import annotations

from bench import recognition, synthetic

if __name__ == "__main__":
    synthetic.main()
    recognition.main()
