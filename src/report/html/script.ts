/**
 * What the page does beyond showing: it switches colours, sorts and copies tables, tells the numbers below the pointer, and
 * opens what is chosen. Charts and tables are there without it. Plain text, since it runs in the reader's browser.
 */
export const PAGE_SCRIPT = `'use strict';
(() => {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const say = (text) => { document.getElementById('status').textContent = text; };
  const root = document.documentElement;

  const theme = document.getElementById('theme');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const nameTheme = () => { theme.textContent = isDark() ? 'Light colours' : 'Dark colours'; };
  theme.hidden = false;
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; nameTheme(); });
  nameTheme();

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.value;
    return text === undefined ? cell.textContent : text === '' ? NaN : Number(text);
  };
  const compare = (a, b) => {
    if (typeof a === 'number') return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;
    return a < b ? -1 : a > b ? 1 : 0;
  };
  const sort = (table, heading) => {
    const column = heading.cellIndex;
    const sign = heading.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    for (const other of all('th', table)) other.setAttribute('aria-sort', 'none');
    heading.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending');
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).sort((a, b) => {
      const [x, y] = [valueOf(a, column), valueOf(b, column)];
      return x !== x || y !== y ? compare(x, y) : sign * compare(x, y);
    });
    body.append(...rows);
    say('Sorted by ' + heading.textContent + (sign === 1 ? ', ascending' : ', descending'));
  };
  for (const table of all('table.data')) {
    for (const button of all('th button', table)) button.addEventListener('click', () => sort(table, button.closest('th')));
  }

  const quoted = (text) => /[",\\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  const csvOf = (table) => Array.from(table.rows).map((row) =>
    Array.from(row.cells).map((cell) => quoted(cell.dataset.value === undefined ? cell.textContent : cell.dataset.value)).join(',')
  ).join('\\n') + '\\n';
  const copyOld = (text) => {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  };
  const copy = async (text) => {
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch { done = copyOld(text); }
    say(done ? 'Copied' : 'The browser does not allow copying');
  };
  for (const button of all('button[data-copy]')) {
    button.addEventListener('click', () => {
      const source = document.getElementById(button.dataset.copy);
      copy(source.tagName === 'TABLE' ? csvOf(source) : source.textContent);
    });
  }

  const choose = (choices, id) => {
    for (const part of all('.choice', choices)) part.toggleAttribute('data-off', part.id !== id);
    choices.querySelector('select').value = id;
  };
  for (const choices of all('.choices')) {
    const label = document.createElement('label');
    const select = document.createElement('select');
    for (const part of all('.choice', choices)) select.add(new Option(part.dataset.name, part.id));
    select.addEventListener('change', () => choose(choices, select.value));
    label.append(choices.dataset.name + ' ', select);
    choices.prepend(label);
    choose(choices, select.value);
  }
  const open = () => {
    const part = document.getElementById(location.hash.slice(1));
    const choices = part && part.closest('.choices');
    if (!choices) return;
    choose(choices, part.id);
    part.focus();
    choices.scrollIntoView();
    say('Shows ' + part.dataset.name);
  };
  addEventListener('hashchange', open);
  open();

  for (const figure of all('figure[data-series]')) {
    const data = JSON.parse(figure.dataset.series);
    const svg = figure.querySelector('svg');
    const readout = figure.querySelector('.readout');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    line.setAttribute('class', 'cursor');
    line.setAttribute('y1', data.top);
    line.setAttribute('y2', data.bottom);
    line.style.display = 'none';
    svg.append(line);
    const xOf = (second) => data.left + (second - data.from) / (data.to - data.from) * (data.right - data.left);
    let shown = 0;
    const show = (index) => {
      shown = Math.max(0, Math.min(data.seconds.length - 1, index));
      line.setAttribute('x1', xOf(data.seconds[shown]));
      line.setAttribute('x2', xOf(data.seconds[shown]));
      line.style.display = '';
      const parts = data.columns.filter((column) => column.always || column.values[shown] > 0);
      readout.textContent = data.seconds[shown].toFixed(2) + ' s: ' + parts.map((column) => column.values[shown] + ' ' + column.name).join(', ');
    };
    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect();
      const at = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      const second = data.from + (at - data.left) / (data.right - data.left) * (data.to - data.from);
      let index = 0;
      while (index + 1 < data.seconds.length && data.seconds[index + 1] <= second) index++;
      show(index);
    });
    svg.tabIndex = 0;
    svg.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
      const to = event.key === 'Home' ? 0 : event.key === 'End' ? data.seconds.length - 1 : step === undefined ? undefined : shown + step;
      if (to === undefined) return;
      event.preventDefault();
      show(to);
    });
  }
})();`;
