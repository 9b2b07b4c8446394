"""The documentation tells the truth: everything is named in it, its commands run, its steps lead where they say."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from duibiao.cli import main
from duibiao.criteria import language, models
from duibiao.criteria.diagnostics import MESSAGES
from duibiao.criteria.formula import _FUNCTIONS
from duibiao.evaluator.assessment import FINDINGS, STATUSES
from duibiao.evaluator.cases import KEYS as CASE_KEYS
from duibiao.evaluator.intake.formats import ENDINGS
from duibiao.evaluator.intake.headers import STANDARD
from duibiao.evaluator.intake.reasons import NOTES, REASONS, REFUSALS
from duibiao.reports.notice import Notice, NoticeLine, SeverityRow
from tests.conftest import LAST_ROUND

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
README = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
PAGES = [*README.values(), *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")), *sorted(DOCS.rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
APPEND = re.compile(
    r"(?:Add to the end of|加在) `([^`]+)`(?::| 的末尾：)\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def commands(group: click.Group = main, above: str = "duibiao") -> Iterator[tuple[str, click.Command]]:
    """Every command by its words, groups left out."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def keys_of(shapes: Iterable[type[models.Frozen]]) -> set[str]:
    """The keys that files write for these models."""
    written = {info.alias or name for shape in shapes for name, info in shape.model_fields.items()}
    return written - {"kind", "file", "id"}


# ------------------------------------------------------------------ everything is documented


@pytest.mark.parametrize("spoken", README)
def test_the_readme_has_every_command(spoken: str) -> None:
    text = README[spoken].read_text("utf-8")
    assert [words for words, _ in commands() if f"`{words} " not in text and f"`{words}`" not in text] == []


def test_every_command_and_option_is_documented() -> None:
    sections = {part.split("\n")[0]: part for part in page("commands.md").split("\n## ")[1:]}
    for words, command in commands():
        section = next((text for title, text in sections.items() if f"{title} ".startswith(f"{words} ")), "")
        assert section, words
        options = [name for each in command.params if isinstance(each, click.Option) for name in each.opts]
        assert [name for name in options if f"`{name}`" not in section] == []
    assert len(sections) == len(list(commands()))


def test_every_kind_of_rule_and_every_key_is_documented() -> None:
    text = page("criteria-files.md")
    rules = {"pass", "rate", "grade", "deduct", "of", "judged", "ask", "both", "show"}
    headings = set(re.findall(r"^### (\w+)", text, re.MULTILINE))
    assert headings == rules == set(models.RULE_KEYS)
    shapes: tuple[type[models.Frozen], ...] = (
        *models.KINDS.values(), models.Source, models.SourceRef, models.Unit, models.Place, models.Field, models.Level,
        models.MissingLevel, models.DeductionEntry, models.Effective, models.SiteType, models.Quota, models.Rounding,
        models.ScoreLevel, models.PartShare, models.RollUp, models.Score, models.Veto, models.CatalogueHead,
    )  # fmt: skip
    wanted = keys_of(shapes) | {"extends", "change", "changes", "by_type", "drop", "because", "questionnaire"}
    assert sorted(key for key in wanted if not re.search(rf"\b{key}\b", text)) == []


@pytest.mark.parametrize(
    "words",
    [models.FieldKind, models.Severity, models.Confidence, models.Inspections, models.Way, models.Role,
     models.Place.model_fields["combine"].annotation, models.Score.model_fields["unobserved"].annotation],
    ids=str,
)  # fmt: skip
def test_every_word_of_a_key_is_documented(words: object) -> None:
    text = page("criteria-files.md")
    known: tuple[str, ...] = words.__args__  # type: ignore[attr-defined]
    assert len(known) > 1
    assert [word for word in known if f"`{word}`" not in text] == []


def test_every_function_case_key_and_status_is_documented() -> None:
    text = page("criteria-files.md")
    assert [name for name in _FUNCTIONS if f"`{name}" not in text] == []
    assert [key for key in CASE_KEYS if f"`{key}`" not in text] == []
    assert [status for status in STATUSES if f"`{status}`" not in page("semantics.md")] == []


def test_every_name_that_a_template_of_a_letter_may_ask_for_is_documented() -> None:
    text = page("commands.md").split("### What is sent to people")[1].split("\n## ")[0]
    names = {each.name for shape in (Notice, NoticeLine, SeverityRow) for each in fields(shape)}
    assert sorted(name for name in names if f"`{name}`" not in text) == []


def test_every_lint_code_is_documented() -> None:
    text = page("lint.md")
    assert [code for code in MESSAGES if f"`{code}`" not in text] == []


