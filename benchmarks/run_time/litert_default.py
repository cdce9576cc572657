"""LiteRT as it comes, with XNNPACK, one thread."""

from ai_edge_litert.interpreter import Interpreter, OpResolverType
from serve import serve


def opened(model: str, resolver: str):
    made = Interpreter(model, experimental_op_resolver_type=OpResolverType[resolver], num_threads=1)
    made.allocate_tensors()
    taken, given = made.get_input_details()[0]["index"], made.get_output_details()[0]["index"]

    def run(x):
        made.set_tensor(taken, x)
        made.invoke()

    return run, lambda: made.get_tensor(given)


if __name__ == "__main__":
    serve(lambda model: opened(model, "BUILTIN"))
