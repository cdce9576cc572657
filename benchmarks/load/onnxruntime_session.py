"""ONNX Runtime: a session ready to run, without graph optimisations."""

import sys

import onnxruntime

from report import report

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
report(lambda: onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"]))
