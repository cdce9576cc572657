"""LiteRT: an interpreter with its tensors allocated, reference kernels."""

import sys

from ai_edge_litert.interpreter import Interpreter, OpResolverType

from report import report


def opened() -> Interpreter:
    made = Interpreter(sys.argv[1], experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1)
    made.allocate_tensors()
    return made


report(opened)
