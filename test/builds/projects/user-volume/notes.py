from pathlib import Path

note = Path('/var/lib/notes/first')
note.write_text('written')
print(note.read_text())