def _row(code: str, *texts: str) -> str:
    told = [text.replace("{{", "{").replace("}}", "}").replace("|", "\\|") for text in texts]
    return f"| `{code}` | " + " | ".join(told) + " |"


def test_every_code_of_the_intake_is_documented_with_its_text() -> None:
    lines = set(page("data.md").splitlines())
    rows = [_row(code, *texts) for code, texts in REASONS.items()]
    rows += [_row(code, text) for code, text in (*REFUSALS.items(), *NOTES.items())]
    assert [row for row in rows if row not in lines] == [], "put these rows into docs/data.md"


def test_every_header_and_file_format_is_documented() -> None:
    text = page("data.md")
    table = text.partition("## Headers")[2].partition("## Values")[0]
    assert [key for key in STANDARD if not re.search(rf"\| {key} \|", table)] == []
    assert [name for names in STANDARD.values() for name in names if name not in table] == []
    assert [ending for ending in ENDINGS if f"`{ending}`" not in text] == []


def test_every_column_of_the_findings_is_documented() -> None:
    assert [column for column in FINDINGS if f"`{column}`" not in page("assessment.md")] == []


# ------------------------------------------------------------------ pages hold together


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text)):
        file, _, anchor = target.partition("#")
        if file.startswith("http"):
            continue
        aim = (path.parent / unquote(file)).resolve() if file else path
        assert aim.exists(), f"{path.name}: {target}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", aim.read_text("utf-8"), re.MULTILINE)
            made = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
            assert anchor in made, f"{path.name}: {target}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_yaml_in_the_pages_can_be_read(path: Path) -> None:
    if path.name == "lint.md":
        pytest.skip("shows mistakes on purpose")
    for kind, text in FENCE.findall(path.read_text("utf-8")):
        if kind == "yaml":
            yaml.safe_load(text.replace(", ...}", "}"))


def test_decisions_are_notes_of_one_form() -> None:
    notes = sorted((DOCS / "adr").glob("*.md"))
    assert [path.name[:4] for path in notes] == [f"{number:04}" for number in range(1, len(notes) + 1)]
    for path in notes:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), path.name
        assert len(text.splitlines()) <= 25, path.name


def test_the_make_targets_that_pages_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {target for path in PAGES for target in re.findall(r"\bmake ([a-z]+)\b", path.read_text("utf-8"))}
    shown = {target for target in named if re.search(rf"`make {target}`|^make {target}", _all_text(), re.MULTILINE)}
    assert shown >= {"demo", "test", "bench", "messages"}
    assert [target for target in sorted(shown) if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def _all_text() -> str:
    return "\n".join(path.read_text("utf-8") for path in PAGES)


def test_the_workflow_and_the_hook_call_what_exists() -> None:
    workflow = yaml.safe_load((DOCS / "examples" / "github-actions.yml").read_text("utf-8"))
    steps = [step["run"] for step in workflow["jobs"]["lint"]["steps"] if "duibiao lint" in step.get("run", "")]
    assert [re.search(r"--format (\w+)", step)[1] for step in steps] == ["github", "sarif"]  # type: ignore[index]
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [(each["id"], each["entry"]) for each in hook] == [("duibiao-lint", "duibiao lint")]


# ------------------------------------------------------------------ what the readme shows is what happens


@pytest.fixture
def duibiao(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Result]]:
    """Runs one command line of the readme in an empty folder, in the language of the terminal."""
    monkeypatch.chdir(tmp_path)

    def run(line: str, spoken: str) -> Result:
        words = shlex.split(line)
        assert words[0] == "duibiao"
        monkeypatch.setenv("DUIBIAO_LANG", spoken)
        language.use()
        return CliRunner().invoke(main, words[1:])

    yield run
    monkeypatch.undo()
    language.use()


def shown_in(printed: list[str], wanted: list[str]) -> str:
    """The first line of ``wanted`` that is not in ``printed`` in its turn; '...' stands for any lines, '' if all are."""
    place, loose = 0, False
    for text in wanted:
        if text == "...":
            loose = True
            continue
        found = printed.index(text, place) if text in printed[place:] else -1
        if found < 0 or (found > place and not loose):
            return text
        place, loose = found + 1, False
    return "" if loose or place == len(printed) else printed[place]


