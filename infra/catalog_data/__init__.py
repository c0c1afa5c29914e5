"""Catalogue data: the files an import reads, and a catalogue the project makes up itself."""
