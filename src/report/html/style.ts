/** The page's style sheet. Text colours meet WCAG AA (4.5:1) and marks 3:1 on their surface, in both schemes; a test computes the contrast. */
export const style = `
:root{color-scheme:light dark;--bg:#f5f6f7;--surface:#fff;--ink:#15191e;--muted:#59626d;--line:#e1e4e8;--accent:#1f5ca8;--track:#eceef1;
--c1:#2b5fb4;--c2:#1b8577;--c3:#b87008;--c4:#7a8491;--good:#1b7a48;--warn:#8f5b00;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--bg:#0f1216;--surface:#171b20;--ink:#e9edf1;--muted:#a2acb7;--line:#2a3038;--accent:#8bb8f5;--track:#252b33;
--c1:#6c9ff0;--c2:#46bba9;--c3:#dfa144;--c4:#8b96a3;--good:#58c98c;--warn:#e3b04b;--bad:#ff8f86}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main,header.top,footer{max-width:1120px;margin:0 auto;padding:0 24px}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:12px;background:var(--surface);padding:8px 12px;z-index:2}
header.top{padding-top:48px;padding-bottom:8px}
.eyebrow{margin:0;color:var(--muted);font-size:14px}
h1{margin:4px 0 8px;font-size:34px;line-height:1.15;font-weight:650;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{margin:0 0 4px;font-size:20px;line-height:1.3;font-weight:620;letter-spacing:-.01em}
h3{margin:28px 0 8px;font-size:15px;font-weight:620}
p{margin:0 0 12px;max-width:75ch}
.lede{font-size:17px;line-height:1.55;margin-top:16px;overflow-wrap:anywhere}
.note,.sub{color:var(--muted);font-size:14px}
.note{margin:10px 0 0}
.sub{margin-bottom:16px}
.pill{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:0 10px;font-size:13px;line-height:22px;font-weight:550;white-space:nowrap}
.pill.good{color:var(--good)}.pill.warn{color:var(--warn)}.pill.bad{color:var(--bad)}.pill.plain{color:var(--muted)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 14px;list-style:none;margin:20px 0 0;padding:12px 0 0;border-top:1px solid var(--line);font-size:14px}
nav a{text-decoration:none;display:inline-block;padding:2px 0}nav a:hover{text-decoration:underline}
section{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:28px 32px;margin:20px 0}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--line);border:1px solid var(--line);border-radius:12px;overflow:hidden;margin:24px 0 0;padding:0}
.tile{background:var(--surface);padding:18px 20px}
.tile dt{color:var(--muted);font-size:13px}
.tile dd{margin:0}
.tile .v{font-size:26px;font-weight:640;letter-spacing:-.02em;line-height:1.3}
.tile .d{color:var(--muted);font-size:13px;line-height:1.4}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:8px 14px 8px 0;border-bottom:1px solid var(--line);vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:500;font-size:13px;white-space:nowrap}
tbody th{font-weight:500;overflow-wrap:anywhere;min-width:9em;max-width:26em}
tbody tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap}
tfoot th,tfoot td{font-weight:620}
#files tbody th{white-space:nowrap}
.others th,.others td{color:var(--muted)}
small{color:var(--muted);font-size:13px;font-weight:400;overflow-wrap:anywhere}
td:has(.bar){white-space:nowrap}
.bar{display:inline-block;vertical-align:middle;width:110px;height:8px;border-radius:4px;background:var(--track);overflow:hidden}
.bar i{display:block;height:100%;background:var(--c1);border-radius:4px}
.bar.over i{background:var(--bad)}.bar.near i,.bar.projected i{background:var(--c3)}.bar.within i{background:var(--c2)}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.chart{margin:12px 0 0}
.chart figcaption{font-size:15px;font-weight:620;margin-bottom:8px}
.chart svg{display:block;width:100%;height:auto}
.narrow,.ns{display:none}
details{margin-top:8px}
summary{cursor:pointer;color:var(--accent);font-size:14px;padding:4px 0;width:fit-content}
details .scroll{max-height:420px;overflow:auto;margin-top:8px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 40px}
details.drill{margin:0;border-bottom:1px solid var(--line)}details.drill summary{padding:8px 0;width:auto}details.drill .two{padding:0 0 12px}details.drill h4{margin:8px 0 4px;font-size:14px;font-weight:620}details.drill .scroll{max-height:none}
ol.next{margin:12px 0 0;padding:0;list-style:none;counter-reset:n}
ol.next li{display:grid;grid-template-columns:32px 1fr auto;gap:0 8px;padding:14px 0;border-top:1px solid var(--line);counter-increment:n}
ol.next li:first-child{border-top:0}
ol.next li::before{content:counter(n);color:var(--muted)}
ol.next strong{font-weight:620;overflow-wrap:anywhere}
ol.next p{margin:2px 0 0;color:var(--muted);font-size:14px;grid-column:2/-1;overflow-wrap:anywhere}
ul.assume{margin:8px 0 0;padding-left:18px;font-size:14px;color:var(--muted);max-width:90ch}
ol.next .amount{white-space:nowrap}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.hash{font-size:12px;color:var(--muted)}
footer{padding:8px 24px 64px;color:var(--muted);font-size:13px}
@media screen and (max-width:760px){main,header.top,footer{padding-left:14px;padding-right:14px}header.top{padding-top:28px}h1{font-size:27px}
section{padding:20px 16px;border-radius:10px}.tiles{grid-template-columns:1fr 1fr}.tile{padding:14px}.tile .v{font-size:21px}
.two{grid-template-columns:1fr}.x{display:none}.wide{display:none}.narrow{display:block}.ns{display:inline}.bar{width:40px}.pill{padding:0 6px;font-size:12px}table{font-size:13.5px}th,td{padding-right:10px}tbody th{min-width:7em}}
@media print{:root{color-scheme:light;--bg:#fff;--surface:#fff;--ink:#000;--muted:#444;--line:#ccc;--track:#eee;--c1:#2b5fb4;--c2:#1b8577;--c3:#b87008;--c4:#7a8491;--good:#1b7a48;--warn:#8f5b00;--bad:#b3261e;--accent:#000}
body{font-size:10pt}table{font-size:8.5pt}th,td{padding:5px 10px 5px 0}.bar{width:64px}.lede{font-size:12pt}nav,.skip,details{display:none}section{border:0;border-top:1px solid #ccc;border-radius:0;padding:12px 0;margin:0}
#files .x{display:none}.chart,tr,li,.tiles{break-inside:avoid}h2,h3,.sub,thead,figcaption{break-after:avoid}tbody tr:first-child{break-before:avoid}.scroll{overflow:visible}header.top{padding-top:0}main,header.top,footer{max-width:none;padding-left:0;padding-right:0}
td small,th small{font-size:.92em}h3.drill{display:none}
.bar i,.bar{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{margin:16mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt system-ui,sans-serif;color:#444}}}
`;
