"""Files of a folder search: HTML against html5lib, encodings against webencodings and Python's codecs."""

import json
import random
import re

import html5lib
import pytest
import webencodings
from webencodings.labels import LABELS

from model_folders import Model, random_table, vocabulary_size

# Elements of which nothing is shown (chapter 15 of the standard), and svg and math, which m2v does not read.
NOT_SHOWN = {"script", "style", "template", "noscript", "iframe", "noembed", "noframes", "title", "datalist", "rp",
             "svg", "math"}
PIECES = [
    "fox", " dog ", "quick&amp;brown", "&notit;", "&copy", "&#x80;", "&nosuch;", "a < b", "3 <4", "<", "</", "&",
    "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i class='>'>", "</i>", "<h1>fox ", "</h1>fox ", "<h3>fox ", "</h2>fox ",
    "<ul>", "<li>", "</ul>", "<br/>", "<hr>", "<img alt='>' src=x>", "<a href=\"x>y\" title = z>", "</a>",
    "<table>", "<tr>", "<td>", "<th>", "</td>", "</tr>", "</table>", "<pre>\n", "</pre>", "<dl><dt>", "<dd>", "</dl>",
    "<!-- fox -->", "<!-->", "<!--->", "<!--a--!>", "<!-- - -- > -->", "<!x fox>", "<?php fox ?>", "</ fox>", "</>",
    "<![CDATA[fox]]>", "<script>'<p>' <!-- <script> </script> --></script>", "<script>fox</script >", "<style>fox</style\n>",
    "<textarea>\n<b>dog&lt;</textarea>", "<xmp><b>&lt;</xmp>", "<noscript><p>fox</noscript>", "<iframe>fox</iframe>",
    "<svg><path/><text>fox</text></svg>", "<math><mi>x</mi></math>",
    "<svg><desc><p>fox</p></desc><style>a</style></svg>", "<svg><g>fox<p>", "<div hidden>fox<p>dog</div>", "<p hidden>dog<p>",
    "<section HIDDEN=''>fox", "</section>", "<ruby>fox<rp>(<rt>dog<rp>)</ruby>", "<button>", "</button>",
    "<x-y hidden>fox</x-y>", "<a/b=c>", "<div\fid=a\"b>", "\r\n", "<p =\"x>y", "<title>dog</title>", "<h2 hidden>fox</h2>",
]


def shown_text(page):
    """What html5lib shows of a page, without blanks, characters in any order: it moves text out of tables."""
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page, scripting=True)
    parts = []

    def walk(element):
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else None
        if name and name not in NOT_SHOWN and "hidden" not in element.attrib:
            parts.append(element.text or "")
            for child in element:
                walk(child)
                parts.append(child.tail or "")

    walk(root)
    return sorted(re.sub(r"\s", "", "".join(parts)))


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    table = random_table(vocabulary_size(small_tokenizer), 8)
    return Model(small_tokenizer, table).write(tmp_path_factory.mktemp("documents") / "model")


def search(m2v, model, folder, *options):
    return json.loads(m2v.check("search", "-m", model, "--documents", folder, "-k", 100000, "--mode", "dense", "--json",
                                "--full", "--passage-tokens", 100000, *options, "fox"))


def texts_by_file(m2v, model, folder):
    texts = {}
    for hit in search(m2v, model, folder)["queries"][0]["hits"]:
        texts.setdefault(hit["file"].rpartition("/")[2], []).append(hit["text"])
    return texts


def test_random_pages_as_html5lib_has_them(m2v, model, tmp_path):
    chance = random.Random(1)
    pages = {}
    for number in range(400):
        # A passage without a known word would not be found; a heading begins one.
        page = "<body>fox " + "".join(chance.choices(PIECES, k=chance.randint(1, 25)))
        pages[f"{number}.html"] = page
        (tmp_path / f"{number}.html").write_bytes(page.encode("utf-8"))
    found = texts_by_file(m2v, model, tmp_path)
    wrong = []
    for name, page in pages.items():
        got = sorted(re.sub(r"\s", "", "".join(found.get(name, []))))
        if got != shown_text(page):
            wrong.append((page, "".join(got), "".join(shown_text(page))))
    assert not wrong, sorted(wrong, key=lambda case: len(case[0]))[:5]


