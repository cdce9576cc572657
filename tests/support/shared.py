"""Real models that are not part of the tree: the folder that DLAS_SHARED names, or ../shared."""

import os
from pathlib import Path

from support.program import ROOT

SHARED = Path(os.environ.get("DLAS_SHARED", ROOT.parent / "shared"))


def shared_models(pattern: str) -> list[Path]:
    """Empty where there are none."""
    return sorted((SHARED / "data/models").glob(pattern))
