"""The reference's own tests of models, persistence and quantization over m2v. Those that fail are exactly the ones that
yardstick/outcomes.py lists. The tests that take torch are run too by tests/integrations/test_yardstick.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "yardstick"))

import outcomes

FILES = ["test_model.py", "test_persistence.py", "test_quantization.py"]


def test_exactly_the_listed_ones_fail():
    found = outcomes.run(FILES)
    assert outcomes.failed(found) == outcomes.expected(FILES)
    assert len(found) == 96 and sum(passed for _, _, passed in found) >= 0.9 * len(found)
