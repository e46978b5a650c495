import type { Command } from './command';
import { documentsOf, unreadObjectWords, unreadWords } from './documents';
import { dot } from './map/dot';
import { html } from './map/html';
import { ruleOf } from './map/labels';
import { mermaid } from './map/mermaid';
import { MOST_NODES, svg } from './map/svg';
import { Arguments, COMMON, meant, Misuse } from './options';
import { withProgress } from './progress';
import { DEFAULT_NAMESPACE } from '../reading/cluster/cluster';
import { around, betweenNamespaces, type Graph, graphOf } from '../reading/map/graph';
import { READ_MESHES } from '../reading/mesh';
import { worldOf } from '../reading/world';

const OPTIONS = { ...COMMON, around: {}, mesh: {}, namespace: {}, output: {} } as const;

/** How a graph is written. */
const OUTPUTS = {
  html,
  svg: graph => graph.nodes.length > MOST_NODES ? svg(betweenNamespaces(graph), 'Which namespaces call which') : svg(graph, 'Who may call whom'),
  mermaid,
  dot,
  json: ({ nodes, edges }, unread) =>
    `${JSON.stringify({ nodes, edges: edges.map(edge => ({ ...edge, rules: edge.rules.map(ruleOf) })), unread }, undefined, 2)}\n`,
} satisfies Readonly<Record<string, (graph: Graph, unread: readonly string[]) => string>>;

/** `cdk8s-mesh map` */
export const MAP: Command = {
  usage: `Usage: cdk8s-mesh map [--output html|svg|mermaid|dot|json] [options] FILE...

Shows who may call whom, which Services get which part of the requests of another one, and what gateways let in. It is made of
manifests alone, and written to the standard output. No cluster is asked.
FILE is YAML or JSON with any number of documents, or a folder with such files; - is the standard input. All of them are one
world, whichever APIs they are of: give the Services and workloads too.

--output        html, a page of its own that works without a network; svg; mermaid, for Markdown; dot, for Graphviz; or json.
                Without it, html. An svg of more than ${MOST_NODES} Services shows namespaces
--around NAME   a namespace, or a Service as NS/NAME: only that, with whatever calls it or is called by it
--mesh MESH     that reads the manifests: ${READ_MESHES.join(', ')}
--namespace NS  of documents that say none; otherwise it is '${DEFAULT_NAMESPACE}'

-h, --help  shows this
--version   shows the version of the package

Pods are taken to be in the mesh. Exits with 1 if a document cannot be read, and with 2 for a usage that is not this one.
`,
  run: args => {
    const given = new Arguments(args, OPTIONS);
    const output = given.word('output', Object.keys(OUTPUTS) as (keyof typeof OUTPUTS)[]) ?? 'html';
    const mesh = given.word('mesh', READ_MESHES);
    if (given.operands.length === 0) throw new Misuse('there is no file to read');
    const { isBroken, findings, ...written } = withProgress(doing => {
      const read = documentsOf(given.operands, doing);
      doing('making out what they mean');
      const world = worldOf(read.documents, given.text('namespace') ?? DEFAULT_NAMESPACE, mesh);
      const graph = partOf(graphOf(world), given.text('around'));
      doing('drawing');
      const unread = [...read.unread.map(unreadWords), ...world.unread.map(unreadObjectWords)];
      const text = OUTPUTS[output](graph, unread);
      return { text, unread, isBroken: read.unread.length > 0, findings: world.findings.filter(({ isUnknown }) => isUnknown) };
    });
    process.stdout.write(written.text);
    for (const { place: { file, line, path }, message } of findings.slice(0, MOST)) {
      process.stderr.write(`${file}:${line}: ${path === '' ? '' : `${path}: `}${message}: what depends on it is not known\n`);
    }
    if (findings.length > MOST) process.stderr.write(`${findings.length - MOST} more like these\n`);
    written.unread.forEach(line => process.stderr.write(`${line}\n`));
    return isBroken ? 1 : 0;
  },
};

/** All of a graph, or what is around a part of it. */
function partOf(graph: Graph, name: string | undefined): Graph {
  if (name === undefined) return graph;
  const part = around(graph, node => node.namespace === name || `${node.namespace}/${node.name}` === name);
  if (part.nodes.length > 0) return part;
  const names = graph.nodes.flatMap(node => [node.namespace, `${node.namespace}/${node.name}`]);
  throw new Misuse(`there is nothing called '${name}'${meant(name, names)}`);
}

/** Findings that are listed. */
const MOST = 20;
