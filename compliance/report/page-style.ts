/** Style of the report page: one column that fits a phone, and colours that keep 4.5 to 1 in light and dark. */

export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #57606a; --line: #d0d7de;
  --bad: #b3261e; --doubt: #7a4d00; --good: #1a6b34; --band: #f6f8fa; --link: #0a58ca; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9da7b3; --line: #30363d;
    --bad: #ff8a80; --doubt: #f0b955; --good: #63cf85; --band: #161b22; --link: #79b8ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.when, .meta, .resource { color: var(--soft); }
.meta { font-size: .875rem; margin: .25rem 0; }
.summary { background: var(--band); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin-top: 1rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; list-style: none; margin: 0; padding: 0; }
.facts strong { font-size: 1.5rem; }
.bad strong, .state.fail, .state.expired { color: var(--bad); }
.doubt strong, .state.unknown, .state.waived, .state.unused { color: var(--doubt); }
.good strong, .state.pass, .state.active { color: var(--good); }
.score { font-size: 1.125rem; font-weight: 600; margin: 1rem 0 .5rem; }
.state { font-weight: 700; }
.id { font-weight: 600; white-space: nowrap; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: .75rem 0; }
ul { padding-left: 1.25rem; margin: .5rem 0; }
li { overflow-wrap: anywhere; margin: .25rem 0; }
.findings, .rest, .controls { list-style: none; padding: 0; }
.findings li { border-left: 3px solid var(--line); padding-left: .75rem; margin: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
a { color: var(--link); }
.finding { border-left: 3px solid var(--line); padding-left: .75rem; margin: .5rem 0; }
.framework { border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: .75rem 0; }
.framework summary br { display: block; }
.filters { margin: .75rem 0; }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: .75rem 0; padding: .5rem 1rem; }
legend { font-weight: 600; }
label { display: inline-block; margin: .125rem .75rem .125rem 0; }
pre { background: var(--band); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; margin: .5rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.hit { color: var(--bad); }
article:target, li:target { outline: 3px solid var(--link); outline-offset: 2px; }
.found { display: block; }
code { font: .875rem/1.5 ui-monospace, "SF Mono", Consolas, monospace; overflow-wrap: anywhere; }
@media print { article, .summary { break-inside: avoid; } }
`
