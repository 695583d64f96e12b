#!/usr/bin/env bash
# The short form of the experiments learns, and draws pictures that an XML parser takes: every one of those that the
# page shows, with its lines, a legend and no number that is none.
# usage: batch_normalization_claims_test.sh PROGRAM
set -euo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$source_dir/examples/digits.csv" "$folder" --short >"$folder/tables.md"
python3 - "$source_dir" "$folder" <<'PYTHON'
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

source, folder = (pathlib.Path(argument) for argument in sys.argv[1:])
page = (source / "docs" / "batch-normalization.md").read_text()
shown = set(re.findall(r"\(pictures/([a-z-]+\.svg)\)", page))
drawn = {path.name for path in folder.glob("*.svg")}
assert shown == drawn, f"the page shows {sorted(shown)}, the program drew {sorted(drawn)}"
for name in sorted(drawn):
    for path in (folder / name, source / "docs" / "pictures" / name):
        text = path.read_text()
        picture = xml.fromstring(text)
        assert picture.tag == "{http://www.w3.org/2000/svg}svg", path
        words = "".join(picture.itertext())
        assert "with batch normalization" in words and "without" in words, f"{path} has no legend"
        bad = [value for element in picture.iter() for value in element.attrib.values()
               if re.search(r"\b(nan|inf)\b", value)]
        assert not bad, f"{path}: {bad}"
    points = len(re.findall(r'<(?:circle|rect|line) [^>]*class="(?:blue|orange)', (folder / name).read_text()))
    assert points >= 8, f"{name}: {points} marks"

accuracies = (folder / "tables.md").read_text().split("\n\n")[1]
row = next(line for line in accuracies.splitlines() if line.startswith("| 0.1 |"))
assert all(float(cell.split()[0]) > 0.85 for cell in row.split("|")[2:4]), f"neither network learned: {row}"
PYTHON
