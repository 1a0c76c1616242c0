"""The one renderer seam: HTML in, PDF out, through xhtml2pdf in a child process.

The child is started at the first document, kept for the next ones (starting Python and importing
xhtml2pdf costs several times what a two-page report does), ends itself when idle, and is killed
when a document takes too long or fails. So the parent, a web process or the background worker,
stays small and never hangs. The child has no secrets in its environment, a memory limit, may open
no connection and start no program, and reads no file outside its own folder of fonts.
"""

import atexit
import json
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from html import escape
from pathlib import Path

SECONDS = 15
MAX_ROWS = 2_000
MAX_BYTES = 10_000_000
MAX_DEPTH = 100
DOCUMENTS_PER_CHILD = 200
IDLE_SECONDS = 60
CHILD_MEMORY = 600_000_000

KEPT = "Nothing is lost: the same content is on the page you came from."
TOO_DEEP = f"This document is nested too deeply to be drawn as a PDF. {KEPT}"
ROOT = Path(__file__).resolve().parents[2]

FONTS = {
    "FiraGO-Regular.ttf": ("figo", "normal", "normal"),
    "FiraGO-Bold.ttf": ("figbo", "bold", "normal"),
    "FiraGO-Italic.ttf": ("figit", "normal", "italic"),
    "FiraGO-BoldItalic.ttf": ("figbi", "bold", "italic"),
}
CJK = re.compile("[\u2e80-\u303f\u3040-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uffef]+")
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+")
OPEN_OR_CLOSE = re.compile(r"<(/?)(?!(?:br|img|hr|meta|link|input|col|pdf:\w+)\b)[a-z]", re.I)
MARKUP = re.compile(r"(<style\b.*?</style>|<title\b.*?</title>|<[^>]*>)", re.I | re.S)


class PdfError(Exception):
    """No PDF could be drawn; the message says why in plain words."""


def render_pdf(
    html: str, *, title: str, language: str = "en-GB", seconds: float = SECONDS
) -> bytes:
    """Draw one HTML document, written by our own templates with autoescape, as a PDF.

    Raises PdfError when the document is too large, is not drawable, or takes longer than `seconds`.
    """
    if html.lower().count("<tr") > MAX_ROWS:
        raise PdfError(
            f"This document has more than {MAX_ROWS:,} table rows, too many for one PDF. "
            f"Choose a smaller part of it, or use the Excel file. {KEPT}"
        )
    if len(html.encode(errors="replace")) > MAX_BYTES:
        raise PdfError(f"This document is too large for one PDF. {KEPT}")
    if _depth(html) > MAX_DEPTH:
        raise PdfError(TOO_DEEP)
    request = {"html": html, "title": title, "language": language}
    with _lock:
        return _ask(json.dumps(request).encode(), seconds)


def _depth(html: str) -> int:
    """How deeply tags are nested, before a parser that is slow at it sees them."""
    depth = deepest = 0
    for tag in OPEN_OR_CLOSE.finditer(html):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest


def with_cjk_spans(html: str) -> str:
    """Wrap Chinese, Japanese and Korean runs of text in a span with a font that can draw them."""
    parts = MARKUP.split(html)
    for place in range(0, len(parts), 2):
        text = CJK.sub(r'<span style="font-family: STSong-Light">\g<0></span>', parts[place])
        parts[place] = HANGUL.sub(
            r'<span style="font-family: HYSMyeongJo-Medium">\g<0></span>', text
        )
    return "".join(parts)


class _Child:
    """A rendering process and the folder its fonts are written to."""

    def __init__(self):
        self.owner, self.documents = os.getpid(), 0
        self.folder = tempfile.mkdtemp(prefix="quorate-pdf-")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "assessments.reports.pdf", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PATH": os.defpath},
            bufsize=0,
        )

    def close(self):
        """End the process and remove its folder; harmless twice."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def render(self, request: bytes, deadline: float) -> tuple[bool, bytes]:
        """Send one request and wait for its reply. Raises EOFError, TimeoutError or OSError."""
        _write(self.process.stdin.fileno(), request, deadline)
        reply = _read(self.process.stdout.fileno(), deadline)
        self.documents += 1
        return reply[:1] == b"+", reply[1:]


_lock = threading.Lock()
_child: _Child | None = None


def _ask(request: bytes, seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    for attempt in (1, 2):
        child = _running_child()
        try:
            is_drawn, reply = child.render(request, deadline)
        except TimeoutError:
            _stop_child()
            raise PdfError(
                f"The PDF was not ready after {seconds:g} seconds and was stopped. {KEPT}"
            ) from None
        except (EOFError, OSError):
            was_idle = child.documents > 0
            _stop_child()
            if attempt == 1 and was_idle:
                continue
            raise PdfError(f"The program that draws PDFs stopped. {KEPT}") from None
        if not is_drawn or child.documents >= DOCUMENTS_PER_CHILD:
            _stop_child()
        if not is_drawn:
            raise PdfError(reply.decode())
        return reply
    raise AssertionError("both attempts return or raise")


def _running_child() -> _Child:
    """The child of this process; after a fork the parent's is left to the parent."""
    global _child
    if _child is None or _child.owner != os.getpid():
        _child = _Child()
    return _child


