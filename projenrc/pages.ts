import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import * as cdk8s from 'cdk8s';
import { App, Chart, Testing, Yaml } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import * as constructs from 'constructs';
import * as ts from 'typescript';
import { releaseTable } from './release-tables';
import { renderings, targetsTable } from './renderings';
import { abilities } from './targets';
import * as mesh from '../src';
import type { Command } from '../src/cli/command';
import { DIFF } from '../src/cli/diff-command';
import { EXPLAIN } from '../src/cli/explain-command';
import { svg } from '../src/cli/map/svg';
import { MAP } from '../src/cli/map-command';
import { MIGRATE } from '../src/cli/migrate-command';
import { documentsIn } from '../src/manifests/documents';
import { graphOf } from '../src/reading/map/graph';
import { worldOf } from '../src/reading/world';

const { gatewayApi } = mesh.MeshTarget;
const { ISTIO, ISTIO_AMBIENT, LINKERD, CONSUL, KUMA, CILIUM } = mesh.MeshImplementation;

const MESHES: Readonly<Record<mesh.MeshImplementation, () => mesh.MeshTarget>> = {
  [ISTIO]: () => gatewayApi({ mesh: ISTIO }),
  [ISTIO_AMBIENT]: () => gatewayApi({ mesh: ISTIO_AMBIENT }),
  [LINKERD]: () => gatewayApi({ mesh: LINKERD }),
  [CONSUL]: () => gatewayApi({ mesh: CONSUL, consulNamespaces: mesh.ConsulNamespaces.MIRRORED, consulDeniesByDefault: true }),
  [KUMA]: () => gatewayApi({ mesh: KUMA, trustDomain: 'default.zone-1.mesh.local' }),
  [CILIUM]: () => gatewayApi({ mesh: CILIUM }),
};

/** The targets that a page can show. */
const TARGETS: Readonly<Record<string, () => mesh.MeshTarget>> = {
  ...MESHES,
  'smi': () => mesh.MeshTarget.smi(),
  'gateway-api': () => gatewayApi(),
  'gateway-api-experimental': () => gatewayApi({ channel: mesh.GatewayApiChannel.EXPERIMENTAL }),
  'linkerd-experimental': () => gatewayApi({ mesh: LINKERD, channel: mesh.GatewayApiChannel.EXPERIMENTAL }),
  'osm': () => mesh.MeshTarget.smi({ implementation: mesh.SmiImplementation.OSM }),
  'smi-linkerd': () => mesh.MeshTarget.smi({ implementation: mesh.SmiImplementation.LINKERD }),
  'consul-native': () => mesh.MeshTarget.consul({ namespaces: mesh.ConsulNamespaces.MIRRORED, deniesByDefault: true }),
  'network-policy': () => mesh.MeshTarget.networkPolicy(),
  'ingress': () => mesh.MeshTarget.ingress({ className: 'nginx' }),
};

/** How a file is shown: the language of its block, and how a line of comment begins. */
const FILES: Readonly<Record<string, readonly [language: string, comment: string]>> = {
  '.yaml': ['yaml', '#'], '.yml': ['yaml', '#'], '.ts': ['typescript', '//'], '.py': ['python', '#'], '.java': ['java', '//'], '.go': ['go', '//'], '.cs': ['csharp', '//'],
};

/** What the `ts` block of a page can import. */
const MODULES: Record<string, unknown> = { 'cdk8s': cdk8s, 'cdk8s-mesh': mesh, 'cdk8s-plus-33': kplus, constructs };

/**
 * A page with the manifests of its first `ts` block between its markers, or its errors or its model, and with what the dialects say of
 * themselves: of a kind of model, of one of its features, or of all targets. The block speaks of a `chart` in namespace `shop`.
 */
