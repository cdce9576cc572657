"""Where the training scripts read and write: folders of the source tree."""

import pathlib

DEMO = pathlib.Path(__file__).resolve().parent.parent
MODELS = DEMO / "models"
WORK = DEMO.parent / "build" / "demo-train"
WORK.mkdir(parents=True, exist_ok=True)
