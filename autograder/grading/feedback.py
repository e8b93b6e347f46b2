"""nbgrader's feedback pages, made faster for a whole class."""

import io

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML with templates compiled once a process: nbgrader makes a new exporter for every student."""

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = _COMPILED
        return environment


class _Memory(BytecodeCache):
    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}
        self.loaded = 0
        """How often a template did not have to be compiled."""

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.load_bytecode(io.BytesIO(self.compiled[bucket.key]))
            self.loaded += 1

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Memory()
