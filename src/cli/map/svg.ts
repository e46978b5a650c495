import type * as Dagre from '@dagrejs/dagre' with { 'resolution-mode': 'import' };
import { beyondOf, labelOf } from './labels';
import { type Beyond, type Edge, type Graph, namespacesOf, type Node } from '../../reading/map/graph';

/** More than that nobody can read in one picture, and it takes long to lay out. */
export const MOST_NODES = 60;

/** Widths of a character of the text of nodes and of labels, and heights, in pixels. */
const TEXT = { node: 8, label: 6.6, line: 18, pad: 12, height: 40, beyond: 15 };

/** Room above the nodes of a namespace, for its name. */
const HEAD = 8;

/** What is shown of nodes besides their names. */
export interface Sight {
  /** The part of the page that says more of a node. Without it, that of its id. */
  readonly linkOf?: (id: string) => string;
  /** What is not in the picture. Without it, nodes are drawn in their namespaces. */
  readonly beyond?: ReadonlyMap<string, Beyond>;
}

/**
 * A picture that needs no script, no font and no file beside it. Its nodes are links to what a page says of them.
 *
 * @param title - what it shows, for those who do not see it
 */
export function svg(graph: Graph, title: string, { linkOf = encodeURIComponent, beyond }: Sight = {}): string {
  const { nodes, edges } = graph;
  const groups = beyond === undefined ? groupsOf(graph) : [];
  const lines = new Map([...beyond ?? []].map(([id, names]) => [id, beyondOf(names)]));
  const drawn = layout(graph, groups, lines);
  const [width, height] = [drawn.graph().width, drawn.graph().height].map(size => whole(size ?? 0));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="${escaped(title)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ' font-family="system-ui, sans-serif" font-size="13">',
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">',
    '<path d="M0 0L8 4L0 8z" fill="#4a5568"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...groups.map(namespace => groupBox(namespace, drawn.node(groupId(namespace)) as Box)),
    ...edges.map((edge, i) => line(edge, drawn.edge(edge.from, edge.to, String(i)) as Way)),
    ...nodes.map(node => nodeBox(node, linkOf(node.id), drawn.node(node.id) as Box, lines.get(node.id) ?? [])),
    '</svg>\n',
  ].join('');
}

/** What is drawn around nodes. */
function groupsOf(graph: Graph): string[] {
  return [...namespacesOf(graph)].filter(([, nodes]) => nodes.some(({ kind }) => kind !== 'Namespace')).map(([namespace]) => namespace);
}

function layout({ nodes, edges }: Graph, groups: readonly string[], lines: ReadonlyMap<string, readonly string[]>): Dagre.Graph {
  const dagre = require('@dagrejs/dagre') as typeof Dagre;
  const graph = new dagre.Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 60, edgesep: 12, marginx: 16, marginy: 16 + HEAD });
  const inGroups = new Set(groups);
  for (const namespace of groups) graph.setNode(groupId(namespace), {});
  for (const { id, kind, name, namespace } of nodes) {
    const beyond = lines.get(id) ?? [];
    const width = Math.max(name.length * TEXT.node, ...beyond.map(words => words.length * TEXT.label));
    graph.setNode(id, { width: width + 2 * TEXT.pad, height: TEXT.height + beyond.length * TEXT.beyond });
    if (kind !== 'Namespace' && inGroups.has(namespace)) graph.setParent(id, groupId(namespace));
  }
  for (const [i, edge] of edges.entries()) {
    const label = labelOf(edge);
    graph.setEdge(edge.from, edge.to, { width: label.length * TEXT.label, height: label === '' ? 0 : TEXT.line, labelpos: 'c' }, String(i));
  }
  dagre.layout(graph);
  return graph;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Way {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Of the label. */
  readonly x?: number;
  readonly y?: number;
}

const groupId = (namespace: string) => `namespace ${namespace}`;

function groupBox(namespace: string, inner: Box): string {
  const box = { ...inner, y: inner.y - HEAD / 2, height: inner.height + HEAD };
  return `<g>${rect(box, 'rx="8" fill="#f4f6fa" stroke="#718096"')}`
    + `<text x="${whole(box.x - box.width / 2 + 8)}" y="${whole(box.y - box.height / 2 + 16)}" fill="#2d3748" font-weight="600">${escaped(namespace)}</text></g>`;
}

const SHAPES: Readonly<Record<Node['kind'], string>> = {
  Service: 'rx="4" fill="#ffffff"',
  Subset: 'rx="4" fill="#ffffff"',
  Backend: 'rx="4" fill="#edf2f7"',
  Workload: 'rx="18" fill="#ffffff"',
  Gateway: 'fill="#e6fffa"',
  Outside: 'fill="#edf2f7"',
  Namespace: 'rx="8" fill="#f4f6fa"',
  ServiceAccount: 'rx="18" fill="#fffaf0"',
  Pods: 'rx="18" fill="#fffaf0"',
};

function nodeBox({ id, kind, name }: Node, link: string, box: Box, beyond: readonly string[]): string {
  const top = box.y - beyond.length * TEXT.beyond / 2 + 5;
  return `<a href="#${escaped(link)}" aria-label="${escaped([id, ...beyond].join(' '))}">${rect(box, `${SHAPES[kind]} stroke="#2b6cb0" stroke-width="1.5"`)}`
    + `<text x="${whole(box.x)}" y="${whole(top)}" text-anchor="middle" fill="#1a202c">${escaped(name)}</text>`
    + `${beyond.map((words, i) => ` <text x="${whole(box.x)}" y="${whole(top + (i + 1) * TEXT.beyond)}" ${BEYOND}>${escaped(words)}</text>`).join('')}</a>`;
}

function rect({ x, y, width, height }: Box, style: string): string {
  return `<rect x="${whole(x - width / 2)}" y="${whole(y - height / 2)}" width="${whole(width)}" height="${whole(height)}" ${style}/>`;
}

const LINES: Readonly<Record<Edge['kind'], string>> = {
  calls: '', leaves: ' stroke-width="2.5"', share: ' stroke-dasharray="5 4"', enters: ' stroke-width="2.5"', count: '',
};
const BEYOND = 'text-anchor="middle" font-size="11" fill="#4a5568"';
const LABEL = 'text-anchor="middle" font-size="11" fill="#2d3748" stroke="#ffffff" stroke-width="4" paint-order="stroke"';

function line(edge: Edge, { points, x, y }: Way): string {
  const way = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${whole(point.x)} ${whole(point.y)}`).join('');
  const label = labelOf(edge);
  const text = label === '' || x === undefined || y === undefined ? '' : `<text x="${whole(x)}" y="${whole(y + 4)}" ${LABEL}>${escaped(label)}</text>`;
  return `<g><path d="${way}" fill="none" stroke="#4a5568"${LINES[edge.kind]} marker-end="url(#tip)"/>${text}</g>`;
}

function whole(value: number): string {
  return String(Math.round(value));
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
