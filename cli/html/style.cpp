#include "cli/html/style.h"

namespace m2v::cli::html {

const std::string_view kStyle = R"(
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1c1e22; --muted: #6a6f78; --line: #e4e2dd;
  --accent: #2f5d9b; --wrong: #b8432f; --good: #2c7a5b; --track: #eceae5;
  --s0: #2f5d9b; --s1: #c9622d; --s2: #2c7a5b; --s3: #8a4f9e; --s4: #b08a17;
  --s5: #1f8a9c; --s6: #b8432f; --s7: #5f6b7a; --s8: #d06a9b; --s9: #6b7f1f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1b1e24; --ink: #e7e6e3; --muted: #989da8; --line: #2d3139;
    --accent: #7aa7e6; --wrong: #e8836d; --good: #6cc3a0; --track: #282c34;
    --s0: #7aa7e6; --s1: #efa06c; --s2: #6cc3a0; --s3: #c39ad6; --s4: #e0c160;
    --s5: #6cc7d6; --s6: #e8836d; --s7: #a3adba; --s8: #eda3c5; --s9: #b3c662;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 66rem; background: var(--page);
  color: var(--ink); line-height: 1.5; font-variant-numeric: tabular-nums;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0; letter-spacing: -.005em; }
h3 { font-size: .9rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
p { margin: 0; }
.lead { color: var(--muted); margin: .25rem 0 1.1rem; max-width: 46rem; font-size: .92rem; }
.sub { color: var(--muted); margin-top: .35rem; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin-top: 1.1rem; font-size: .9rem; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
section { margin-top: 2.6rem; scroll-margin-top: 1rem; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem;
}
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); }
.stats { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
  margin-top: 1.6rem; }
.stat b { display: block; font-size: 1.7rem; font-weight: 600; line-height: 1.15; letter-spacing: -.02em; }
.stat span { color: var(--muted); font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { font-weight: 500; color: var(--muted); text-align: right; padding: .35rem .6rem; white-space: nowrap; }
td { text-align: right; padding: .35rem .6rem; border-top: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr.average td { color: var(--muted); }
tr.first td { border-top-width: 2px; }
td.name { min-width: 6.5rem; max-width: 18rem; overflow-wrap: break-word; }
td.bar { min-width: 6.5rem; background-image: linear-gradient(to right, var(--accent) var(--v), var(--track) 0);
  background-size: calc(100% - .6rem) 3px; background-position: .6rem calc(100% - .25rem);
  background-repeat: no-repeat; padding-bottom: .6rem; }
.matrix { width: auto; border-spacing: 2px; border-collapse: separate; }
.matrix th { padding: .2rem .5rem; max-width: 9rem; overflow: hidden; text-overflow: ellipsis; }
.matrix th[scope=col] { text-align: center; }
.matrix.tilted th[scope=col] { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left;
  vertical-align: bottom; max-height: 9rem; padding: .4rem .1rem; margin: auto; }
.matrix td { border: 0; border-radius: 4px; text-align: center; min-width: 2.6rem; padding: .45rem .5rem;
  background: color-mix(in srgb, var(--wrong) calc(var(--a) * 88%), var(--track)); }
.matrix td.right { background: color-mix(in srgb, var(--accent) calc(var(--a) * 88%), var(--track)); }
.matrix td.strong { color: var(--card); }
.matrix td.none { color: var(--muted); }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--muted); font-size: 12px; }
svg .grid-line { stroke: var(--line); }
svg .base-line { stroke: var(--muted); stroke-opacity: .6; }
svg .aid { stroke: var(--muted); stroke-dasharray: 3 4; fill: none; }
svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; transition: opacity .15s; }
svg .area { fill-opacity: .85; }
svg .dot { stroke: var(--card); stroke-width: 1.5; }
.split { display: grid; gap: 1rem 2.5rem; grid-template-columns: minmax(0, 36rem) minmax(12rem, 1fr); align-items: center; }
.stack { display: grid; gap: 1.4rem; grid-template-columns: minmax(0, 1fr); }
.stack .matrix td { min-width: 1.95rem; padding: .38rem .1rem; font-size: .8rem; }
.stack table:not(.matrix) { max-width: 40rem; }
.split.narrow { grid-template-columns: minmax(0, max-content) minmax(14rem, 24rem); }
.split .legend { flex-direction: column; }
.faded { opacity: .12; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin-top: .6rem; font-size: .85rem; padding: 0;
  list-style: none; }
