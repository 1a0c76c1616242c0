"""PDFs: every name comes out, nothing hostile gets in or out, and the renderer always ends."""

import os
import socket
import threading
from io import BytesIO

import pypdf
import pytest
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import PERMISSIVE_POLICY

from assessments.reports import pdf
from assessments.reports.charts import LevelRow, Scale, data_uri, level_chart
from assessments.reports.pdf import PdfError, render_pdf, with_cjk_spans

NAMES = (
    "Łukasz Wiśniewski",
    "Siân Llŷr",
    "Ngũgĩ wa Thiong'o-Kamau",
    "陳美玲",
    "欧阳明",
    "Ọlábísí",
    "Nguyễn Thị Hồng",
    "Ελένη",
    "Олена",
    "김민준",
)


def read(data):
    return pypdf.PdfReader(BytesIO(data))


def text_of(data):
    return "\n".join(page.extract_text() for page in read(data).pages)


def fonts_of(data):
    resources = read(data).pages[0]["/Resources"]
    return {font.get_object()["/BaseFont"] for font in resources["/Font"].values()}


@pytest.fixture(autouse=True, scope="module")
def no_child_left():
    yield
    pdf._stop_child()


@pytest.fixture
def server():
    """A listening socket and the list of connections it got."""
    listener, got = socket.create_server(("127.0.0.1", 0)), []
    listener.settimeout(0.05)
    is_over = threading.Event()

    def listen():
        while not is_over.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            got.append(connection.recv(200))
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield listener.getsockname()[1], got
    is_over.set()
    thread.join()
    listener.close()


def drawn_or_refused(html):
    """The text of the PDF, or None where it was refused in words."""
    try:
        return text_of(render_pdf(html, title="Hostile"))
    except PdfError as refusal:
        words = str(refusal)
    assert words.endswith(pdf.KEPT)
    return None


@pytest.mark.parametrize("tag", ["p", "b", "i"])
def test_render_pdf_names_come_out_as_text(tag):
    html = "".join(f"<p><{tag}>{name}</{tag}></p>" for name in NAMES)
    data = render_pdf(f'<body style="font-family: FiraGO">{html}</body>', title="Names")
    text = text_of(data)
    assert [name for name in NAMES if name not in text] == []
    families = {font.lstrip("/").split("+")[-1].split("-")[0] for font in fonts_of(data)}
    assert families - {"Helvetica"} == {"FiraGO", "STSong", "HYSMyeongJo"}


def test_render_pdf_embeds_its_font():
    data = render_pdf('<p style="font-family: FiraGO">Łukasz</p>', title="Names")
    fonts = read(data).pages[0]["/Resources"]["/Font"].values()
    fira = [f.get_object() for f in fonts if "FiraGO" in f.get_object()["/BaseFont"]]
    assert fira
    assert all("/FontFile2" in f["/FontDescriptor"] for f in fira)


def test_render_pdf_sets_title_and_language_and_names_no_author():
    html = '<html lang="fr"><head><title>Not this</title></head><body>Hello</body></html>'
    document = read(render_pdf(html, title="Report for Siân", language="cy-GB"))
    assert (document.metadata.title, document.trailer["/Root"]["/Lang"]) == (
        "Report for Siân",
        "cy-GB",
    )
    assert not document.metadata.author


def test_render_pdf_draws_a_chart_with_its_words():
    scale = Scale("test", ("Poor", "Satisfactory", "Excellent"))
    chart = level_chart([LevelRow("Ngũgĩ's teamwork", 2), LevelRow("陳美玲", 1)], scale)
    text = text_of(render_pdf(f'<img src="{data_uri(chart)}" width="680">', title="Chart"))
    assert [w for w in (*scale.words, "Ngũgĩ's teamwork", "陳美玲") if w not in text] == []


def test_render_pdf_same_child_draws_the_next_document():
    render_pdf("<p>One</p>", title="One")
    first = pdf._child.process.pid
    assert "Two" in text_of(render_pdf("<p>Two</p>", title="Two"))
    assert pdf._child.process.pid == first


def test_render_pdf_child_that_died_is_replaced():
    render_pdf("<p>One</p>", title="One")
    pdf._child.process.kill()
    pdf._child.process.wait()
    assert "Two" in text_of(render_pdf("<p>Two</p>", title="Two"))


def test_render_pdf_too_slow_is_stopped_and_the_next_one_works():
    render_pdf("<p>One</p>", title="One")
    process, folder = pdf._child.process, pdf._child.folder
    with pytest.raises(PdfError, match="not ready after 0 seconds and was stopped"):
        render_pdf("<p>Slow</p>", title="Slow", seconds=0)
    assert process.poll() is not None
    assert not os.path.exists(folder)
    assert "Two" in text_of(render_pdf("<p>Two</p>", title="Two"))


def test_render_pdf_child_has_no_secrets_in_its_environment(monkeypatch):
    monkeypatch.setenv("QUORATE_SECRET_KEY", "canary")
    pdf._stop_child()
    render_pdf("<p>One</p>", title="One")
    with open(f"/proc/{pdf._child.process.pid}/environ", "rb") as environment:
        assert b"canary" not in environment.read()


def test_render_pdf_more_rows_than_one_document_takes():
    html = f"<table>{'<tr><td>1</td></tr>' * 2001}</table>"
    with pytest.raises(PdfError, match="more than 2,000 table rows"):
        render_pdf(html, title="Rows")


