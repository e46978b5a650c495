import { labelOf } from './labels';
import { namespacesOf, type Edge, type Graph, type Node } from '../../reading/map/graph';

const SHAPES: Readonly<Record<Node['kind'], readonly [open: string, close: string]>> = {
  Service: ['[', ']'],
  Subset: ['[', ']'],
  Backend: ['[', ']'],
  Workload: ['(', ')'],
  Gateway: ['{{', '}}'],
  Outside: ['{{', '}}'],
  Namespace: ['[', ']'],
  ServiceAccount: ['([', '])'],
  Pods: ['([', '])'],
};
const LINES: Readonly<Record<Edge['kind'], string>> = { calls: '-->', leaves: '==>', share: '-.->', enters: '==>', count: '-->' };

/** A flowchart, which GitHub and GitLab draw in Markdown. */
export function mermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map(({ id }, i) => [id, `n${i}`]));
  const groups = [...namespacesOf(graph)].flatMap(([namespace, own], i) => [
    `  subgraph g${i} [${quoted(namespace)}]`,
    ...own.map(({ id, kind, name }) => `    ${ids.get(id)}${SHAPES[kind][0]}${quoted(name)}${SHAPES[kind][1]}`),
    '  end',
  ]);
  const edges = graph.edges.map(edge => {
    const label = labelOf(edge);
    return `  ${ids.get(edge.from)} ${LINES[edge.kind]}${label === '' ? '' : `|${quoted(label)}|`} ${ids.get(edge.to)}`;
  });
  return `${['flowchart LR', ...groups, ...edges].join('\n')}\n`;
}

/** Of what has a meaning in its texts, Mermaid reads the entity. */
function quoted(text: string): string {
  return `"${text.replace(/[^\w .,:%/*=()@~+-]/gu, character => `#${character.codePointAt(0)};`)}"`;
}
