/// <reference path="../src/manifests/js-yaml.d.ts" />
import { DEFAULT_SCHEMA, loadAll } from 'js-yaml';
import { median, run } from './timing';
import { readSmi } from '../src/dialects/smi/read';
import { accessMeaning } from '../src/dialects/smi/read/allowances';
import { splitMeaning } from '../src/dialects/smi/read/divisions';
import { READINGS } from '../src/dialects/smi/read/readings';
import { SmiWorld } from '../src/dialects/smi/read/world';
import { documentsIn } from '../src/manifests/documents';

const SERVICES = 2_500;
const ROUNDS = 5;

/** What it takes to read SMI, and to tell what it means, beside what the parser takes by itself. Every round runs all, one after the other. */
export function readingTimes(): void {
  const text = Array.from({ length: SERVICES }, (_, i) => documents(i)).join('---\n');
  const objects = () => [...documentsIn('smi.yaml', text)].flatMap(({ file, content }) => 'broken' in content ? [] : readSmi(file, content) ?? []);
  const contestants = {
    parsed: () => run(() => loadAll(text, null, { schema: DEFAULT_SCHEMA, maxDepth: 100, maxTotalMergeKeys: 0 })),
    read: () => run(objects),
    meant: () => run(() => {
      const world = new SmiWorld(objects());
      accessMeaning(world, READINGS.osm);
      splitMeaning(world, READINGS.osm);
    }),
  };
  // The first round warms up.
  const rounds = Array.from({ length: ROUNDS + 1 }, () =>
    ({ parsed: contestants.parsed(), read: contestants.read(), meant: contestants.meant() })).slice(1);
  console.log([
    `\n${SERVICES * 4} documents of SMI`,
    `parsed by js-yaml alone ${median(rounds.map(({ parsed }) => parsed)).toFixed(0)} ms`,
    `read ${median(rounds.map(({ parsed, read }) => read / parsed)).toFixed(2)} times as long`,
    `with what they mean ${median(rounds.map(({ parsed, meant }) => meant / parsed)).toFixed(2)} times. Aim at 3 for all of it.`,
  ].join(', '));
}

/** Four documents, with expressions of their own: nothing is remembered from others. */
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