@pytest.mark.untraced
@pytest.mark.parametrize("spoken", README)
def test_a_newcomer_gets_a_criterion_into_the_report_by_the_readme_alone(
    spoken: str, tmp_path: Path, zhoukou: Callable[[str], Path], duibiao: Callable[[str, str], Result]
) -> None:
    """Every console block and every 'add to the end of' of the readme, in its order, in an empty folder.

    What the fixture has run is not run again: the round before, whose output is left out, and in Chinese the last.
    """
    before = "duibiao check examples/zhoukou --round 2025-W09 -o out-w09"
    made_already = {"duibiao check examples/zhoukou -o out": zhoukou(LAST_ROUND)} if spoken == "zh" else {}
    made_already |= {before: zhoukou("2025-W09"), f"{before} --lang en": zhoukou("2025-W09")}
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = README[spoken].read_text("utf-8")
    console = [(match.start(), "console", match[2]) for match in FENCE.finditer(text) if match[1] == "console"]
    append = [(match.start(), match[1], match[2]) for match in APPEND.finditer(text)]
    assert len(console) >= 5
    assert len(append) == 2
    for _, what, body in sorted(console + append):
        if what != "console":
            with (tmp_path / what).open("a", encoding="utf-8") as file:
                file.write(body)
            continue
        for block in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            line, *wanted = block.splitlines()
            if line in made_already:
                made, name = made_already[line], line.removesuffix(" --lang en").split()[-1]
                (tmp_path / name).symlink_to(made)
                printed = (made.parent / "said.txt").read_text("utf-8").replace(str(made), name)
            else:
                told = duibiao(line, spoken)
                assert told.exit_code == 0, f"$ {line}\n{told.stdout}{told.stderr}"
                printed = told.stdout
            missing = shown_in(printed.splitlines(), wanted)
            assert not missing, f"$ {line}\nthe readme and the program differ at: {missing}\n\n{printed}"
    title = re.search(r"title: (.+)", append[0][2])
    assert title is not None
    assert title[1] in (tmp_path / "my-city" / "out" / "index.html").read_text("utf-8")
    scored = json.loads((tmp_path / "my-city" / "out" / "assessment.json").read_text("utf-8"))
    told_of = {each["id"]: each["tally"] for each in scored["results"]}["reading_room_hours"]
    assert (told_of["missed"], told_of["unobserved"]) == (1, 1)


@pytest.mark.parametrize("spoken", README)
def test_the_rejected_row_of_the_readme_is_what_is_printed(
    spoken: str, tmp_path: Path, duibiao: Callable[[str, str], Result]
) -> None:
    shutil.copytree(ROOT / "examples" / "starter", tmp_path / "my-city")
    visits = tmp_path / "my-city" / "data" / "农贸市场.csv"
    visits.write_text(visits.read_text("utf-8").replace("SC-02", "SC-03"), "utf-8")
    told = duibiao(f"duibiao check my-city/data --catalogue my-city/criteria --lang {spoken}", spoken)
    assert told.exit_code == 2
    shown = [text for kind, text in FENCE.findall(README[spoken].read_text("utf-8")) if "!A3" in text and not kind]
    assert len(shown) == 1
    assert shown[0].strip() in told.stderr.splitlines()


# ------------------------------------------------------------------ assessment.json


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    loaded: dict[str, object] = json.loads(page("assessment.schema.json"))
    return loaded


def test_the_schema_is_a_schema_and_leaves_nothing_open(schema: dict[str, object]) -> None:
    Draft202012Validator.check_schema(schema)
    objects = [each for each in _objects(schema) if each.get("type") == "object"]
    assert len(objects) > 15
    assert all(each["additionalProperties"] is False for each in objects)


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)


@pytest.fixture
def starter(tmp_path: Path, duibiao: Callable[[str, str], Result]) -> Path:
    """The result of the starter."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    line = "duibiao check examples/starter/data --catalogue examples/starter/criteria -o out --pages none"
    assert duibiao(line, "zh").exit_code == 0
    return tmp_path / "out"


@pytest.mark.untraced
@pytest.mark.parametrize("name", ["zhoukou", "starter"])
def test_assessments_are_as_the_schema_says(
    name: str, schema: dict[str, object], zhoukou: Callable[[str], Path], request: pytest.FixtureRequest
) -> None:
    out: Path = zhoukou(LAST_ROUND) if name == "zhoukou" else request.getfixturevalue("starter")
    made = json.loads((out / "assessment.json").read_text("utf-8"))
    wrong = [f"{each.json_path}: {each.message[:200]}" for each in Draft202012Validator(schema).iter_errors(made)]
    assert wrong[:5] == []
    assert sorted(made) == sorted(schema["properties"])  # type: ignore[call-overload]
    text = page("assessment.md")
    assert [key for key in (*made, *made["total"]) if f"`{key}`" not in text] == []
