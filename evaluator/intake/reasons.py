"""Every text of the intake in three tables: why a row is rejected, why a file is refused, what a reader must know.

Codes are stable: tests, ``rejects.csv`` and the documentation name them. Texts are English message ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.language import gettext as _
from duibiao.evaluator.submission import Note

# code -> (what is wrong with the row, what to write instead). {header} is the column as the file calls it.
REASONS: Final[dict[str, tuple[str, str]]] = {
    # a cell that cannot be read for its kind
    "unreadable-number": (
        N_("'{value}' cannot be read as a number (column '{header}')"),
        N_("write digits, such as {example}; leave the cell blank if nothing was observed"),
    ),
    "unreadable-count": (
        N_("'{value}' cannot be read as a count (column '{header}')"),
        N_("write a whole number from 0, such as {example}; leave the cell blank if nothing was counted"),
    ),
    "unreadable-percent": (
        N_("'{value}' cannot be read as a percentage (column '{header}')"),
        N_("write it with its sign, such as 79.2%"),
    ),
    "ambiguous-percent": (
        N_("{value} may be {value}%, or {value} x 100% (column '{header}')"),
        N_("write it as text with its sign, such as 79.2%"),
    ),
    "unreadable-yes-no": (
        N_("'{value}' cannot be read as yes or no (column '{header}')"),
        N_("write 是 or 否 (or √ ×, yes no, 1 0)"),
    ),
    "unreadable-date": (
        N_("'{value}' cannot be read as a date (column '{header}')"),
        N_("write year, month and day, such as 2026-03-06"),
    ),
    "zoned-date": (
        N_("'{value}' is a time of the time zone {zone}, not of the clock of the place (column '{header}')"),
        N_("write the time of the place without a zone: as text such as 2026-03-06 08:30, or timestamp_ntz of Spark"),
    ),
    "unreadable-text": (
        N_("'{value}' cannot be read as text (column '{header}')"),
        N_("write one text in the cell, not a group of values"),
    ),
    "unknown-option": (
        N_("'{value}' is none of the words of column '{header}'"),
        N_("{advice}"),
    ),
    "unreadable-result": (
        N_("'{value}' cannot be read as a result"),
        N_("write 符合, 不符合 or 不适用 (or yes, no); for anything between use 等级 or 扣分"),
    ),
    "text-too-long": (
        N_("the text has {length} characters, more than a cell of a workbook can hold (column '{header}')"),
        N_("shorten it to {limit} characters"),
    ),
    "control-character": (
        N_("the text holds the character {value}, which no document can hold (column '{header}')"),
        N_("type the text again"),
    ),
    "digits-lost": (
        N_("the workbook stores {value} as a number, and digits after the 15th are lost (column '{header}')"),
        N_("format the column as text and type the value again"),
    ),
    "formula-without-value": (
        N_("the formula in this cell shows '{value}', which is no value (column '{header}')"),
        N_(
            "mend the formula, or write the value; a file that was never opened in a spreadsheet program has no results"
        ),
    ),
    # the row as a whole
    "missing-value": (N_("'{header}' is blank, and the row cannot be placed without it"), N_("fill it in")),
    "columns-differ": (
        N_("the columns '{first}' and '{header}' mean the same and differ: '{one}' and '{value}'"),
        N_("keep one of the two"),
    ),
    "extra-cells": (
        N_("the row has {count} more cells than there are headers; the first is '{value}'"),
        N_("put a text that holds a comma in double quotes"),
    ),
    "not-a-record": (N_("'{value}' is no record"), N_("write an object with a key for each column")),
    "submission-differs": (
        N_("the submission {value} stands again, and differs, in {place}"),
        N_("keep the newer export only"),
    ),
    # rows of a mended rejects.xlsx
    "origin-missing": (
        N_("'{value}', from which this row was rejected, is not among the data"),
        N_("check it together with the data that it came from"),
    ),
    "origin-changed": (
        N_("'{value}', from which this row was rejected, has changed since, and another row may stand there now"),
        N_("check the data without this file, and mend the new rejects.xlsx"),
    ),
    "mended-twice": (
        N_("the row {value} is mended here and in {kept}, which was kept"),
        N_("delete one of the two"),
    ),
    # sites
    "unknown-site": (N_("no site is called '{value}' (column '{header}')"), N_("{advice} (or add it to the register)")),
    "ambiguous-site": (N_("several sites are called '{value}': {sites}"), N_("give the 编号 or the 属地")),
    "site-differs": (
        N_("'{id}' is '{name}' in {area} in the register, but '{value}' here"),
        N_("correct the 编号, or the name and the area"),
    ),
    "part-of-differs": (
        N_("'{site}' belongs to '{parent}' in the register, but to '{value}' here"),
        N_("correct '{header}', or the register"),
    ),
    "site-rejected": (N_("the register's row of '{value}' was rejected"), N_("mend {place} first")),
    "duplicate-site": (
        N_("the register names the site '{value}' more than once; {kept} was kept"),
        N_("delete one of the rows, or give each site an 编号 of its own"),
    ),
    "unknown-site-type": (N_("'{value}' is no site type"), N_("{advice}")),
    "missing-site-type": (
        N_("the row does not say of which type its site is"),
        N_("add a column 点位类型, name the file or sheet after the type, or set `type` in mapping.yaml"),
    ),
    "type-differs": (N_("'{value}' is a {registered}, but a {type} here"), N_("correct the type or the site")),
    "type-without-register": (
        N_("sites of type '{value}' are the areas or units themselves and stand in no register"),
        N_("delete the row"),
    ),
    "part-of-type": (N_("a {type} cannot be part of '{value}', which is a {other}"), N_("correct '{header}'")),
    "part-of-circle": (N_("'{value}' leads back to this row, or to a row that was rejected"), N_("correct '{header}'")),
    # areas and units
    "unknown-area": (N_("no area is called '{value}' (column '{header}')"), N_("{advice} (or add it to the areas)")),
    "ambiguous-area": (N_("several areas are called '{value}': {areas}"), N_("write the path, such as {example}")),
    "area-level": (N_("'{value}' is no {level}"), N_("name an area of that level, or correct its row")),
    "area-depth": (
        N_("'{value}' has more levels than the catalogue ({levels})"),
        N_("leave out the lowest, or add a level to area_levels"),
    ),
    "area-order": (N_("'{value}' is called a {level}, and cannot lie in '{parent}'"), N_("correct 层级 or 上级")),
    "area-without-top": (
        N_("the areas above '{value}' lead to no top: a circle, or a row that was rejected"),
        N_("correct 上级"),
    ),
    "duplicate-area": (N_("the area '{value}' stands more than once; {kept} was kept"), N_("delete one of the rows")),
    "unknown-level": (N_("'{value}' is no level of area"), N_("{advice}")),
    "unknown-unit": (N_("'{value}' is no unit (column '{header}')"), N_("{advice} (or add it to units.yaml)")),
    "unlisted-unit": (N_("'{value}' does not stand in the table of units"), N_("{advice} (or add it there)")),
    "unit-area": (N_("'{value}' is no unit of {area}"), N_("correct the unit or the area")),
    "duplicate-unit": (N_("the unit '{value}' stands more than once; {kept} was kept"), N_("delete one of the rows")),
    # criteria
    "unknown-criterion": (N_("no criterion is called '{value}'"), N_("{advice}")),
    "ambiguous-criterion": (N_("several criteria are called '{value}': {ids}"), N_("write the id")),
    "criterion-elsewhere": (
        N_("'{criterion}' is not asked at a {type}"),
        N_("correct the criterion or the site; it is asked at: {types}"),
    ),
    "no-scale": (N_("'{criterion}' has no grades, so '{value}' says nothing"), N_("write 结果 or 扣分 instead")),
    "negative-deduction": (N_("{value} would add points"), N_("write the points lost without a minus")),
    "merged-points": (
        N_("'{value}' is one cell over several rows (column '{header}'), and counts for none of them by itself"),
        N_("split the cell, and write the points of each row"),
    ),
    "points-differ": (
        N_("the sheet gives '{criterion}' {value} points (column '{header}'), and the criteria {points}"),
        N_("correct the points, or lead the column to null in mapping.yaml if 扣分 counts by the criteria"),
    ),
    "points-do-not-add-up": (
        N_("{deducted} points lost and {value} earned do not make the {points} points of '{criterion}'"),
        N_("correct one of the two, or leave one blank"),
    ),
    "points-changed": (
        N_("'{criterion}' has had several numbers of points ({points}), so {value} earned does not say what was lost"),
        N_("write 扣分, or a column 分值 beside it"),
    ),
    "earned-too-much": (
        N_("{value} points earned are more than the {points} points of '{criterion}'"),
        N_("correct them; 得分 counts in the points of the criteria"),
    ),
    "points-between": (
        N_("{value} points lost of the {points} of '{criterion}' are none of the verdicts that it knows"),
        N_("write 结果 or 等级, or take off none or all of the points"),
    ),
    "verdicts-contradict": (
        N_("'{one}' (column '{first}') and '{value}' (column '{header}') contradict each other"),
        N_("keep the one that holds, and leave the other blank"),
    ),
    "fields-elsewhere": (
        N_("nothing that stands in this row is asked at its site: '{site}' is a {type}, without '{header}'"),
        N_("correct the site; or leave the row out, if nobody was there"),
    ),
    "missing-problem": (
        N_("a row of a problem list says no problem"),
        N_("write what the problem is, or delete the row if there was none"),
    ),
    # answers to questionnaires
    "unclear-questionnaire": (
        N_("to which questionnaire the row answers is not clear: its questions are those of {names}"),
        N_("name the file or sheet after the questionnaire, or set `type` in mapping.yaml"),
    ),
    "unknown-answer": (
        N_("'{value}' is no answer to this question (column '{header}')"),
        N_("{advice} (or leave the cell blank if nothing was answered)"),
    ),
    "number-as-answer": (
        N_("'{value}' is a number, and the choices of this question have none (column '{header}')"),
        N_("write one of: {answers}; or say `numbered: true` in the question, if it is the number of the choice"),
    ),
    "missing-weight": (
        N_("'{header}' is blank, and without a weight the answers of the row count for nothing"),
        N_("write a number above 0"),
    ),
    "not-above-zero": (N_("'{value}' is not above 0 (column '{header}')"), N_("write a number above 0")),
    "unreadable-population": (
        N_("'{value}' cannot be read as a number of people (column '{header}')"),
        N_("write a whole number from 1, such as {example}; leave the cell blank if it is not known"),
    ),
    "population-differs": (
        N_("{value} people here, and {people} of the same stratum in {place} (column '{header}')"),
        N_("write one population for a stratum; or give the strata a column of their own"),
    ),
    "more-answers-than-people": (
        N_("this is answer {answers} of a stratum of {value} people (column '{header}')"),
        N_("correct the population; or delete answers that stand twice"),
    ),
    # rounds
    "unknown-round": (N_("'{value}' is no round"), N_("{advice} (or add it to the rounds)")),
    "outside-rounds": (N_("{value} lies in no round"), N_("correct the date, or the rounds: {rounds}")),
    "missing-date": (N_("without a date the row belongs to no round"), N_("fill in 日期, or add a column 轮次")),
    "dates-order": (N_("{value} comes before {start}"), N_("correct 开始 or 结束")),
    "duplicate-round": (N_("the round '{value}' stands more than once; {kept} was kept"), N_("delete one of the rows")),
    "rounds-overlap": (N_("the round '{value}' overlaps '{other}'"), N_("let it begin after {end}")),
}

# code -> why a whole file or table cannot be used, and what to do.
REFUSALS: Final[dict[str, str]] = {
    "not-found": N_("there is no such file or folder; check the name"),
    "result-folder": N_("this is a result of `duibiao check`, and no data; give what it was made from"),
    "no-access": N_("the file cannot be opened ({reason})"),
    "no-data": N_(
        "no table was found; give a folder with .xlsx, .xls, .et, .ods, .csv, .json, .yaml or .parquet files"
    ),
    "unknown-format": N_("files ending in '{ending}' are not read; save it as .xlsx or .csv"),
    "file-too-large": N_("the file has {size} bytes, more than {limit}; split it, or raise the limits: --limits 4"),
    "too-many-columns": N_(
        "the table has {count} columns, more than {limit}; delete those without data, or raise the limits: --limits 4"
    ),
    "too-many-rows": N_("the table has {count} rows, more than {limit}; split it, or raise the limits: --limits 4"),
    "too-many-cells": N_(
        "the table has over {limit} cells; delete blank rows and columns, split it, or raise the limits: --limits 4"
    ),
    "empty-file": N_("nothing stands in the file"),
    "encoding": N_("the text is neither UTF-8 nor GB18030 (line {line}); save it as 'CSV UTF-8'"),
    "damaged-text": N_("the text is UTF-8 with broken characters, the first in line {line}; export the file again"),
    "not-text": N_("this is no text file; save it as CSV UTF-8, or as .xlsx if it is a workbook"),
    "csv-syntax": N_("line {line} breaks the rules of CSV ({reason}); look for a lone double quote"),
    "rows-in-cell": N_(
        "the quoted cell that begins in line {line} seems to hold whole rows; delete a lone double quote, or take "
        "the line breaks out of the cell"
    ),
    "json-syntax": N_("not valid JSON: {reason}"),
    "yaml-syntax": N_("not valid YAML: {reason}"),
    "records-shape": N_(
        "{what} is not a list of records; write [{{...}}, {{...}}], or {{name: [...]}} for several tables"
    ),
    "parquet-damaged": N_("not a readable parquet file ({reason}); export it again"),
    "parquet-too-large": N_(
        "the parquet file needs more memory or time than allowed; split it, or raise the limits: --limits 4"
    ),
    "partition-differs": N_(
        "the folder says {folder}, and the column '{column}' has '{value}'; correct the name of the folder, or leave "
        "out the column"
    ),
    "folders-differ": N_(
        "the folder says {folder}, and one above it {above}; leave one of the two folders out, or correct its name"
    ),
    "temporary-folder": N_(
        "it cannot be kept in the temporary folder {folder} ({reason}); make room there, or name another folder: "
        "TMPDIR=/another"
    ),
    "name-too-long": N_(
        "the name is too long for a folder of the tables of sites and gaps; shorten it, or leave out -o"
    ),
    "types-differ": N_(
        "the column '{column}' has {type} in {one}, but {other} in {part}; write {type} in every part of the folder"
    ),
    "lake-needs-register": N_(
        "its parts are read in slices, and for that the sites must be known; add a register of sites (点位, 点位类型)"
    ),
    "lake-needs-areas": N_(
        "its parts are read in slices, and for that the areas must be known; add a table of areas (属地, 上级)"
    ),
    "lake-needs-units": N_(
        "it is read in slices, and names units that are sites themselves, which must be known; "
        "add a table of units (单位)"
    ),
    "lake-mended": N_("rows of {part}, which is read in slices, cannot be mended from here; mend them there"),
    "delta-table": N_(
        "this is a table of Delta Lake ({name}), whose folder also holds rows that do not count any more; "
        "write it as plain parquet"
    ),
    "unfinished-folder": N_(
        "a program is still writing here, or ended before it was done ({name}); write the folder again"
    ),
    "zip-damaged": N_("not a readable zip file ({reason}); pack or send it again"),
    "zip-protected": N_("the zip file is protected by a password; pack it without one"),
    "zip-too-large": N_(
        "the zip file holds more than {limit} bytes or files; unpack it, or raise the limits: --limits 4"
    ),
    "zip-path": N_("the zip file names '{name}', which lies outside of it; pack the folder again"),
    "same-name": N_(
        "several files have this name (blanks around it and full-width characters do not count); rename all but one"
    ),
    "zip-in-zip": N_("this is a zip file in a zip file; unpack it"),
    "page-as-workbook": N_("this is a web page under the name of a workbook; open it and save it as .xlsx"),
    "xml-workbook": N_("this is an XML workbook of 2003; open it and save it as .xlsx"),
    "workbook-binary": N_("this is a binary workbook (.xlsb); open it and save it as .xlsx"),
    "no-workbook": N_("this is a document of an office program, but no workbook; save its table as .xlsx"),
    "workbook-damaged": N_("not a readable workbook ({reason}); open it and save it again as .xlsx"),
    "workbook-protected": N_("the workbook is protected by a password; save it without one"),
    "workbook-too-large": N_(
        "the workbook needs more memory or time than allowed; delete blank rows and columns, split it, or raise the "
        "limits: --limits 4"
    ),
    "unknown-shape": N_("the headers are not recognised. Seen: {seen}. {advice} A table needs one of: {needed}"),
    "shape-lacks": N_(
        "mapping.yaml says that this is a table of the shape {shape}, and it lacks {lacking}. Seen: {seen}. "
        "Name the column under `columns`"
    ),
    "no-header-row": N_("nothing stands in row {row}, where mapping.yaml says that headers are"),
    "constant-unused": N_(
        "what mapping.yaml says of every row ({keys}) means nothing in a table of the shape {shape}; delete it"
    ),
    "several-tables": N_(
        "another table seems to begin in row {row} ({shown}); put each table on a sheet of its own, "
        "or delete the blank row above it"
    ),
    "tables-beside": N_(
        "another table seems to begin in column {letter} ('{header}' again); put each table on a sheet of its own"
    ),
    "other-encoding": N_(
        "the text is not in {encoding} as was said (line {line}); correct `encoding`, or leave it out"
    ),
    "perhaps-big5": N_(
        "no header is known in GB18030, but some are in Big5 ({shown}); "
        "write `encoding: big5` in mapping.yaml, or --encoding big5"
    ),
    "mapping": N_("line {line}: {reason}"),
}

# code -> something that stopped no row and that a reader must know.
NOTES: Final[dict[str, str]] = {
    "skipped-file": N_(
        "the file was not read: data files end in .xlsx, .xls, .et, .ods, .csv, .tsv, .json, .yaml, .parquet or .zip"
    ),
    "hidden-file": N_("hidden files and lock files are not read; if data stand in it, give it a name without . or ~$"),
    "linked-folder": N_(
        "this is a link to a folder, which is not followed; give that folder itself, beside this one, or copy its files"
    ),
    "result-folder": N_("this is a result of `duibiao check`, and no data; it was not read"),
    "broken-link": N_("this is a link that leads to no file; put the file itself here"),
    "text-as-workbook": N_("the file has the ending of a workbook but holds text; it was read as CSV"),
    "other-ending": N_("the file is not what its ending says; it was read as what it is"),
    "external-links": N_("the workbook takes values from other workbooks; they count as they were last saved"),
    "rows-missing": N_(
        "the sheet says that it has {declared} rows, and {found} were found; look whether any is missing, and save it "
        "as .xlsx"
    ),
    "duplicate-file": N_("the file has the same content as {other} and was not read a second time"),
    "hidden-sheet": N_("the sheet is hidden and was not read"),
    "empty-sheet": N_("nothing stands in the sheet"),
    "title-rows": N_("{count} rows above the headers were taken for titles"),
    "header-rows": N_("the rows {rows} are the headers together"),
    "summary-rows": N_("rows of totals are no data and were not read: {rows}"),
    "remark-rows": N_("rows of remarks below the table are no data and were not read: {rows}"),
    "repeated-headers": N_("the headers stand in the table again and were not read: row {rows}"),
    "merged-cells": N_("cells are merged across ({count} times); the value counts for the first column only"),
    "filled-down": N_("{count} cells have the value of a merged cell above them: {columns}"),
    "skipped-table": N_("mapping.yaml says to skip it"),
    "ambiguous-header": N_(
        "the column '{header}' is not used, as it is not clear that it is '{name}'; "
        "say so under `columns` in mapping.yaml"
    ),
    "less-exact-column": N_("the column '{header}' is not used, as '{first}' says the same more exactly"),
    "unused-column": N_("the column '{header}' is not used; {advice}"),
    "second-column": N_("the column '{header}' is not used, as '{first}' means the same"),
    "unnamed-column": N_("column {letter} has values but no header, and is not used"),
    "register-column": N_("the column '{header}' belongs in the register of sites and is not used here"),
    "field-in-register": N_(
        "the column '{header}' is not used: a table with 点位类型 and without 日期 or 轮次 is a register; "
        "if these are inspections, add one of the two"
    ),
    "photos-not-looked-for": N_("{count} photos that rows of parts name were not looked for"),
    "columns-missing": N_("columns of other parts are missing, and blank there: {columns}"),
    "no-rows": N_("the table has headers and no rows"),
    "cells-elsewhere": N_(
        "{count} cells are not used: what their columns ask is not seen at a {type}; the first is {cell} (column "
        "'{header}')"
    ),
    "deducted-too-much": N_(
        "more points are lost than '{criterion}' has ({points}): {value}; no more than those count"
    ),
    "points-not-counted": N_(
        "the points lost of {count} rows count for nothing: problems do not decide '{criterion}'; write them into "
        "checks (检查结果), or into its own column"
    ),
    "percent-above-one": N_(
        "{value} in the column '{header}' was read as {percent}%; write percentages with their sign"
    ),
    "area-without-level": N_(
        "the level of '{area}' is not known; add a table of areas, or a column named after the level"
    ),
    "site-as-written": N_(
        "the site '{site}' is written in several ways ({ways}); without a register '{kept}' was kept"
    ),
    "unfilled-rows": N_("{count} rows name a site and say nothing else; they are no visits"),
    "submission-twice": N_("{count} submissions stand in the data before, just as here, and count once"),
    "submission-refused": N_("{count} submissions were refused in the server's review and do not count"),
    "page-of-export": N_("the file is one page of an export, and names a next one; give all of them"),
    "positions-unusable": N_("{count} positions of phones cannot be read or lie outside of China: {columns}"),
    "positions-of-phones": N_(
        "{count} sites without a position in the register stand where the phone was at their last visit"
    ),
    "positions-differ": N_(
        "{count} sites lie more than {limit} m from where the phone was at their last visit; check the register: the "
        "farthest is '{site}', {metres} m"
    ),
    "coordinates-half": N_(
        "{count} sites have half a position and are not on the map; write 经度 and 纬度: the first has '{value}'"
    ),
    "coordinates-unreadable": N_(
        "{count} positions cannot be read and are not on the map; write degrees, as 114.65 and 33.62: the first is "
        "'{value}'"
    ),
    "coordinates-swapped": N_(
        "{count} positions seem to have 经度 and 纬度 swapped and are not on the map; swap them: the first is '{value}'"
    ),
    "coordinates-outside": N_(
        "{count} positions lie outside of China and are not on the map; correct them: the first is '{value}'"
    ),
    "replaced-rows": N_("{count} rejected rows were replaced by mended ones of {other}"),
    "withdrawn-rows": N_("{count} rejected rows are blank in {other} and were left out: {rows}"),
    "not-rejected": N_(
        "rows of {other} are not rejected, or not any more, and count as they stand there; not used here: {rows}"
    ),
    "columns-not-kept": N_(
        "{count} columns of the respondents were not kept, on purpose: no question asks for them, so that names, "
        "telephone numbers and the like stand neither in the data nor among the rejected rows"
    ),
    "question-not-asked": N_("no column asks '{text}'{nearest}; it counts as not answered here"),
    "no-sample-column": N_("there is no column '{header}', which the sample of '{title}' names"),
    "no-group-column": N_("there is no column '{header}', by which '{title}' groups the people who answered"),
    "no-approver": N_("nobody is named who approved the waiver of '{criterion}' at '{site}'"),
}


# What stands for {example} where a reader proposes nothing better.
_EXAMPLES: Final = {"unreadable-number": "12.5", "unreadable-count": "12", "unreadable-population": "1200"}


class Wrong(Exception):
    """Why a cell or a row cannot be used. ``meaning`` is the column that is to blame, where one is."""

    def __init__(self, code: str, meaning: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code, self.meaning, self.values = code, meaning, values


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One reason why a file, or a table of it, cannot be used at all, and what to do."""

    file: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


class UnreadableData(Exception):
    """Data that cannot be read at all; carries every reason found, in the order of the files."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(sorted(set(refusals)))
        super().__init__("\n".join(self.messages))

    def __reduce__(self) -> tuple[type[UnreadableData], tuple[tuple[Refusal, ...]]]:
        return UnreadableData, (self.refusals,)

    @property
    def messages(self) -> list[str]:
        """One line a reason: the file, what is wrong, what to do."""
        return [str(each) for each in self.refusals]


class Refused(Exception):
    """Raised while one file is read; the reader of all files collects them."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def at(self, file: str) -> Refusal:
        """The refusal of ``file``, in the language in force."""
        return Refusal(file, self.code, _(REFUSALS[self.code]).format(**self.values))


def note(code: str, place: str, **values: object) -> Note:
    """The note ``code`` about ``place``, in the language in force."""
    return Note(code, _(NOTES[code]).format(**values), place)


def explain(code: str, values: dict[str, object]) -> tuple[str, str]:
    """What is wrong and what to write instead, in the language in force."""
    reason, suggestion = REASONS[code]
    values = {"example": _EXAMPLES.get(code, "")} | values
    return _(reason).format(**values), _(suggestion).format(**values)