def _stop_child():
    global _child
    if _child is not None and _child.owner == os.getpid():
        _child.close()
    _child = None


atexit.register(_stop_child)


def _write(handle: int, message: bytes, deadline: float | None = None):
    data = memoryview(struct.pack(">I", len(message)) + message)
    os.set_blocking(handle, deadline is None)
    while data:
        _wait(deadline, writing=handle)
        data = data[os.write(handle, data[:65_536]) :]


def _read(handle: int, deadline: float | None = None) -> bytes:
    (length,) = struct.unpack(">I", _exactly(handle, 4, deadline))
    return _exactly(handle, length, deadline)


def _exactly(handle: int, length: int, deadline: float | None) -> bytes:
    data = bytearray()
    while len(data) < length:
        _wait(deadline, reading=handle)
        piece = os.read(handle, min(65_536, length - len(data)))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def _wait(deadline: float | None, *, reading: int | None = None, writing: int | None = None):
    if deadline is None:
        return
    left = max(0.0, deadline - time.monotonic())
    handles = [reading] if reading is not None else [], [writing] if writing is not None else []
    if not any(select.select(*handles, [], left)):
        raise TimeoutError


def serve(folder: Path):
    """Draw documents asked for on standard input until it ends or nobody has asked for a while."""
    requests, replies = os.dup(0), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(quiet, 1)
    try:
        _prepare(folder)
        while any(select.select([requests], [], [], IDLE_SECONDS)):
            request = json.loads(_read(requests))
            try:
                reply = b"+" + _draw(folder=folder, **request)
            except Exception as fault:  # whatever hostile markup provokes must become words
                reply = b"-" + _in_words(fault).encode()
            _write(replies, reply)
    except (EOFError, BrokenPipeError):
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path):
    """Import the renderer, write the fonts, then give up what a document never needs."""
    import resource

    import pymupdf_fonts
    import xhtml2pdf.pisa  # noqa: F401
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from svglib import fonts

    for name, (font, weight, style) in FONTS.items():
        (folder / name).write_bytes(pymupdf_fonts.myfont(font))
        fonts.register_font("FiraGO", str(folder / name), weight=weight, style=style)
    registerFont(UnicodeCIDFont("STSong-Light"))
    # register_font takes font files only; a font every reader has is a standard one.
    fonts.STANDARD_FONT_NAMES += ("STSong-Light",)
    if sys.platform == "linux":  # elsewhere the limit cannot be set below what is mapped
        resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments):
    """Second line behind the resource policy: no connection, no look-up, no other program."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn")) or (
        event in {"os.system", "pty.spawn", "ctypes.dlopen"}
    ):
        raise PermissionError(event)


def _draw(*, html: str, title: str, language: str, folder: Path) -> bytes:
    from io import BytesIO

    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    policy = ResourceAccessPolicy.server(
        folder, allow_remote=False, max_depth=MAX_DEPTH, max_render_seconds=SECONDS
    )
    out = BytesIO()
    result = pisa.CreatePDF(
        _complete(html, language),
        dest=out,
        path=str(folder / "document.html"),
        resource_policy=policy,
        context_meta={"title": title, "author": ""},
    )
    if result.err:
        raise ValueError(f"{result.err} faults")
    return out.getvalue()


def _complete(html: str, language: str) -> str:
    """The document with our fonts, our language, and no title but the one that was passed."""
    faces = "".join(
        f'@font-face {{font-family: FiraGO; src: url("{name}"); '
        f"font-weight: {weight}; font-style: {style}}}\n"
        for name, (_, weight, style) in FONTS.items()
    )
    body = re.sub(
        r"<!doctype[^>]*>|</?html\b[^>]*>|<title\b.*?</title>", "", html, flags=re.I | re.S
    )
    head = f'<html lang="{escape(language)}"><style>{faces}</style>'
    return f"{head}{with_cjk_spans(body)}</html>"


def _in_words(fault: Exception) -> str:
    if isinstance(fault, RecursionError) or "nest" in str(fault):
        return TOO_DEEP
    if isinstance(fault, MemoryError) or type(fault).__name__ == "RenderLimitError":
        return f"This document is too large to be drawn as a PDF. {KEPT}"
    return f"This document could not be drawn as a PDF ({type(fault).__name__}). {KEPT}"


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