.legend li { display: flex; align-items: center; gap: .4rem; cursor: default; overflow-wrap: anywhere; }
.legend i { flex: none; width: 1rem; height: 3px; border-radius: 2px; background: var(--c); }
.legend i.dashed { background: repeating-linear-gradient(to right, var(--c) 0 4px, transparent 4px 7px); }
.legend em { color: var(--muted); font-style: normal; white-space: nowrap; }
.words { display: grid; grid-template-columns: minmax(0, 8.5rem) 1fr auto; gap: .3rem .7rem; align-items: center;
  font-size: .88rem; }
.words span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.words i { height: .55rem; border-radius: 2px; background: var(--accent); width: var(--w); }
.words em { color: var(--muted); font-style: normal; text-align: right; }
.tools { display: flex; gap: .6rem; align-items: center; margin-bottom: .9rem; font-size: .9rem; }
select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .5rem; max-width: 60vw; }
.error { margin-top: .8rem; }
.error header { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; font-size: .9rem; }
.error .got { color: var(--wrong); font-weight: 600; overflow-wrap: anywhere; }
.error .is { color: var(--good); font-weight: 600; overflow-wrap: anywhere; }
.error small { color: var(--muted); }
.error blockquote { margin: .5rem 0 .55rem; line-height: 1.75; overflow-wrap: anywhere; white-space: pre-wrap; }
mark { color: inherit; border-radius: 3px; padding: .1em 0;
  background: color-mix(in srgb, var(--wrong) calc(var(--a) * 60%), transparent); }
mark.against { background: color-mix(in srgb, var(--good) calc(var(--a) * 60%), transparent); }
.sum { font-size: .85rem; color: var(--muted); }
.key { display: inline-block; padding: 0 .35rem; border-radius: 3px; color: var(--ink);
  background: color-mix(in srgb, var(--wrong) 40%, transparent); }
.key.against { background: color-mix(in srgb, var(--good) 40%, transparent); }
footer { margin-top: 3rem; color: var(--muted); font-size: .85rem; }
@media (max-width: 34rem) {
  body { padding-top: 1.5rem; }
  th, td { padding-left: .35rem; padding-right: .35rem; }
  td.name { min-width: 4.6rem; }
  td.bar { min-width: 3.7rem; }
  .split, .split.narrow { grid-template-columns: minmax(0, 1fr); }
  .split .legend { flex-direction: row; }
  .words { grid-template-columns: minmax(0, 6.5rem) 1fr auto; }
}
@media print { nav, .tools { display: none; } .card { break-inside: avoid; } }
)";

const std::string_view kScript = R"(
for (const legend of document.querySelectorAll('.legend')) {
  const curves = legend.parentNode.querySelectorAll('.curve');
  for (const item of legend.children) {
    const only = wanted => curves.forEach(c => c.classList.toggle('faded', wanted && c.dataset.s !== wanted));
    item.addEventListener('pointerenter', () => only(item.dataset.s));
    item.addEventListener('pointerleave', () => only(''));
  }
}
const chosen = document.getElementById('class');
if (chosen) chosen.addEventListener('change', () => {
  for (const error of document.querySelectorAll('.error')) {
    const names = error.dataset.classes.split(' ');
    error.hidden = chosen.value !== '' && !names.includes(chosen.value);
  }
});
)";

}  // namespace m2v::cli::html
