/** What is done in the page. The data stand in it as JSON. */
export const SCRIPT = `
const { nodes, edges, pictures } = JSON.parse(document.getElementById('data').textContent);
const byId = new Map(nodes.map(node => [node.id, node]));
const [search, list, main] = ['search', 'list', 'main'].map(id => document.getElementById(id));
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const titleOf = node => node.kind === 'Outside' ? node.name : node.namespace + '/' + node.name;
const link = id => {
  const node = byId.get(id);
  return element('a', { href: '#' + encodeURIComponent(id) }, node ? titleOf(node) : id);
};
const OTHERS = { all: 'everything', some: 'some requests', none: 'nothing', unknown: 'not known' };

function rows(some, end) {
  const body = element('tbody', {});
  for (const edge of some) {
    const rules = element('ul', {}, ...edge.rules.map(({ what, by }) =>
      element('li', {}, what, ...(by ? [element('span', { className: 'by' }, ' by ' + by)] : []))));
    const reach = edge.reach === 'unknown' ? element('p', {}, 'Not known.') : '';
    body.append(element('tr', {}, element('th', { scope: 'row' }, link(edge[end])), element('td', {}, edge.port === undefined ? '' : String(edge.port)), element('td', {}, reach, rules)));
  }
  return body;
}

function table(title, some, end, head) {
  const section = element('section', {}, element('h3', {}, title));
  if (some.length === 0) return element('section', {}, element('h3', {}, title), element('p', {}, 'None.'));
  const headings = element('tr', {}, ...[head, 'Port', 'What'].map(text => element('th', { scope: 'col' }, text)));
  section.append(element('table', {}, element('thead', {}, headings), rows(some, end)));
  return section;
}

function card(node) {
  const to = edges.filter(edge => edge.to === node.id);
  const from = edges.filter(edge => edge.from === node.id);
  const of = (some, kind) => some.filter(edge => edge.kind === kind);
  const ports = node.ports.map(({ port, protocol, others }) =>
    element('li', {}, port + ' ' + protocol + ': pods of which no rule speaks may send ' + OTHERS[others]));
  const where = node.file ? element('p', { className: 'by' }, node.file + ':' + node.line) : '';
  const shown = [element('h2', { tabIndex: -1 }, node.kind + ' ' + titleOf(node)), where];
  if (ports.length > 0) shown.push(element('ul', {}, ...ports));
  const isInside = node.kind !== 'Gateway' && node.kind !== 'Outside';
  if (node.kind !== 'Gateway') shown.push(table('Who may call it', of(to, node.kind === 'Outside' ? 'leaves' : 'calls'), 'from', 'Caller'));
  if (of(to, 'enters').length > 0) shown.push(table('By which gateways requests come', of(to, 'enters'), 'from', 'Gateway'));
  if (of(from, 'enters').length > 0) shown.push(table('Where it sends requests', of(from, 'enters'), 'to', 'Service'));
  if (of(from, 'share').length > 0) shown.push(table('Who gets its requests', of(from, 'share'), 'to', 'Service'));
  if (of(to, 'share').length > 0) shown.push(table('Whose requests it gets', of(to, 'share'), 'from', 'Service'));
  if (isInside) shown.push(table('What it may call', of(from, 'calls'), 'to', 'Called'));
  if (of(from, 'leaves').length > 0) shown.push(table('What it may call outside the cluster', of(from, 'leaves'), 'to', 'Called'));
  return shown;
}

function picture(name) {
  const { title, svg } = pictures.find(one => one.name === name) || pictures[0] || { title: 'There is nothing in it', svg: '' };
  const figure = element('figure', {});
  figure.innerHTML = svg;
  const others = pictures.length < 2 ? '' : element('nav', { ariaLabel: 'Pictures' }, ...pictures.flatMap(one =>
    [element('a', { href: '#picture=' + encodeURIComponent(one.name) }, one.title), ' ']));
  // Smaller than that, nobody reads its text.
  const isWide = figure.firstElementChild !== null && Number(figure.firstElementChild.getAttribute('width')) * 0.8 > main.clientWidth;
  const full = element('input', { type: 'checkbox', id: 'full', checked: isWide });
  figure.classList.toggle('full', isWide);
  full.addEventListener('change', () => figure.classList.toggle('full', full.checked));
  return [element('h2', { tabIndex: -1 }, title), others, element('label', { htmlFor: 'full', className: 'line' }, full, ' Full size'), figure];
}

function show(isMoved) {
  const hash = decodeURIComponent(location.hash.slice(1));
  const node = byId.get(hash);
  main.replaceChildren(...(node ? card(node) : picture(hash.startsWith('picture=') ? hash.slice('picture='.length) : undefined)));
  for (const a of list.querySelectorAll('a')) a.toggleAttribute('aria-current', a.getAttribute('href') === '#' + encodeURIComponent(hash));
  if (isMoved) main.querySelector('h2').focus();
}

function fill() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const found = nodes.filter(({ id }) => words.every(word => id.toLowerCase().includes(word)));
  const groups = new Map();
  for (const node of found) groups.set(node.namespace, [...(groups.get(node.namespace) || []), node]);
  list.replaceChildren(...[...groups].map(([namespace, some]) => element('details', { open: words.length > 0 || nodes.length <= 60 },
    element('summary', {}, namespace + ' (' + some.length + ')'),
    element('ul', {}, ...some.map(({ id, name, kind }) => element('li', {},
      element('a', { href: '#' + encodeURIComponent(id) }, name), kind === 'Service' ? '' : ' ' + kind))))));
  document.getElementById('count').textContent = found.length + ' of ' + nodes.length;
}

search.addEventListener('input', fill);
document.addEventListener('keydown', event => {
  if (event.key !== '/' || document.activeElement === search) return;
  event.preventDefault();
  search.focus();
});
window.addEventListener('hashchange', () => show(true));
fill();
show(false);
`;