def test_titles_and_headings(m2v, model, tmp_path):
    """As html5lib has them: the first title, and what is in h1 to h6."""
    pages = {
        "a": "<title>fox &amp;\n dog</title><title>no</title><h1><div>quick</div> <p>brown</h1>fox",
        "b": "<svg><title>no</title></svg><p>fox<h2>dog</h3>fox<h2 hidden>no</h2>fox",
        "c": "<title></title><h1>fox<h2>dog</h2>fox",
        "d": "<template><title>no</title></template><title>dog</title><h3>fox</h3>fox",
    }
    for name, page in pages.items():
        (tmp_path / f"{name}.html").write_text(page)
    titles = {}
    for hit in search(m2v, model, tmp_path)["queries"][0]["hits"]:
        titles.setdefault(hit["file"].rpartition("/")[2][0], []).append((hit["line"], hit["title"]))
    assert [title for _, title in sorted(titles["a"])] == ["fox & dog \u203a quick brown"]
    assert {title for _, title in titles["b"]} == {"b.html", "dog"}
    assert {title for _, title in titles["c"]} == {"fox \u203a dog"}
    assert {title for _, title in titles["d"]} == {"dog \u203a fox"}


SAMPLES = {"big5": "\u4e2d\u6587", "gbk": "\u5bb6\u5c45", "gb18030": "\u5bb6\u20ac", "euc-jp": "\u65e5\u672c",
           "iso-2022-jp": "\u65e5\u672c", "shift_jis": "\u65e5\u672c\uff71", "euc-kr": "\ud55c\uad6d\ubdc1",
           "utf-8": "\u20ac"}


def bytes_of(name):
    """Bytes in an encoding, and the text that they are."""
    encoding = webencodings.lookup(name)
    if name in SAMPLES:
        return webencodings.encode(SAMPLES[name], encoding), SAMPLES[name]
    data = bytes(range(0x80, 0x100)) * (1 if name != "utf-8" else 0)
    pairs = [(bytes([b]), webencodings.decode(bytes([b]), encoding)[0]) for b in data]
    # Python's codecs leave out what the standard maps to C1 controls and two letters.
    pairs = [(b, c) for b, c in pairs if c != "\ufffd" and not (name == "koi8-u" and b in (b"\xae", b"\xbe"))]
    return b"".join(b for b, _ in pairs), "".join(c for _, c in pairs)


