"""Files a catalogue is imported from and exported to. Pure: bytes in, drafts out, and back."""
