import { labelOf } from './labels';
import { type Edge, type Graph, namespacesOf, type Node } from '../../reading/map/graph';

const SHAPES: Readonly<Record<Node['kind'], string>> = {
  Service: 'box', Subset: 'box', Backend: 'box', Workload: 'ellipse', Gateway: 'hexagon', Outside: 'hexagon', Namespace: 'box', ServiceAccount: 'ellipse', Pods: 'ellipse',
};
const STYLES: Readonly<Record<Edge['kind'], string>> = { calls: 'solid', leaves: 'bold', share: 'dashed', enters: 'bold', count: 'solid' };

/** A graph for Graphviz. */
export function dot(graph: Graph): string {
  const clusters = [...namespacesOf(graph)].flatMap(([namespace, own], i) => [
    `  subgraph cluster_${i} {`,
    `    label=${quoted(namespace)}`,
    ...own.map(({ id, kind, name }) => `    ${quoted(id)} [label=${quoted(name)}, shape=${SHAPES[kind]}]`),
    '  }',
  ]);
  const edges = graph.edges.map(edge =>
    `  ${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(labelOf(edge))}, style=${STYLES[edge.kind]}]`);
  return `${['digraph mesh {', '  rankdir=LR', ...clusters, ...edges, '}'].join('\n')}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
