"""What Metaflow finds of Flowledger: it only registers, the code is in flowledger.metaflow.

Where a task runs from a code package, in a container that has no Flowledger installed, the code
is below ``code`` (see ``flowledger.metaflow.packaging``).
"""

import sys
from importlib.util import find_spec
from pathlib import Path

_SHIPPED = Path(__file__).parent / "code"

if _SHIPPED.is_dir() and find_spec("flowledger") is None:
    sys.path.append(str(_SHIPPED))
