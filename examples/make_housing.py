"""Makes examples/housing.csv of the classic California housing table (20,640 districts, 1990 census).

usage: python3 make_housing.py TABLE    (TABLE: the CSV file with the columns longitude ... ocean_proximity)

The 207 blanks in total_bedrooms get the column's median. ocean_proximity becomes five columns of 0 and 1. The price,
last, is in units of 100,000 dollars.
"""
import csv
import pathlib
import statistics
import sys

PLACES = {"<1H OCEAN": "within_an_hour", "INLAND": "inland", "ISLAND": "island", "NEAR BAY": "near_bay",
          "NEAR OCEAN": "near_ocean"}

with open(sys.argv[1], newline="") as file:
    districts = list(csv.DictReader(file))
median_bedrooms = statistics.median(float(row["total_bedrooms"]) for row in districts if row["total_bedrooms"])

numbers = [name for name in districts[0] if name not in ("ocean_proximity", "median_house_value")]
with open(pathlib.Path(__file__).with_name("housing.csv"), "w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow([*numbers, *PLACES.values(), "median_house_value"])
    for row in districts:
        row["total_bedrooms"] = row["total_bedrooms"] or median_bedrooms
        place = [int(row["ocean_proximity"] == name) for name in PLACES]
        table.writerow([*(f"{float(row[name]):.6g}" for name in numbers), *place,
                        f"{float(row['median_house_value']) / 100_000:.6g}"])
