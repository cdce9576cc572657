"""The onnx package: a whole copy in memory, as protobuf messages."""

import sys

import onnx

from report import report

report(lambda: onnx.load(sys.argv[1]))
