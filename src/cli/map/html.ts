import { ruleOf } from './labels';
import { SCRIPT, STYLE } from './page';
import { escaped, MOST_NODES, svg } from './svg';
import { betweenNamespaces, type Graph, insideOf } from '../../reading/map/graph';

/** A page of its own that works without a network: pictures, a search, and for each Service its callers, what they may request, and its shares. */
export function html(graph: Graph, unread: readonly string[]): string {
  const edges = graph.edges.map(edge => ({ ...edge, rules: edge.rules.map(ruleOf) }));
  const data = JSON.stringify({ nodes: graph.nodes, edges, pictures: picturesOf(graph) }).replace(/</g, '\\u003c');
  return [
    '<!doctype html>', '<html lang="en">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width">',
    '<title>Who may call whom</title>', '<link rel="icon" href="data:,">', `<style>${STYLE}</style>`, '</head>', '<body>',
    '<header><h1>Who may call whom</h1><a href="#">Picture</a><span class="by">Pods are taken to be in the mesh. Press / to search.</span></header>',
    '<nav id="side" aria-label="Services"><label for="search">Search</label><input id="search" type="search" autocomplete="off">',
    '<p id="count" role="status"></p><div id="list"></div></nav>', '<main id="main"></main>', ...notice(unread),
    `<script type="application/json" id="data">${data}</script>`, `<script>${SCRIPT}</script>`, '</body>', '</html>', '',
  ].join('\n');
}

/** What nobody read may change anything that is shown. */
function notice(unread: readonly string[]): string[] {
  if (unread.length === 0) return [];
  const lines = unread.map(line => `<li>${escaped(line)}</li>`).join('');
  return [`<footer><details><summary>Not all of this is certain: ${unread.length === 1 ? 'a document is' : `${unread.length} documents are`} not read</summary><ul>${lines}</ul></details></footer>`];
}

interface Picture {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** One; or one of the namespaces, and one of each. */
function picturesOf(graph: Graph): Picture[] {
  if (graph.nodes.length === 0) return [];
  if (graph.nodes.length <= MOST_NODES) return [{ name: '', title: 'All of it', svg: svg(graph, 'Who may call whom') }];
  const all = { name: '', title: 'Namespaces', svg: svg(betweenNamespaces(graph), 'Which namespaces call which', { linkOf: pictureOf }) };
  const small = [...insideOf(graph)].filter(([, { nodes }]) => nodes.length <= 2 * MOST_NODES);
  return [all, ...small.map(([name, part]) => ({ name, title: name, svg: svg(part, `Who may call whom in ${name}`, part) }))];
}

const pictureOf = (namespace: string) => `picture=${encodeURIComponent(namespace)}`;