export function renderPage(page: string): string {
  return page.replace(/<!-- targets: ([a-zA-Z]+)(?: ([a-zA-Z]+))? -->[^]*?<!-- end -->/g, (marker, kind: string, feature?: string) =>
    `${marker.slice(0, marker.indexOf('-->') + 3)}\n${renderings(kind, feature)}\n<!-- end -->`,
  ).replace(/<!-- abilities: ([a-z-]+) -->[^]*?<!-- end -->/g, (_, name: string) => `<!-- abilities: ${name} -->\n${abilities(name)}\n<!-- end -->`,
  ).replace(/<!-- catalogue -->[^]*?<!-- end -->/g, () => `<!-- catalogue -->\n${targetsTable()}\n<!-- end -->`,
  ).replace(/<!-- manifests: ([a-z-]+) -->[^]*?<!-- end -->/g, (_, target: string) =>
    `<!-- manifests: ${target} -->\n\`\`\`yaml\n${Yaml.stringify(...manifestsOf(page, target)).trim()}\n\`\`\`\n<!-- end -->`,
  ).replace(/<!-- errors: ([a-z-]+) -->[^]*?<!-- end -->/g, (_, target: string) =>
    `<!-- errors: ${target} -->\n\`\`\`text\n${errorsOf(chartOf(page, target)).map(({ message }) => message).join('\n')}\n\`\`\`\n<!-- end -->`,
  ).replace(/<!-- refused: ([A-Za-z./-]+) ([a-z-]+) -->[^]*?<!-- end -->/g, (_, file: string, target: string) => {
    const errors = errorsOf(chartIn(file, TARGETS[target]())).map(({ path: where, message }) => `[${where}] ${message}`);
    return `<!-- refused: ${file} ${target} -->\n\`\`\`text\n${errors.join('\n')}\n\`\`\`\n<!-- end -->`;
  },
  ).replace(/<!-- file: ([A-Za-z./-]+) -->[^]*?<!-- end -->/g, (_, file: string) => {
    const [language, comment] = FILES[path.extname(file)];
    return `<!-- file: ${file} -->\n\`\`\`${language}\n${comment} ${path.basename(file)}\n${readFileSync(path.join(ROOT, file), 'utf8').trim()}\n\`\`\`\n<!-- end -->`;
  },
  ).replace(/<!-- synth: ([A-Za-z./-]+) -->[^]*?<!-- end -->/g, (_, program: string) =>
    `<!-- synth: ${program} -->\n\`\`\`yaml\n${outputOf(program)}\n\`\`\`\n<!-- end -->`,
  ).replace(/<!-- (run|report): (migrate|explain|diff|map) (.+) -->[^]*?<!-- end -->/g, (_, what: string, command: keyof typeof COMMANDS, args: string) =>
    `<!-- ${what}: ${command} ${args} -->\n${shownRun(command, args, what === 'report')}\n<!-- end -->`,
  ).replace(/<!-- moving: (flux|argo-cd) -->[^]*?<!-- end -->/g, (_, tool: keyof typeof MOVING) =>
    `<!-- moving: ${tool} -->\n\`\`\`yaml\n${Yaml.stringify(MOVING[tool](movingFields(page))).trim()}\n\`\`\`\n<!-- end -->`,
  ).replace(/<!-- releases: ([A-Za-z ]+) -->[^]*?<!-- end -->/g, (_, api: string) =>
    `<!-- releases: ${api} -->\n${releaseTable(api)}\n<!-- end -->`,
  ).replace(/<!-- model -->[^]*?<!-- end -->/g, () => {
    const [model] = chartOf(page, 'gateway-api').node.findAll().flatMap(construct => construct instanceof mesh.CanaryRelease ? [construct._route] : []);
    return `<!-- model -->\n\`\`\`yaml\n${Yaml.stringify(JSON.parse(JSON.stringify(model))).trim()}\n\`\`\`\n<!-- end -->`;
  });
}

/** What the first `ts` block of a page synthesizes to. */
export function manifestsOf(page: string, target: string): any[] {
  return Testing.synth(chartOf(page, target));
}

function errorsOf(chart: Chart): { readonly path: string; readonly message: string }[] {
  return chart.node.findAll().flatMap(({ node }) => node.validate().map(message => ({ path: node.path, message })));
}

