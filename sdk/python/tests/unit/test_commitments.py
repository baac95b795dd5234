"""Every root of the Rust code's vectors, computed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from candor import commitments
from candor.commitments import FileHasher, data_root, file_root, file_root_of, merkle_root, model_root, tensor_root

from ..conftest import vectors


def data(length: int) -> bytes:
    return bytes((i * 31 + 7) % 251 for i in range(length))


def test_data_and_files_should_have_the_roots_of_the_vectors() -> None:
    cases = vectors("commitments")["data"]
    assert cases
    for case in cases:
        assert data_root(data(case["len"])).hex() == case["merkle"]
        assert file_root(data(case["len"])).hex() == case["file"]


def test_trees_should_have_the_roots_of_the_vectors() -> None:
    for case in vectors("commitments")["trees"]:
        leaves = [i.to_bytes(8, "little") + b"\xa5" * 24 for i in range(case["leaves"])]
        assert merkle_root(leaves).hex() == case["root"]


def test_tensors_and_lists_should_have_the_roots_of_the_vectors() -> None:
    found = vectors("commitments")
    for case in found["tensors"]:
        assert tensor_root(case["dtype"], case["dims"], data(case["len"])).hex() == case["root"]
    for case in found["lists"]:
        roots = [bytes.fromhex(found["tensors"][at]["root"]) for at in case["tensors"]]
        assert commitments.tensors_root(roots).hex() == case["root"]


def test_models_should_have_the_roots_of_the_vectors() -> None:
    for case in vectors("commitments")["models"]:
        files = [(file["path"], file_root(data(file["len"]))) for file in case["files"]]
        assert model_root(files).hex() == case["root"]


def test_tags_should_be_those_of_the_vectors() -> None:
    for name, tag in vectors("commitments")["tags"].items():
        ours = getattr(commitments, f"TAG_{name.upper()}", None)
        assert ours in (None, bytes([tag])), name


@pytest.mark.parametrize("length", [0, 1, 1023, 1024, 1025, 5000, 9 * 1024])
@pytest.mark.parametrize("piece", [100, 1000, 1024, 4096])
def test_files_should_have_one_root_however_they_arrive(length: int, piece: int, tmp_path: Path) -> None:
    hasher = FileHasher()
    for at in range(0, length, piece):
        hasher.update(data(length)[at : at + piece])
    assert hasher.root() == file_root(data(length))
    (tmp_path / "file").write_bytes(data(length))
    assert file_root_of(tmp_path / "file") == file_root(data(length))
