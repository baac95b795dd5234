from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_should_have_the_quickstart_that_is_run() -> None:
    _, code = (ROOT / "examples" / "quickstart.py").read_text().split('"""\n\n', 1)
    assert code in (ROOT / "README.md").read_text()
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
