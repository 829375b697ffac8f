import { CHART_STYLE, PAGE_COLOURS } from '../charts/theme.ts';

/** The page's style sheet. */
export const PAGE_STYLE = `${PAGE_COLOURS}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header.page{max-width:960px;margin:0 auto;padding:0 20px}
header.page{display:flex;gap:16px;align-items:flex-start;justify-content:space-between;padding-top:28px}
h1{font-size:26px;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:19px;margin:44px 0 6px;padding-top:14px;border-top:1px solid var(--grid)}
h3{font-size:15px;margin:20px 0 4px;overflow-wrap:anywhere}
p{margin:4px 0 12px;max-width:76ch}
.faint,figcaption,.note{color:var(--faint)}
button,select,summary{font:inherit}
button,select{color:var(--ink);background:var(--panel);border:1px solid var(--edge);border-radius:6px;padding:5px 12px;cursor:pointer}
button:hover,select:hover{border-color:var(--faint)}
select{max-width:100%;min-width:0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:14px 0}
.card{background:var(--panel);border:1px solid var(--grid);border-radius:8px;padding:12px 14px}
.card b{display:block;font-size:22px;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
.card span{color:var(--faint);font-size:13px}
figure{margin:12px 0 20px}
figure svg{display:block;width:100%;height:auto;touch-action:pan-y}
.chartbox{overflow-x:auto}
.chartbox svg{min-width:640px}
.readout{min-height:1.5em;margin:2px 0 0;font-variant-numeric:tabular-nums;font-size:14px}
.cursor{stroke:var(--accent);stroke-width:1.5}
details{margin:8px 0}
summary{cursor:pointer;color:var(--accent)}
.scroll{overflow-x:auto;border:1px solid var(--grid);border-radius:8px;max-height:560px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:6px 12px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid)}
tr:last-child td{border-bottom:0}
th{background:var(--panel);font-weight:600;position:sticky;top:0}
th.number,td.number{text-align:right}
th button{all:unset;cursor:pointer;font-weight:600}
th button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" \\25b2"}
th[aria-sort=descending] button::after{content:" \\25bc"}
.choices>label{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:8px 0}
.tools{display:flex;gap:12px;align-items:center;margin:8px 0}
pre{background:var(--panel);border:1px solid var(--grid);border-radius:8px;padding:12px 14px;overflow:auto;font-size:13px;max-height:520px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
ul.verdicts{list-style:none;padding:0}
.good::before{content:"\\2713  "}
.bad::before{content:"\\2717  "}
.bad{color:var(--limit);font-weight:600}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{color:var(--faint);font-size:13px;margin:44px 0 32px}
${CHART_STYLE}
@media (max-width:520px){body{font-size:14px}h1{font-size:21px}main,header.page{padding-left:14px;padding-right:14px}}
@media screen{.choice[data-off]{display:none}}
@page wide{size:landscape}
@media print{.choices>label,button,select,.tools,.readout{display:none}body{font-size:11pt}main,header.page{max-width:none}figure,.card,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll,pre{max-height:none;overflow:visible;border:0}pre{white-space:pre-wrap}th,td{white-space:normal;padding:2px 4px;font-size:6pt;position:static}section[aria-labelledby=table]{page:wide}.chartbox svg{min-width:0}}
`;