export const STYLE = `
:root { color-scheme: light; font: 15px/1.45 system-ui, sans-serif; color: #1a202c; background: #ffffff; }
body { margin: 0; display: grid; grid-template: auto 1fr auto / 18rem 1fr; height: 100vh; }
header { grid-column: 1 / 3; padding: .6rem 1rem; border-bottom: 1px solid #cbd5e0; display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
h1 { font-size: 1.1rem; margin: 0; }
#side { overflow: auto; padding: .8rem 1rem; border-right: 1px solid #cbd5e0; background: #f4f6fa; }
summary { line-height: 24px; }
#side ul { list-style: none; margin: .2rem 0 .6rem; padding-left: 1rem; }
footer { grid-column: 1 / 3; padding: .6rem 1rem; border-top: 1px solid #cbd5e0; background: #fffaf0; max-height: 30vh; overflow: auto; }
main { overflow: auto; padding: .8rem 1.2rem; }
h2 { font-size: 1.2rem; margin: .2rem 0 .6rem; outline: none; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
a { color: #1a4f8b; display: inline-block; line-height: 24px; }
svg a { display: inline; }
a[aria-current] { font-weight: 700; }
:focus-visible { outline: 3px solid #b7410e; outline-offset: 2px; }
label { display: block; font-weight: 600; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .35rem; border: 1px solid #4a5568; border-radius: 4px; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #cbd5e0; font-weight: 400; }
thead th { font-weight: 600; }
td ul { margin: 0; padding-left: 1rem; }
.by { color: #4a5568; }
figure { margin: 1rem 0; overflow: auto; }
figure:not(.full) svg { max-width: 100%; height: auto; }
.line { font-weight: 400; display: inline; }
.line input { width: auto; }
@media (max-width: 45rem) { body { grid-template: auto auto 1fr / 1fr; height: auto; } header, footer { grid-column: 1; } #side { border-right: 0; max-height: 40vh; } }
`;
