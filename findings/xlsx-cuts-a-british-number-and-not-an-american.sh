#!/bin/sh
# xlsx 0.18.5 (SheetJS), beside exceljs 4.4.0.
#
# A list of contacts as Excel keeps it: numbers without a plus are numbers there. `sheet_to_csv`, and `sheet_to_json` with `raw:
# false`, give what Excel shows in a cell of the format General, and that has eleven digits at most. A number of North America has
# eleven, so it is whole, and a list of a test is right. A British or a German one has twelve or more: it becomes 4.47701E+11, and
# the rest of its digits are gone. exceljs writes the whole number into its CSV. The other way round, from CSV, an area code in
# brackets is a negative number.
#
# Seen on 2026-11-30:
#   sheet_to_csv: 15550100101 4.47701E+11 4.91512E+12
#   sheet_to_json, raw: false: 15550100101 4.47701E+11 4.91512E+12
#   sheet_to_json: 15550100101 447700900123 4915123456789
#   exceljs: 15550100101 447700900123 4915123456789
#   (555) from CSV: -555
#
# For us: contacts come over the API as JSON, and a number that is not a whole one is refused
# (supabase/functions/_shared/sms/texts/phone.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund xlsx@0.18.5 exceljs@4.4.0
cat > try.mjs <<'JS'
import ExcelJS from "exceljs";
import XLSX from "xlsx";
const { utils } = XLSX;
const rows = [["phone"], [15550100101], [447700900123], [4915123456789]];
const made = utils.book_new();
utils.book_append_sheet(made, utils.aoa_to_sheet(rows), "Contacts");
const file = XLSX.write(made, { type: "buffer", bookType: "xlsx" });

const sheet = XLSX.read(file).Sheets.Contacts;
const lines = (csv) => csv.trim().split("\n").slice(1).join(" ");
const phones = (objects) => objects.map(({ phone }) => phone).join(" ");
console.log("sheet_to_csv:", lines(utils.sheet_to_csv(sheet)));
console.log("sheet_to_json, raw: false:", phones(utils.sheet_to_json(sheet, { raw: false })));
console.log("sheet_to_json:", phones(utils.sheet_to_json(sheet)));
const other = new ExcelJS.Workbook();
await other.xlsx.load(file);
console.log("exceljs:", lines(String(await other.csv.writeBuffer())));
console.log("(555) from CSV:", XLSX.read("area code\n(555)\n", { type: "string" }).Sheets.Sheet1.A2.v);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
sheet_to_csv: 15550100101 4.47701E+11 4.91512E+12
sheet_to_json, raw: false: 15550100101 4.47701E+11 4.91512E+12
sheet_to_json: 15550100101 447700900123 4915123456789
exceljs: 15550100101 447700900123 4915123456789
(555) from CSV: -555
LINES
echo "AS SEEN: digits are lost"
