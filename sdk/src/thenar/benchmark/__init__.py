"""Measuring speed and recall at the size of a country, without a single picture.

```python
found = measure(matcher, Options(palms=10_000, queries=100), progress)
```
"""

from thenar.benchmark.document import as_document
from thenar.benchmark.matching import Measured, Options, measure
from thenar.benchmark.rival import installed as faiss_installed

__all__ = ["Measured", "Options", "as_document", "faiss_installed", "measure"]
