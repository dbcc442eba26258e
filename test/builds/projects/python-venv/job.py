from pathlib import Path

from sums import total

Path("result.txt").write_text(str(total([1, 2, 3])))
print(Path("result.txt").read_text())
