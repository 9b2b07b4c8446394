"""`duibiao check`: score a city's data."""

from __future__ import annotations

from typing import Any, Final

import click

from duibiao.commands import options
from duibiao.criteria.language import gettext as _

CRS: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")
GAP_FORMATS: Final = ("junit", "sarif")


@click.command(
    short_help=_("Score a city's data."),
    help=_(
        "Score DATA (files or folders) and say what falls short, who mends it and what nobody looked at.\n\n"
        "With rejected rows there is no score, but OUT/rejects.xlsx: mend it, save it under another name and add it to "
        "DATA.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou -o out"
    ),
)
@options.data
@options.catalogue
@click.option("-o", "--out", type=options.PATH, help=_("Where the report goes; replaced as a whole."))
@click.option("--round", "round_id", help=_("Which round to score; the last by date otherwise."))
@click.option("--round-by", type=click.Choice(["day", "week", "month"]), help=_("Make rounds from dates."))
@options.as_of(_("The day whose criteria hold, as 2026-03-31; the last inspection otherwise."))
@click.option("--fail-under", type=options.Number(0, 100), help=_("End with 1 where the total is below this."))
@click.option(
    "--baseline",
    type=options.PATH,
    help=_("An earlier result; end with 1 where something was met then and is missed now."),
)
@click.option(
    "--previous",
    multiple=True,
    type=options.PATH,
    help=_("The result of an earlier round, to say what changed; repeatable. The data's own earlier rounds otherwise."),
)
@options.encoding
@click.option(
    "--crs", type=click.Choice(CRS), help=_("In what the positions of sites are counted, if mapping.yaml does not say.")
)
@click.option(
    "--outlines",
    "outlines_file",
    type=options.PATH,
    help=_("Outlines of areas for the map: GeoJSON, each with a `name`; outlines.geojson in DATA otherwise."),
)
@click.option("--outlines-crs", type=click.Choice(CRS), help=_("In what these are counted; as the sites otherwise."))
@click.option("--no-forecast", is_flag=True, help=_("Leave out what the official draw is likely to give."))
@click.option("--keep-going", is_flag=True, help=_("Score although rows were rejected; the score is provisional."))
@click.option(
    "--pages",
    type=click.Choice(["all", "gaps", "none"]),
    default="all",
    show_default=True,
    help=_("Which sites, areas and units get a page."),
)
@click.option(
    "--handout",
    is_flag=True,
    help=_("Also write OUT/下发: a list and a letter for each unit, a bulletin of the round."),
)
@click.option(
    "--notice-template",
    "letter",
    type=options.PATH,
    help=_("An own Word template of the letter to a unit; with it --handout need not be said."),
)
@click.option("--pdf", is_flag=True, help=_("Also print the city page into OUT/下发, by a browser on this machine."))
@click.option("--browser", help=_("Chromium, Chrome or Edge, where it is not found; with it --pdf need not be said."))
@click.option(
    "--gaps-format",
    "gap_formats",
    multiple=True,
    type=click.Choice(GAP_FORMATS),
    help=_("Also write OUT/gaps.junit.xml or OUT/gaps.sarif for other programs; may be repeated."),
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help=_("What holds the inspections against the criteria; the numbers are the same."),
)
@click.option("--master", help=_("Where Spark runs: local[2], spark://host:7077, yarn ...; local[*] otherwise."))
@click.option(
    "--spark-conf",
    "spark_conf",
    multiple=True,
    metavar="NAME=VALUE",
    help=_("A setting of Spark's own, as spark.executor.memory=8g; may be repeated."),
)
@click.option(
    "--large",
    is_flag=True,
    help=_("Figures, and sites and gaps as tables, as of a round of more than 1,000,000 findings, whatever its size."),
)
@click.option("--no-plan", is_flag=True, help=_("Do not work out what to mend first."))
@options.limits
@options.lang(_("Language of the report; the catalogue's otherwise."))
def check(**words: Any) -> None:
    """Score DATA."""
    from duibiao.commands.check_run import Asked, run

    run(Asked(**words))
