#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "documents/html_entities.h"
#include "documents/readers.h"

using namespace m2v;
using documents::Block;

namespace {

using Parts = std::vector<std::string>;

Parts html(std::string_view page) {
  const documents::Document document = documents::read_html(page);
  Parts parts;
  for (const Block& block : document.blocks) {
    parts.push_back(std::string(block.level, '#') +
                    document.text.substr(block.begin, block.end - block.begin));
  }
  return parts;
}

}  // namespace

// Expectations by hand from the HTML standard.

TEST_CASE("comments end where the standard says") {
  CHECK(html("a<!-->b<!--->c<!---->d<!-- x --!>e<!-- -- > -->f") == Parts{"abcdef"});
  CHECK(html("a<!-- <!-- b --> c -->d") == Parts{"a c -->d"});
  CHECK(html("a<!x>b<?php y ?>c</ z>d</>e<!DOCTYPE a '>'>f") == Parts{"abcde'>f"});
  CHECK(html("a<![CDATA[b>c]]>d") == Parts{"ac]]>d"});
  CHECK(html("a<!--- b ---->c") == Parts{"ac"});
}

TEST_CASE("CDATA is text in XML") {
  CHECK(html("<?xml version='1.0'?><p><![CDATA[a < b & c]]></p><script/><p>d") ==
        Parts{"a < b & c", "d"});
}

TEST_CASE("scripts end where the standard says") {
  CHECK(html("a<script>'</scriptx>' </script >b") == Parts{"ab"});
  CHECK(html("a<script><!-- <script> </script> x --></script>b") == Parts{"ab"});
  CHECK(html("a<script><!--> <script> </script>b</script>c") == Parts{"abc"});
  CHECK(html("a<script/>b</script>c") == Parts{"ac"});
  CHECK(html("a<style><!-- </style>b") == Parts{"ab"});
}

TEST_CASE("attributes hide '>' in quotes alone") {
  CHECK(html("<a title='>' x=\">\" y = '>'>b</a>") == Parts{"b"});
  CHECK(html("<a x=a'>b'>c") == Parts{"b'>c"});
  CHECK(html("<a x'>b") == Parts{"b"});
  CHECK(html("<a =\"x>y\">b") == Parts{"y\">b"});
}

TEST_CASE("text of its own kind") {
  CHECK(html("<textarea>\n<b>x</b> &lt;</textarea>y") == Parts{"<b>x</b> <", "y"});
  CHECK(html("<xmp><b>&lt;</xmp>y") == Parts{"<b>&lt;", "y"});
  CHECK(html("a<noscript><p>b</noscript>c<iframe><p>d</iframe>e") == Parts{"ace"});
  CHECK(html("a<plaintext><b></plaintext>") == Parts{"a", "<b></plaintext>"});
}

TEST_CASE("what is not shown is not read") {
  CHECK(html("a<template><p>b<template>c</template>d</template>e") == Parts{"ae"});
  CHECK(html("<p>a<p hidden>b<p>c") == Parts{"a", "c"});
  CHECK(html("<div HIDDEN=''>b<div>c</div>d</div>e<div hidden=until-found>f</div>") ==
        Parts{"e", "f"});
  CHECK(html("<ul><li hidden>a<li>b</ul>") == Parts{"b"});
  CHECK(html("<table><tr hidden><td>a<tr><td>b<td hidden>c<td>d</table>e") == Parts{"b d", "e"});
  CHECK(html("a<input hidden>b<span data-x hiddenx>c") == Parts{"abc"});
  CHECK(html("a<svg><text>b</text><style>c</style></svg>d<math>e</math>f<svg/>g") == Parts{"adfg"});
  CHECK(html("a<svg><title>b</title><p>c") == Parts{"a", "c"});
  CHECK(html("a<svg><foreignObject><p>b</p></foreignObject></svg>c") == Parts{"ac"});
  CHECK(html("<ruby>x<rp>(<rt>y<rp>)</ruby>") == Parts{"x y"});
}

TEST_CASE("headings have all that is in them, and end at any heading's end") {
  CHECK(html("<h1><div>A</div> <p>B</p></h1>c") == Parts{"#A B", "c"});
  CHECK(html("<h1>A</h3>b") == Parts{"#A", "b"});
  CHECK(html("<h1>A<h2>B</h2>c") == Parts{"#A", "##B", "c"});
  CHECK(html("<div><h2>A</div>b") == Parts{"##A", "b"});
  CHECK(html("<h1 hidden>A</h1>b") == Parts{"b"});
  CHECK(html("<section><h1>A</h1><p>b</section>") == Parts{"#A", "b"});
  const std::string text(300, 'x');
  CHECK(html("<h1>" + text + "<p>" + text + "<p>y") == Parts{"#" + text, text, "y"});
}

TEST_CASE("blanks stay where lines are kept") {
  CHECK(html("<pre>\n a\r\n b\n</pre>c \n d") == Parts{"a\n b\n", "c d"});
  CHECK(html("<pre><code>x  y</code> z</pre>") == Parts{"x  y z"});
}

TEST_CASE("character references, with their semicolons and without") {
  CHECK(html("&amp;amp; &ampx &notit; &notin; &not &Eacutex &sup2;&sup22") ==
        Parts{"&amp; &x \u00ACit; \u2209 \u00AC \u00C9x \u00B2\u00B22"});
  CHECK(html("&NotEqualTilde; &hellip;&hellip &CounterClockwiseContourIntegral;") ==
        Parts{"\u2242\u0338 \u2026&hellip \u2233"});
  CHECK(html("&#x1F600;&#x80;&#xD800;&#0;&#x110000;&#13") ==
        Parts{"\U0001F600\u20AC\uFFFD\uFFFD\uFFFD\r"});
  std::string out;
  CHECK(documents::decode_entity("&copy", out) == 5);
  CHECK(out == "\u00A9");
  CHECK(documents::decode_entity("&", out) == 0);
}

TEST_CASE("hostile pages cost time in proportion to their length") {
  std::string pages[8];
  for (int i = 0; i < 300'000; ++i) {
    pages[0] += "<a";
    pages[1] += "<div>";
    pages[2] += "<b id=" + std::to_string(i) + "><p>";
    pages[3] += "<!--";
    pages[4] += "<svg><desc>";
    pages[5] += i < 150'000 ? "<b>" : "</i>";
    pages[6] += "<table><td>";
    pages[7] += "<script><!--<script>";
  }
  for (const std::string& page : pages) CHECK(html(page).empty());
}