function chartOf(page: string, target: string): Chart {
  const app = new App();
  mesh.MeshTargets.of(app).add(TARGETS[target]());
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const [, block] = /```ts\n([^]*?)```/.exec(page)!;
  const { outputText } = ts.transpileModule(block, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  new Function('require', 'exports', 'chart', outputText)((name: string) => MODULES[name], {}, chart);
  return chart;
}

/** What a program of the examples writes. */
export function outputOf(program: string): string {
  const before = process.env.CDK8S_OUTDIR;
  const folder = process.env.CDK8S_OUTDIR = mkdtempSync(path.join(tmpdir(), 'cdk8s-mesh-docs-'));
  try {
    loaded(path.join(ROOT, program));
    return readFileSync(path.join(folder, 'shop.k8s.yaml'), 'utf8').trim();
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    rmSync(folder, { recursive: true });
  }
}

/** Who may call whom in the example shop, where Istio is its mesh, as a picture. */
export function shopPicture(): string {
  const text = Yaml.stringify(...Testing.synth(chartIn('examples/shop/shop.ts', MESHES[ISTIO]())));
  return svg(graphOf(worldOf(documentsIn('shop.yaml', text), 'default', 'istio')), 'Who may call whom in the example shop');
}

/** The chart that a file of the examples exports. */
function chartIn(file: string, target: mesh.MeshTarget): Chart {
  const app = new App();
  mesh.MeshTargets.of(app).add(target);
  const [Example] = Object.values(loaded(path.join(ROOT, file))) as (new (scope: App, id: string) => Chart)[];
  return new Example(app, 'shop');
}

/** What a file of an example exports. It imports the library by its name, as its users do. */
function loaded(file: string): Record<string, unknown> {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: Record<string, unknown> = {};
  const required = (name: string) => name.startsWith('.') ? loaded(path.join(path.dirname(file), `${name}.ts`)) : MODULES[name];
  new Function('require', 'exports', outputText)(required, exported);
  return exported;
}

/** What a tool for GitOps is told of fields that move. */
const MOVING = {
  'flux': (fields: mesh.MovingField[]) => mesh.GitOps.flux(fields),
  'argo-cd': (fields: mesh.MovingField[]) => mesh.GitOps.argoCd(fields),
};

/** Those of the releases in the block. */
function movingFields(page: string): mesh.MovingField[] {
  const [target] = targetsOf(page);
  return chartOf(page, target).node.findAll().flatMap(construct => construct instanceof mesh.CanaryRelease ? construct.movingFields() : []);
}

const ROOT = path.join(__dirname, '..');

/** Each command whose calls pages show, in the folder of its examples. */
const COMMANDS: Readonly<Record<string, Command>> = { migrate: MIGRATE, explain: EXPLAIN, diff: DIFF, map: MAP };

/** A call of a command beside its examples, and what it prints: what was asked for, then the report; or the report only. */
function shownRun(command: keyof typeof COMMANDS, args: string, isReport: boolean): string {
  const { out, report } = run(command, wordsOf(args));
  const block = (language: string, text: string) => text === '' ? [] : [`\`\`\`${language}\n${text.trim()}\n\`\`\``];
  const language = command !== 'migrate' ? /--output (json|markdown|mermaid)/.exec(args)?.[1] ?? 'text' : args.includes('--program -') ? 'ts' : 'yaml';
  return [
    ...block('sh', `npx cdk8s-mesh ${command} ${args}`),
    ...block(language, isReport ? '' : out),
    ...block('text', report),
  ].join('\n\n');
}

/** The words of a command line; what is in single quotes is one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
}

function run(command: keyof typeof COMMANDS, args: readonly string[]): { readonly out: string; readonly report: string } {
  const written = { stdout: '', stderr: '' };
  const [folder, ...streams] = [process.cwd(), ...(['stdout', 'stderr'] as const).map(name => ({ name, write: process[name].write }))] as const;
  streams.forEach(({ name }) => process[name].write = (text: string | Uint8Array) => {
    written[name] += text;
    return true;
  });
  process.chdir(path.join(ROOT, 'docs', command));
  try {
    COMMANDS[command].run(args);
  } finally {
    process.chdir(folder);
    streams.forEach(({ name, write }) => process[name].write = write);
  }
  return { out: written.stdout, report: written.stderr };
}

/** The targets that a page shows. */
export function targetsOf(page: string): string[] {
  return [...page.matchAll(/<!-- manifests: ([a-z-]+) -->/g)].map(([, target]) => target);
}
