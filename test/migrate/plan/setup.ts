import { ApiObject } from 'cdk8s';
import type { MeshImplementation } from '../../../src';
import { readSmi } from '../../../src/dialects/smi/read';
import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import type { SmiDocument } from '../../../src/dialects/smi/read/tree';
import { SmiWorld } from '../../../src/dialects/smi/read/world';
import { type Document, documentsIn } from '../../../src/manifests/documents';
import { plan, type Plan, type PlanOptions } from '../../../src/migrate/plan';
import { call, member, print, run } from '../../../src/migrate/program';
import { World } from '../../../src/migrate/world';

/** A target of Gateway API, with the mesh behind it. */
export function target(mesh: keyof typeof MeshImplementation, more: object = {}) {
  return call('MeshTarget', 'gatewayApi', { id: mesh.toLowerCase().replace('_', '-'), mesh: member('MeshImplementation', mesh), ...more });
}

/** The plan for some manifests, which are one file. */
export function planOf(from: SmiMesh, manifests: readonly object[], options: Partial<PlanOptions> = {}): Plan {
  const text = manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n');
  return planOfTexts(from, [text], options);
}

export function planOfTexts(from: SmiMesh, texts: readonly string[], options: Partial<PlanOptions> = {}): Plan {
  const { all, read } = readOf(texts);
  return plan(read, new SmiWorld(read, 'shop'), new World(all, { mesh: from, namespace: 'shop' }), { from, targets: [target('LINKERD')], ...options });
}

/** Files, by what they hold, and what of them is SMI. */
export function readOf(texts: readonly string[]): { readonly all: readonly Document[]; readonly read: readonly SmiDocument[] } {
  const all = texts.flatMap((text, i) => [...documentsIn(`${i === 0 ? 'a' : `a${i}`}.yaml`, text)]);
  return { all, read: all.flatMap(({ file, content }) => 'broken' in content ? [] : readSmi(file, content) ?? []) };
}

/** The constructs of the only chart, without what stands around them. */
export function printed({ program }: Plan): string {
  return /super\(.*\);\n\n([^]*?)\n  }\n}/.exec(print(program))?.[1].replace(/^ {4}/gm, '') ?? '';
}

/** What became of documents, with the reasons. */
export function verdictsOf({ judged }: Plan): Record<string, string> {
  return Object.fromEntries(judged.map(({ document: { kind, name }, verdict, reasons }) => [`${kind ?? '?'} ${name}`, [verdict, ...reasons.map(({ message }) => message)].join(': ')]));
}

export function service(name: string, ports: readonly object[] = [{ port: 80, name: 'http', appProtocol: 'http' }], selector: object | undefined = { app: name }, more: object = {}) {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', ...more }, spec: { ports, selector } };
}

export function split(name: string, root: string, weights: Readonly<Record<string, number | string>>, more: object = {}, metadata: object = {}) {
  return {
    apiVersion: 'split.smi-spec.io/v1alpha4',
    kind: 'TrafficSplit',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { service: root, backends: Object.entries(weights).map(([one, weight]) => ({ service: one, weight })), ...more },
  };
}

export function group(name: string, ...matches: readonly object[]) {
  return { apiVersion: 'specs.smi-spec.io/v1alpha4', kind: 'HTTPRouteGroup', metadata: { name, namespace: 'shop' }, spec: { matches } };
}

/** What the program of a plan writes. */
export function manifestsOf({ program }: Plan): any[] {
  const app = run(program);
  const errors = app.node.findAll().flatMap(({ node }) => node.validate());
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return app.node.findAll().filter(construct => construct instanceof ApiObject).map(object => object.toJson());
}

/** What is written in JSON, one document after the other. */
export function parsed(texts: readonly string[]): any[] {
  return texts.flatMap(text => text.split('\n---\n').map(one => JSON.parse(one)));
}

/** A Deployment whose pods have the label `app`, unless others are given. */
export function deployment(name: string, pod: object = {}, labels: object = { app: name }) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [], ...pod } } },
  };
}

export function trafficTarget(name: string, destination: string, sources: readonly string[], ...rules: readonly object[]) {
  const account = (of: string) => ({ kind: 'ServiceAccount', name: of.split('/').at(-1), namespace: of.includes('/') ? of.split('/')[0] : 'shop' });
  return {
    apiVersion: 'access.smi-spec.io/v1alpha3',
    kind: 'TrafficTarget',
    metadata: { name, namespace: 'shop' },
    spec: { destination: account(destination), sources: sources.map(account), rules },
  };
}
