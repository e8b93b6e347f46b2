"""Make pydoc_text_sample.gz from the help pages of the Python that runs this. For authors; students never need it.

    python datasets/make_pydoc_text.py

prints the version and the digest that pydoc_text.PAGES_OF and pydoc_text.DIGEST must carry. What was measured on the text before
has to be measured anew after that: the pages differ between versions.
"""

import gzip
import hashlib
import platform
from pathlib import Path
from pydoc_data.topics import topics

if __name__ == "__main__":
    pages = "\0".join(topics[name] for name in sorted(topics)).encode()
    Path(__file__).with_name("pydoc_text_sample.gz").write_bytes(gzip.compress(pages, 9, mtime=0))  # the same bytes on every day
    print("version:", platform.python_version())
    print("digest:", hashlib.sha256(pages).hexdigest())
