"""The third-party parts of the pages (govuk-frontend, htmx): installed from the lock file, never committed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from os import PathLike, stat_result
from pathlib import Path

import anyio
import structlog
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import FileResponse, Response
from starlette.types import Scope

log = structlog.get_logger()

HERE = Path(__file__).parent
FOLDER = HERE / "assets"
DESIGN_SYSTEM = FOLDER / "node_modules" / "govuk-frontend" / "dist" / "govuk"
HTMX = FOLDER / "node_modules" / "htmx.org" / "dist"
OWN = HERE / "static"
NEEDED = (DESIGN_SYSTEM / "govuk-frontend.min.css", DESIGN_SYSTEM / "govuk-frontend.min.js", HTMX / "htmx.min.js")
HOW_TO_INSTALL = f"The portal's assets are not installed. Run: npm ci --ignore-scripts --prefix {FOLDER}"
INSTALL_SECONDS = 180


class AssetsMissing(RuntimeError):
    """The design system or htmx is not there; the message says how to install it."""


class VersionedFiles(StaticFiles):
    """Static files that a browser keeps for a year when their address names a version, and an hour otherwise."""

    def file_response(self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "public, max-age=3600"
        return response


def missing() -> list[Path]:
    return [path for path in NEEDED if not path.is_file()]


def install() -> None:
    """Install the assets from the lock file where they are missing.

    Raises:
        AssetsMissing: npm is not there or could not install them.
    """
    if not missing():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise AssetsMissing(f"{HOW_TO_INSTALL} (npm was not found on this machine)")
    log.info("assets.installing", folder=str(FOLDER))
    try:
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AssetsMissing(f"{HOW_TO_INSTALL} (npm did not finish within {INSTALL_SECONDS} s)") from None
    if done.returncode != 0 or missing():
        raise AssetsMissing(f"{HOW_TO_INSTALL}\n{done.stderr[-2000:]}")


async def install_once() -> None:
    """Install at start; a portal without its look still works, so a failure is told and not fatal."""
    try:
        await anyio.to_thread.run_sync(install)
    except AssetsMissing as error:
        log.error("assets.missing", how=str(error))


def check() -> Callable[[], Awaitable[None]]:
    """A readiness check that the assets are installed."""

    async def installed() -> None:
        if missing():
            raise AssetsMissing(HOW_TO_INSTALL)

    return installed


def version() -> str:
    """Changes whenever one of the portal's own files or the lock file changes."""
    digest = hashlib.sha256((FOLDER / "package-lock.json").read_bytes())
    for path in sorted(OWN.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def mount(app: FastAPI) -> None:
    """Serve the portal's own files, the design system and htmx."""
    # A service worker rules the paths below its own address, so this one lies at the root.
    app.add_route("/push-worker.js", lambda _: FileResponse(OWN / "push-worker.js", media_type="text/javascript"))
    app.mount("/static", VersionedFiles(directory=OWN), name="static")
    app.mount("/assets/govuk", VersionedFiles(directory=DESIGN_SYSTEM, check_dir=False), name="govuk")
    app.mount("/assets/htmx", VersionedFiles(directory=HTMX, check_dir=False), name="htmx")
