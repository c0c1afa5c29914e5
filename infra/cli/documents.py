"""`emporium documents`: which GraphQL documents a production gateway executes."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group(name="documents")
def command() -> None:
    """Trusted documents."""


@command.command(name="compile", short_help="Check documents and write their manifest.")
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The manifest to write.  [default: printed]")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the manifest is not up to date.")
def compile_documents(sources: tuple[Path, ...], output: Path | None, check: bool) -> None:
    """Check *.graphql files, and those in folders, against the graph, and write the manifest of them.

    The gateway takes it as TRUSTED_DOCUMENTS; in production mode it then executes nothing else.
    """
    from gateway.documents import TrustedOperation, WrongDocument, manifest
    from gateway.federation.compose import compose
    from gateway.federation.graph import View
    from gateway.slices import SLICES

    schema = compose(SLICES, View.ADMIN).schema
    operations: dict[str, TrustedOperation] = {}
    faults: list[str] = []
    for file in _files(sources):
        try:
            operation = TrustedOperation.of(file.read_text(encoding="utf-8"), schema, str(file))
            operations[operation.id] = operation
        except WrongDocument as fault:
            faults.append(str(fault))
    if faults:
        raise click.ClickException("\n".join(faults))
    text = manifest(operations.values())
    if output is None:
        click.echo(text, nl=False)
    elif not check:
        output.write_bytes(text)
        click.echo(f"{len(operations)} documents in {output}", err=True)
    elif not output.is_file() or output.read_bytes() != text:
        click.echo(f"{output} is not up to date", err=True)
        sys.exit(1)


def _files(sources: tuple[Path, ...]) -> list[Path]:
    found = [sorted(source.rglob("*.graphql")) if source.is_dir() else [source] for source in sources]
    return list(dict.fromkeys(file for files in found for file in files))