def test_every_label_of_the_standard(m2v, model, tmp_path):
    expected = {}
    for number, (label, name) in enumerate(sorted(LABELS.items())):
        if name in ("replacement", "x-user-defined", "utf-16le", "utf-16be"):
            continue
        data, text = bytes_of(name)
        spelt = [label, label.upper(), f" {label}\t"][number % 3]
        meta = [f"<meta charset='{spelt}'>",
                f"<meta http-equiv=Content-Type content='text/html; charset={spelt.strip()}'>",
                f"<?xml version='1.0' encoding='{spelt.strip()}'?>"][number // 3 % 3]
        (tmp_path / f"{number}.html").write_bytes(meta.encode() + b"<pre>fox " + data)
        expected[f"{number}.html"] = "fox " + text
    found = texts_by_file(m2v, model, tmp_path)
    squeezed = lambda text: text.replace("\u00a0", " ").split()
    for name, text in expected.items():
        assert squeezed("".join(found[name])) == squeezed(text), name


@pytest.mark.parametrize(
    "head, charset",
    [
        (b"<meta charset=gbk>", "gbk"),
        (b"<META CHARSET = 'GBK' >", "gbk"),
        (b"<meta http-equiv=content-type content=\"charset=gbk\">", "gbk"),
        (b"<meta content=\"text/html;charset= 'gbk'\" http-equiv='Content-Type'>", "gbk"),
        (b"<meta content='text/html; charset=gbk'>", None),
        (b"<!-- <meta charset=utf-8> --><meta charset=gbk>", "gbk"),
        (b"<!--><meta charset=gbk>-->", "gbk"),
        (b"<title>'<meta charset=gbk>'</title>", "gbk"),
        (b"<a title='<meta charset=utf-8>'><meta charset=gbk>", "gbk"),
        (b"<meta charset=utf-16><meta charset=gbk>", "utf-8"),
        (b"<meta charset=x-user-defined>", "windows-1252"),
        (b"<meta charset=nonsense><meta charset=gbk>", "gbk"),
        (b" " * 980 + b"<meta charset=gbk>", "gbk"),
        (b" " * 1020 + b"<meta charset=gbk>", None),
        (b"<meta/charset=gbk>", "gbk"),
        (b"<meta charset=gbk charset=utf-8>", "gbk"),
        (b"<?xml encoding='gbk'?><meta charset=big5>", "big5"),
        (b"", None),
    ],
)
def test_where_a_charset_is_declared(m2v, model, tmp_path, head, charset):
    """As html5lib's prescan finds it, but for four things in which it is older than the standard."""
    data = "fox \u5bb6".encode("gbk")
    (tmp_path / "a.html").write_bytes(head + b"<p>" + data)
    stream = html5lib._inputstream.HTMLBinaryInputStream(head + b"<p>" + data, useChardet=False)
    if not any(piece in head for piece in (b"<!-->", b"<meta/", b"<?xml", b"x-user")):
        assert stream.charEncoding[0].name == (charset or "windows-1252")
    expected = webencodings.decode(data, webencodings.lookup(charset or "windows-1252"))[0]
    assert texts_by_file(m2v, model, tmp_path)["a.html"][0].endswith(expected)


def test_marks_come_first(m2v, model, tmp_path):
    for name, codec in {"a": "utf-8-sig", "b": "utf-16"}.items():
        (tmp_path / f"{name}.html").write_bytes("<meta charset=gbk><p>fox \u20ac".encode(codec))
        (tmp_path / f"{name}.txt").write_bytes("fox \u20ac".encode(codec))
        (tmp_path / f"{name}.md").write_bytes("# T\n\nfox \u20ac".encode(codec))
    for texts in texts_by_file(m2v, model, tmp_path).values():
        assert texts[0].endswith("fox \u20ac")


def test_rows_that_are_left_out_are_named_and_counted(m2v, model, tmp_path):
    """The first ten of all files together, and then how many more."""
    (tmp_path / "a.jsonl").write_text('{"text": "fox"}\n' + "wrong\n" * 8)
    (tmp_path / "b.jsonl").write_text('{"text": 5}\n' * 15)
    (tmp_path / "c.csv").write_text('fox,dog\n"open')
    done = m2v.run("search", "-m", model, "--documents", tmp_path, "--json", "fox")
    told = json.loads(done.stdout)
    assert (told["rows_left_out"], told["files"], told["passages"]) == (24, 3, 2)
    named = [line for line in done.stderr.decode().splitlines() if "left out: " in line]
    assert len(named) == 10 and all("a.jsonl: line " in line for line in named[:8])
    assert "and 14 more rows left out" in done.stderr.decode()


def test_what_is_left_out_is_named_and_counted(m2v, model, tmp_path):
    (tmp_path / "good.txt").write_text("fox")
    (tmp_path / "unknown.html").write_bytes(b"<meta charset=klingon>fox \xff")
    (tmp_path / "refused.html").write_bytes(b"<meta charset=hz-gb-2312>fox")
    (tmp_path / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    done = m2v.run("search", "-m", model, "--documents", tmp_path, "--json", "fox")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["unreadable"] == 4 and told["other_files"] == 1 and told["files"] == 1
    names = ["unknown.html", "refused.html", "image.txt", "gone.md"]
    for name in names:
        assert name in done.stderr.decode() and any(name in sentence for sentence in told["left_out"])
    assert "klingon" in done.stderr.decode()
    strict = m2v.run("search", "-m", model, "--documents", tmp_path, "--strict", "fox")
    assert strict.returncode == 1 and b"--strict" in strict.stderr and not strict.stdout
    for name in names:
        (tmp_path / name).unlink()
    assert m2v.run("search", "-m", model, "--documents", tmp_path, "--strict", "fox").returncode == 0


def test_a_page_without_a_declaration(m2v, model, tmp_path):
    """As browsers have it: windows-1252, but not for UTF-8 that is damaged."""
    (tmp_path / "a.html").write_bytes(b"<p>fox caf\xe9 \x80")
    (tmp_path / "b.html").write_bytes("<p>fox \u5bb6\u5c45".encode()[:-1])
    found = texts_by_file(m2v, model, tmp_path)
    assert found == {"a.html": ["fox caf\u00e9 \u20ac"], "b.html": ["fox \u5bb6\ufffd"]}
    done = m2v.run("search", "-m", model, "--documents", tmp_path, "fox")
    assert b"a.html: declares no encoding" in done.stderr and b"b.html" not in done.stderr
