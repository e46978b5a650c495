/// <reference path="../src/manifests/js-yaml.d.ts" />
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DEFAULT_SCHEMA, loadAll } from 'js-yaml';
import { median, run } from './timing';
import { validate } from '../src/cli/validate';
import { readSmi } from '../src/dialects/smi/read';
import { accessMeaning } from '../src/dialects/smi/read/allowances';
import { splitMeaning } from '../src/dialects/smi/read/divisions';
import { READINGS } from '../src/dialects/smi/read/readings';
import type { SmiDocument } from '../src/dialects/smi/read/tree';
import { SmiWorld } from '../src/dialects/smi/read/world';
import { documentsIn } from '../src/manifests/documents';
import { manifestsOf } from '../src/migrate/manifests';
import { migrate } from '../src/migrate/migrate';
import { print } from '../src/migrate/program';

const SERVICES = 2_500;
const ROUNDS = 5;
const ROUTES = 20_000;

/** What it takes to read SMI, and to tell what it means, beside what the parser takes by itself. Every round runs all, one after the other. */
export function readingTimes(): void {
  // No expression of one round stands in another: nothing is remembered.
  const textOf = (round: number) => smiText(SERVICES, round * SERVICES);
  const contestants = {
    parsed: (round: number) => {
      const text = textOf(round);
      return run(() => loadAll(text, null, { schema: DEFAULT_SCHEMA, maxDepth: 100, maxTotalMergeKeys: 0 }));
    },
    read: (round: number) => {
      const text = textOf(round);
      return run(() => smiIn(text));
    },
    meant: (round: number) => {
      const text = textOf(round);
      return run(() => {
        const world = new SmiWorld(smiIn(text));
        accessMeaning(world, READINGS.osm);
        splitMeaning(world, READINGS.osm);
      });
    },
  };
  // The first round warms up.
  const rounds = Array.from({ length: ROUNDS + 1 }, (_, i) =>
    ({ parsed: contestants.parsed(i), read: contestants.read(i), meant: contestants.meant(i) })).slice(1);
  console.log([
    `\n${SERVICES * 4} documents of SMI`,
    `parsed by js-yaml alone ${median(rounds.map(({ parsed }) => parsed)).toFixed(0)} ms`,
    `read ${median(rounds.map(({ parsed, read }) => read / parsed)).toFixed(2)} times as long`,
    `with what they mean ${median(rounds.map(({ parsed, meant }) => meant / parsed)).toFixed(2)} times. Aim at 3 for all of it.`,
  ].join(', '));
}

/** What `validate` takes for HTTPRoutes, beside what the parser takes by itself. */
export function validationTimes(): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const file = path.join(folder, 'routes.yaml');
  const text = Array.from({ length: ROUTES }, (_, i) => route(i)).join('---\n');
  fs.writeFileSync(file, text);
  const parsed = run(() => loadAll(text, null, { schema: DEFAULT_SCHEMA, maxDepth: 100, maxTotalMergeKeys: 0 }));
  const validated = run(() => [...validate([file])]);
  fs.rmSync(folder, { recursive: true });
  console.log(`${ROUTES} HTTPRoutes validated in ${(validated / 1000).toFixed(1)} s, ${(validated / parsed).toFixed(1)} times as long as js-yaml parses them.`);
}

/** What a migration takes, with the program and the manifests. */
export function migrationTimes(): void {
  for (const services of [250, SERVICES]) {
    const text = smiText(services);
    const ms = run(() => {
      const { program } = migrate(documentsIn('smi.yaml', text), { from: 'osm', targets: ['istio'], isEnforced: true, ports: new Map([['*', [{ port: 80 }]]]) });
      print(program);
      manifestsOf(program);
    });
    console.log(`${services * 4} documents of SMI migrated to Istio in ${(ms / 1000).toFixed(1)} s, ${(ms / services / 4).toFixed(2)} ms for each.`);
  }
}

/** All that is read of SMI in a text. */
export function smiIn(text: string): SmiDocument[] {
  const read: SmiDocument[] = [];
  for (const { file, content } of documentsIn('smi.yaml', text)) {
    const document = 'broken' in content ? undefined : readSmi(file, content);
    if (document !== undefined) read.push(document);
  }
  return read;
}

/** Four documents for each of some services, with expressions of their own. */
export function smiText(services: number, first = 0): string {
  return Array.from({ length: services }, (_, i) => documents(first + i)).join('---\n');
}

function documents(i: number): string {
  return `apiVersion: specs.smi-spec.io/v1alpha4
kind: HTTPRouteGroup
metadata:
  name: routes-${i}
  namespace: shop
spec:
  matches:
  - name: items
    pathRegex: /items-${i}/.*
    methods: ["GET"]
  - name: other
    pathRegex: /other
    methods: ["POST"]
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: TCPRoute
metadata: {name: ports-${i}, namespace: shop}
spec: {matches: {ports: [8080]}}
---
apiVersion: access.smi-spec.io/v1alpha3
kind: TrafficTarget
metadata:
  name: target-${i}
  namespace: shop
spec:
  destination: {kind: ServiceAccount, name: sa-${i}, namespace: shop}
  rules:
  - {kind: HTTPRouteGroup, name: routes-${i}, matches: [items, other]}
  - {kind: TCPRoute, name: ports-${i}}
  sources:
  - {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: split-${i}, namespace: shop}
spec:
  service: service-${i}
  backends:
  - {service: stable-${i}, weight: 90}
  - {service: canary-${i}, weight: 10}
`;
}

function route(i: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route-${i}, namespace: shop}
spec:
  parentRefs:
  - {group: "", kind: Service, name: service-${i}, port: 8080}
  rules:
  - matches:
    - path: {type: PathPrefix, value: /items-${i}}
      method: GET
    - headers:
      - {name: x-canary, value: "yes"}
    backendRefs:
    - {name: stable-${i}, port: 8080, weight: 90}
    - {name: canary-${i}, port: 8080, weight: 10}
`;
}
