"""Bring the few third-party files that the browser needs into `core/web/static/vendor` (`make vendor`).

Node is needed here only: the result is committed, so installing and running Eleven never asks for it.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).with_name("static") / "vendor"
ICON_NAMES = Path(__file__).with_name("icons.txt")

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "sortablejs/Sortable.min.js": "sortable.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    "@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2": "inter-cyrillic.woff2",
}


def sprite(names: list[str], outline: Path) -> str:
    """One SVG whose symbols are the named Tabler outline icons; raises `SystemExit` naming unknown ones."""
    unknown = [name for name in names if not (outline / f"{name}.svg").is_file()]
    if unknown:
        raise SystemExit(f"{ICON_NAMES.name} names icons that Tabler does not have: {', '.join(unknown)}")
    symbols = (_symbol(name, (outline / f"{name}.svg").read_text("utf-8")) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _symbol(name: str, svg: str) -> str:
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    body = re.sub(r'<path stroke="none"[^>]*/>', "", body)
    shapes = re.sub(r"\s*\n\s*", "", body)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def manifest_entry(path: Path, package: Path) -> dict[str, str]:
    """What a reader must know about a vendored file: its package, version, licence and SHA-256."""
    meta = json.loads((package / "package.json").read_text("utf-8"))
    return {
        "package": meta["name"],
        "version": meta["version"],
        "licence": meta["license"],
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _package_folder(modules: Path, source: str) -> Path:
    parts = source.split("/")
    return modules.joinpath(*parts[: 2 if source.startswith("@") else 1])


def collect(modules: Path, target: Path) -> None:
    """Fill `target` from an installed `node_modules`; whatever stood there before is replaced."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    manifest = {}
    for source, name in FILES.items():
        shutil.copyfile(modules / source, target / name)
        manifest[name] = manifest_entry(target / name, _package_folder(modules, source))
    icons = modules / "@tabler/icons"
    names = sorted(set(ICON_NAMES.read_text("utf-8").split()))
    (target / "icons.svg").write_text(sprite(names, icons / "icons/outline"), "utf-8")
    manifest["icons.svg"] = manifest_entry(target / "icons.svg", icons)
    (target / "MANIFEST.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", "utf-8")


def main() -> None:
    """Install the exact versions of `package-lock.json` in a temporary folder and copy what is used."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("make vendor needs npm (Node 20 or newer); nothing else in Eleven does.")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder)
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)  # noqa: S603
        collect(Path(folder) / "node_modules", VENDOR)


if __name__ == "__main__":
    main()
