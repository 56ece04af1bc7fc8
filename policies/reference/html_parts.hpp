// What is the same on every HTML page of the error reference: its style and its script.
#pragma once

#include <string_view>

namespace errata {

// Light and dark by the reader's preference, narrow screens and paper. Every pair of text and
// background has a contrast of at least 4.5 to 1.
inline constexpr std::string_view html_style = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --side: #f7f7f9; --text: #1f2430; --soft: #596070; --line: #e2e4ea;
  --accent: #3b4fc4; --code: #f3f4f8; --key: #7a2f8f; --mark: #fff6d6;
  --bad: #8a4b08; --bad-back: #fdf0dc; --broken: #a3222f; --broken-back: #fde7e9;
  --good: #1b6b3a; --mono: ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", Menlo,
  Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161c; --side: #1a1d25; --text: #e4e6ee; --soft: #a2a9b8; --line: #2d313c;
    --accent: #9dacff; --code: #1f232d; --key: #d9a2e8; --mark: #2f2a17;
    --bad: #f0bd7b; --bad-back: #35280f; --broken: #ff9aa2; --broken-back: #3d191d;
    --good: #86d6a2;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans",
    "DejaVu Sans", sans-serif;
}
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible, pre:focus-visible,
.wide:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font-family: var(--mono); font-size: .875em; }
code { background: var(--code); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100vw; background: var(--page); padding: .5rem 1rem; z-index: 1; }
.skip:focus { left: .5rem; top: .5rem; }
.layout { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.75rem 1.25rem 2rem;
  background: var(--side); border-right: 1px solid var(--line); font-size: .875rem;
}
nav p { margin: 1.4rem 0 .35rem; font-weight: 600; overflow-wrap: anywhere; }
nav > p { margin-top: 0; }
nav input::placeholder { color: var(--soft); opacity: 1; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: .75rem; justify-content: space-between; padding: .14rem .4rem;
  margin: 0 -.4rem; border-radius: .25rem; color: var(--text); text-decoration: none; }
nav li a:hover { background: var(--line); }
nav li span:first-child { overflow-wrap: anywhere; }
nav .number { color: var(--soft); font-variant-numeric: tabular-nums; }
nav input {
  width: 100%; font: inherit; padding: .4rem .6rem; margin-bottom: 1.25rem; color: var(--text);
  background: var(--page); border: 1px solid var(--soft); border-radius: .375rem;
}
main { max-width: 56rem; padding: 2.5rem 3rem 5rem; }
h1 { font-size: 2.25rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.02em; }
h2 { font-size: 1.4rem; line-height: 1.3; margin: 3.25rem 0 .75rem; letter-spacing: -.01em; }
h3 { font-size: 1.1rem; line-height: 1.4; margin: 0; overflow-wrap: anywhere; }
h2 code, h3 code { background: none; padding: 0; font-size: 1em; }
.lead { font-size: 1.15rem; color: var(--soft); margin: 0; }
.anchor { color: var(--soft); text-decoration: none; font-weight: 400; margin-left: .35rem; }
section.code { padding: 1.5rem 0; border-top: 1px solid var(--line); }
section.code:target { background: var(--mark); box-shadow: -1.25rem 0 0 var(--mark), 1.25rem 0 0 var(--mark); }
.title { display: flex; flex-wrap: wrap; gap: .35rem .75rem; align-items: baseline; }
.badge { font-size: .8125rem; font-weight: 600; padding: .05rem .5rem; border-radius: 1rem;
  font-variant-numeric: tabular-nums; color: var(--bad); background: var(--bad-back); }
.badge.broken { color: var(--broken); background: var(--broken-back); }
.message { margin: .5rem 0; font-weight: 500; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0;
  border-bottom: 1px solid var(--line); }
thead th { font-size: .8125rem; font-weight: 600; color: var(--soft); }
tbody th { font-weight: 400; }
tbody th code, td code { white-space: nowrap; }
section.code th:first-child { width: 40%; }
section.code th:last-child { width: 25%; }
td.yes { color: var(--good); }
h4 { font-size: .8125rem; font-weight: 600; color: var(--soft); margin: 1rem 0 .25rem; }
main ul { margin: .25rem 0 1rem; padding-left: 1.2rem; }
main li { margin: .2rem 0; }
.example { position: relative; margin: 1rem 0 0; }
pre { margin: 0; padding: .9rem 1.1rem; background: var(--code); border-radius: .5rem;
  overflow-x: auto; line-height: 1.55; tab-size: 2; }
pre code { background: none; padding: 0; font-size: inherit; overflow-wrap: normal; }
pre .key { color: var(--key); }
.example button {
  position: absolute; top: .5rem; right: .5rem; font: inherit; font-size: .8125rem;
  padding: .15rem .6rem; color: var(--text); background: var(--page); cursor: pointer;
  border: 1px solid var(--line); border-radius: .375rem;
}
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem; }
[hidden] { display: none !important; }
@media (max-width: 60rem) {
  .layout { display: block; }
  nav { position: static; height: auto; max-height: 15rem; border-right: 0;
    border-bottom: 1px solid var(--line); padding: 1.25rem; }
  main { padding: 1.75rem 1.25rem 4rem; }
  h1 { font-size: 1.9rem; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --text: #000; --soft: #444; --accent: #000;
    --code: #f5f5f5; --line: #ccc; --key: #000; --good: #000; --mark: #fff; }
  nav, .skip, .anchor, .example button { display: none; }
  .layout { display: block; }
  main { max-width: none; padding: 0; }
  section.code, tr, pre { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  pre { border: 1px solid var(--line); white-space: pre-wrap; }
}
)css";

// A filter over the index, and a button to copy each example. The page is whole without it.
inline constexpr std::string_view html_script = R"js(
(function () {
  "use strict";
  var nav = document.querySelector("nav");
  var input = document.createElement("input");
  input.type = "search";
  input.placeholder = "Filter codes, statuses, words";
  input.setAttribute("aria-label", "Filter the codes");
  nav.insertBefore(input, nav.firstChild);
  var groups = Array.from(document.querySelectorAll("main > section.type")).map(function (group) {
    return { section: group, index: nav.querySelector("[data-of='" + group.id + "']") };
  });
  input.addEventListener("input", function () {
    var wanted = input.value.trim().toLowerCase();
    groups.forEach(function (group) {
      var shown = 0;
      group.section.querySelectorAll("section.code").forEach(function (code) {
        var fits = wanted === "" || code.textContent.toLowerCase().includes(wanted);
        code.hidden = !fits;
        group.index.querySelector("a[href='#" + code.id + "']").parentNode.hidden = !fits;
        if (fits) shown += 1;
      });
      group.section.hidden = group.index.hidden = shown === 0;
    });
  });
  if (!navigator.clipboard) return;
  document.querySelectorAll(".example").forEach(function (example) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(example.querySelector("pre").textContent).then(function () {
        button.textContent = "Copied";
        setTimeout(function () { button.textContent = "Copy"; }, 1500);
      });
    });
    example.appendChild(button);
  });
})();
)js";

}  // namespace errata