def test_render_pdf_more_bytes_than_one_document_takes(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_BYTES", 1000)
    with pytest.raises(PdfError, match="too large"):
        render_pdf("é" * 501, title="Bytes")


def test_render_pdf_deep_nesting_is_refused_in_words():
    html = "<div>" * 5000 + "deep" + "</div>" * 5000
    with pytest.raises(PdfError, match="nested too deeply"):
        render_pdf(html, title="Deep")
    assert "Next" in text_of(render_pdf("<p>Next</p>", title="Next"))


VECTORS = (
    '<img src="{url}">',
    '<img src="{url}.svg">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import url("{url}");</style>',
    '<style>@import "{url}";</style>',
    '<style>@font-face {{font-family: X; src: url("{url}.ttf")}} p {{font-family: X}}</style>',
    '<style>@page {{background-image: url("{url}.pdf")}}</style>',
    '<style>p {{background-image: url("{url}"); list-style-image: url("{url}")}}</style>',
    '<p style="background-image: url({url})">x</p>',
    '<body background="{url}"><p>x</p></body>',
    '<iframe src="{url}"></iframe>',
    '<object data="{url}"></object><embed src="{url}">',
    '<base href="{url}"><img src="x.png">',
    '<pdf:font name="X" src="{url}.ttf"/>',
    '<svg><image href="{url}"/></svg>',
    '<img src="data:image/svg+xml;base64,{svg}">',
    '<meta http-equiv="refresh" content="0; url={url}">',
    '<video src="{url}" poster="{url}"></video><audio src="{url}"></audio>',
    '<input type="image" src="{url}"><script src="{url}"></script>',
    '<pdf:barcode value="{url}" type="qr"/><pdf:pdf src="{url}"/>',
)


@pytest.mark.parametrize("vector", VECTORS)
def test_render_pdf_never_asks_another_machine(server, vector):
    port, got = server
    url = f"http://127.0.0.1:{port}/x"
    inner = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="9" height="9"><image xlink:href="{url}.png" width="9" height="9"/></svg>'
    )
    svg = data_uri(inner).split(",")[1]
    drawn_or_refused(f"<p>Before</p>{vector.format(url=url, svg=svg)}<p>After</p>")
    assert got == []


def test_the_listening_socket_notices_a_renderer_without_the_policy(server):
    port, got = server
    html = f'<img src="http://127.0.0.1:{port}/x">'
    pisa.CreatePDF(html, dest=BytesIO(), resource_policy=PERMISSIVE_POLICY)
    assert [request.split(b" ")[:2] for request in got[:1]] == [[b"GET", b"/x"]]


@pytest.mark.parametrize("event", ["socket.connect", "socket.getaddrinfo", "subprocess.Popen"])
def test_the_child_refuses_connections_and_programs_by_itself(event):
    with pytest.raises(PermissionError, match=event):
        pdf._refuse(event, ())
    assert pdf._refuse("open", ()) is None


@pytest.mark.parametrize(
    "vector",
    [
        '<img src="file://{path}">',
        '<img src="{path}">',
        '<link rel="stylesheet" href="file://{path}">',
        '<style>@import url("file://{path}");</style>',
        '<iframe src="file://{path}"></iframe>',
        '<object data="file://{path}"></object>',
        '<style>@page {{background-image: url("{path}")}}</style>',
    ],
)
def test_render_pdf_reads_no_file_of_the_machine(tmp_path, vector):
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50">'
        '<text x="9" y="20">canary</text></svg>'
    )
    text = drawn_or_refused(f"<p>Before</p>{vector.format(path=secret)}<p>After</p>")
    assert text is None or "canary" not in text


def test_render_pdf_a_chart_in_place_would_have_shown_the_canary():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50">'
        '<text x="9" y="20">canary</text></svg>'
    )
    assert "canary" in text_of(render_pdf(f'<img src="{data_uri(svg)}">', title="Control"))


@pytest.mark.parametrize(
    "html",
    [
        '<table><tr><td colspan="1000000000">x</td></tr></table>',
        '<table><tr><td rowspan="1000000000">x</td></tr></table>',
        '<table><tr><td width="0%">x</td><td width="-5">y</td></tr></table>',
        '<p style="font-size: 0">x</p><p style="font-size: 1e30pt">y</p>',
        '<img src="data:image/png;base64,AAAA" width="1e30" height="-1">',
        "<table>" * 60 + "x" + "</table>" * 60,
        "<p>" + "\u0301" * 5000 + "</p>",
        "<p>" + "x" * 200_000 + "</p>",
        "<p>\x00\x01\ud800\u202e</p>",
        "<<<>>&&&#x0;&#99999999;<p",
        "",
    ],
)
def test_render_pdf_strange_input_ends_in_a_pdf_or_in_words(html):
    drawn_or_refused(html)
    assert "Next" in text_of(render_pdf("<p>Next</p>", title="Next"))


def test_with_cjk_spans_wraps_text_and_leaves_markup_alone():
    html = '<style>a{content:"陳"}</style><p title="陳">Mei 陳美玲, 김!</p>'
    assert with_cjk_spans(html) == (
        '<style>a{content:"陳"}</style><p title="陳">Mei '
        '<span style="font-family: STSong-Light">陳美玲</span>, '
        '<span style="font-family: HYSMyeongJo-Medium">김</span>!</p>'
    )


def test_with_cjk_spans_leaves_other_text_alone():
    assert with_cjk_spans("<p>Łukasz &amp; Siân</p>") == "<p>Łukasz &amp; Siân</p>"
