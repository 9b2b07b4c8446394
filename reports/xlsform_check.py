"""What pyxform says of an XLSForm, and where Java is found ODK Validate, which pyxform brings along."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """Which programs looked at a form, and the mistake that they found, '' for none."""

    by: tuple[str, ...]
    mistake: str = ""


def check_xlsform(raw: bytes) -> Checked:
    """Have the workbook of an XLSForm converted and validated, as far as the programs for it are installed."""
    if importlib.util.find_spec("pyxform") is None:
        return Checked(())
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
    from pyxform.validators.odk_validate import ODKValidateError  # type: ignore[import-untyped]
    from pyxform.xls2xform import convert  # type: ignore[import-untyped]

    java = shutil.which("java") is not None
    by = ("pyxform", "ODK Validate") if java else ("pyxform",)
    try:
        convert(raw, validate=java, file_type=".xlsx")
    except (PyXFormError, ODKValidateError) as error:
        return Checked(by, str(error))
    return Checked(by)
