"""The registry of models: find, publish, upload, download, deprecate."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from ..commitments import FileHasher, file_root_of
from ..errors import CandorError, ConnectionFailed, NotFound, Unauthorized, VerificationError
from ..keys import account_id
from ..market import Offer, Quote
from ..protocol import api_error
from ..releases import FileSpec, Prepared, Release, parse_version, prepare, safe_path

if TYPE_CHECKING:
    from .client import AsyncCandor

_PAGE = 100
_PIECE = 1 << 18


class AsyncModels:
    """``candor.models``. A model is named `publisher/name@1.2.3`, `name@1.2.3`, `name` (the newest), or by number."""

    def __init__(self, client: AsyncCandor) -> None:
        self._client = client
        # Releases never change, but for being deprecated and moving their files.
        self._known: dict[int, Release] = {}

    async def list(self) -> list[Release]:
        """All releases."""
        releases: list[Release] = []
        while True:
            start = releases[-1].id + 1 if releases else 0
            page = await self._client.chain.call("ModelsApi", "releases", start, _PAGE)
            releases += map(Release.from_chain, page)
            if len(page) < _PAGE:
                return releases

    async def search(self, *words: str) -> builtins.list[Release]:
        """Releases in whose name, tags, licence or publisher all words occur."""
        wanted = [word for text in words for word in text.split()]
        return [release for release in await self.list() if release.matches(wanted)]

    async def get(self, model: str | int | Release) -> Release:
        """One release."""
        if isinstance(model, Release):
            return model
        if isinstance(model, int) or model.isdigit():
            return await self._by_id(int(model))
        publisher, _, rest = model.rpartition("/")
        name, _, version = rest.partition("@")
        version = version.removeprefix("v")
        if version:
            parse_version(version)
        if publisher:
            found = await self._client.chain.call("ModelsApi", "find_release", account_id(publisher), name, version)
            if found is None:
                raise NotFound(f"no release is called {model!r}: see models.list()", status=404, code="not_found")
            return await self._by_id(found)
        return _choose(await self.list(), model, name, version)

    async def _by_id(self, number: int) -> Release:
        view = await self._client.chain.call("ModelsApi", "release", number)
        if view is None:
            raise NotFound(f"there is no release {number}: see models.list()", status=404, code="not_found")
        release = Release.from_chain(view)
        self._known[number] = release
        return release

    async def known(self, number: int) -> Release:
        """A release as it was when it was first looked at here: for what never changes of it."""
        return self._known.get(number) or await self._by_id(number)

    async def offers(self, model: str | int | Release) -> builtins.list[Offer]:
        """Who runs it, at which price."""
        release = await self.get(model)
        offers: list[Offer] = []
        while True:
            page = await self._client.chain.call("HostsApi", "offers", release.id, len(offers), _PAGE)
            offers += map(Offer.from_chain, page)
            if len(page) < _PAGE:
                return offers

    async def quote(self, model: str | int | Release, shapes: Sequence[Sequence[int]]) -> Quote:
        """What a call with inputs of these shapes costs now."""
        release = await self.get(model)
        return Quote.from_chain(await self._client.chain.call("JobsApi", "quote", release.id, shapes))

    # --- Publishing ---------------------------------------------------------------------------------------------

    async def create(self, name: str, *, private: bool = False) -> int:
        """Create a repository, or find your own of this name; gives its id."""
        key = self._client.key
        found = await self._client.chain.storage("Models", "RepositoryIds", key.public_key, name.encode())
        if found is not None:
            return int(found)
        done = await self._client.chain.submit(key, "Models", "create_repository", name=name, private=private)
        return int(done.one("Models", "RepositoryCreated").fields["repository"])

    def prepare(self, model: str | Path, **options: Any) -> Prepared:
        """Prepare an ONNX model for publication, by the program ``candor``: see ``candor.prepare``."""
        return prepare(model, **options)

    async def upload(
        self, prepared: Prepared | str | Path, *, engine: str | None = None, token: str | None = None
    ) -> int:
        """Put a release's files on an engine; gives how many it did not have yet. ``token`` is the engine's."""
        prepared = prepared if isinstance(prepared, Prepared) else Prepared.open(prepared)
        store, headers = self._store(engine, token)
        sent = 0
        async with httpx.AsyncClient(timeout=600, headers=headers) as http:
            for file in prepared.files:
                url = f"{store}/{file.root.hex()}"
                try:
                    if (await http.head(url)).is_success:
                        continue
                    # With its length the body is sent piece by piece: models may be larger than memory.
                    length = {"content-length": str(file.size)}
                    response = await http.put(url, content=_pieces(prepared.path(file)), headers=length)
                except httpx.TransportError as error:
                    raise ConnectionFailed(f"no engine answers at {store}: {error}") from error
                if response.status_code == 401:
                    raise Unauthorized("the engine wants its token: engine_token=", status=401, code="unauthorized")
                if not response.is_success:
                    raise api_error(response.status_code, response.content, response.headers)
                sent += 1
        return sent

    async def version(
        self, prepared: Prepared | str | Path, *, repository: int | None = None, source: str | None = None
    ) -> Release:
        """Register a release: a new version of a repository. The same release again changes nothing.

        ``source`` is where everybody can fetch the files by content id; without it, the engine's own store.
        """
        prepared = prepared if isinstance(prepared, Prepared) else Prepared.open(prepared)
        key, chain = self._client.key, self._client.chain
        source = source or self._store(None, None)[0]
        name, version = prepared.name, prepared.version
        found = await chain.call("ModelsApi", "find_release", key.public_key, name, version)
        if found is not None:
            release = await self._by_id(found)
            if release.model_root == prepared.model_root and release.manifest_hash == prepared.manifest_hash:
                return release
            raise CandorError(
                f"{name}@{version} is published with other content: releases never change, raise the version"
            )
        if repository is None:
            repository = await self.create(name)
        major, minor, patch = parse_version(version)
        done = await chain.submit(
            key,
            "Models",
            "publish_release",
            repository=repository,
            version={"major": major, "minor": minor, "patch": patch},
            spec=prepared.spec(source),
        )
        return await self._by_id(int(done.one("Models", "ReleasePublished").fields["release"]))

    async def publish(
        self,
        prepared: Prepared | str | Path,
        *,
        source: str | None = None,
        private: bool = False,
        upload: bool = True,
    ) -> Release:
        """Everything at once: check the files, upload them to the engine, create the repository, register the release."""
        prepared = prepared if isinstance(prepared, Prepared) else Prepared.open(prepared)
        if upload:
            await self.upload(prepared)
        repository = await self.create(prepared.name, private=private)
        return await self.version(prepared, repository=repository, source=source)

    async def deprecate(self, model: str | int | Release, reason: str) -> None:
        """Say that a release is not to be used any more, and why. It stays what it is; no new job takes it."""
        release = await self.get(model)
        await self._client.chain.submit(self._client.key, "Models", "deprecate", release=release.id, reason=reason)

    # --- Files --------------------------------------------------------------------------------------------------

    async def download(
        self, model: str | int | Release, folder: str | Path | None = None, *, files: Sequence[str] | None = None
    ) -> Path:
        """Download a release's files and check every byte; what is there already and right is kept.

        ``files`` names some of them, for example ``["tokenizer.json"]``. Gives the folder.
        """
        release = await self.get(model)
        target = Path(folder) if folder is not None else Path(f"{release.name}-{release.version}")
        wanted = [file for file in release.files if files is None or file.path in files]
        missing = set(files or ()) - {file.path for file in wanted}
        if missing:
            raise NotFound(f"the release has no file {', '.join(sorted(missing))}", status=404, code="not_found")
        async with httpx.AsyncClient(timeout=60, follow_redirects=True) as http:
            for file in wanted:
                await _fetch(http, release.source, file, safe_path(target, file.path))
        return target

    def _store(self, engine: str | None, token: str | None) -> tuple[str, Mapping[str, str]]:
        engine = engine or self._client.engine
        token = token or self._client.engine_token
        return f"{engine.rstrip('/')}/v1/store", {} if token is None else {"authorization": f"Bearer {token}"}


def _choose(releases: Sequence[Release], model: str, name: str, version: str) -> Release:
    found = [r for r in releases if r.name == name and version in ("", r.version)]
    if len({release.publisher for release in found}) > 1:
        names = ", ".join(release.reference for release in found)
        raise CandorError(f"several publishers have a {model!r}; write which one: {names}")
    if not version:
        # A deprecated one only if nothing else is left.
        found = [release for release in found if release.deprecated is None] or found
    if not found:
        raise NotFound(f"no release is called {model!r}: see models.list()", status=404, code="not_found")
    return max(found, key=lambda release: parse_version(release.version))


async def _fetch(http: httpx.AsyncClient, source: str, file: FileSpec, to: Path) -> None:
    if to.is_file() and to.stat().st_size == file.size and file_root_of(to) == file.root:
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f"{to.name}.part")
    url = f"{source.rstrip('/')}/{file.root.hex()}"
    hasher = FileHasher()
    with part.open("wb") as out:
        if urlsplit(source).scheme == "file":
            with Path(urlsplit(url).path).open("rb") as local:
                while piece := local.read(_PIECE):
                    hasher.update(piece)
                    out.write(piece)
        else:
            try:
                async with http.stream("GET", url) as response:
                    if not response.is_success:
                        raise NotFound(
                            f"{source} does not have {file.path}", status=response.status_code, code="not_found"
                        )
                    async for piece in response.aiter_bytes(_PIECE):
                        hasher.update(piece)
                        if hasher.size > file.size:
                            break
                        out.write(piece)
            except httpx.UnsupportedProtocol as error:
                raise CandorError(f"files at {source} cannot be fetched by this package") from error
            except httpx.TransportError as error:
                raise ConnectionFailed(f"{source} does not answer: {error}") from error
    if hasher.size != file.size or hasher.root() != file.root:
        part.unlink()
        raise VerificationError(
            f"what {source} gives is not {file.path}: its bytes have another root; nothing was kept"
        )
    part.replace(to)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
