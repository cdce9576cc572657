"""LiteRT's reference kernels, one thread."""

from litert_default import opened
from serve import serve

serve(lambda model: opened(model, "BUILTIN_REF"))
