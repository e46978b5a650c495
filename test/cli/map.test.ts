import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runs } from './run';
import { MAP } from '../../src/cli/map-command';
import type { Edge, Node } from '../../src/reading/map/graph';

const SHOP = `
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80, targetPort: 8080, name: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: main, image: a}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: a}]}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}
`;

function run(text: string, ...args: string[]): { readonly out: string; readonly err: string; readonly code: number } {
  const file = join(mkdtempSync(join(tmpdir(), 'map-')), 'shop.yaml');
  writeFileSync(file, text);
  const { status, stdout, stderr } = runs(MAP)(...args, file);
  return { out: stdout.replaceAll(file, 'shop.yaml'), err: stderr.replaceAll(file, 'shop.yaml'), code: status };
}

test('Mermaid', () => {
  const { out, err, code } = run(SHOP, '--output', 'mermaid');
  expect([err, code]).toEqual(['', 0]);
  expect(out).toMatchInlineSnapshot(`
"flowchart LR
  subgraph g0 ["shop"]
    n0("web")
    n1["cart"]
  end
  n0 -->|"80"| n1
"
`);
});

const SUBSETS = `${SHOP}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec: {host: cart, subsets: [{name: old, labels: {version: v1}}, {name: new, labels: {version: v2}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec: {hosts: [cart], http: [{route: [{destination: {host: cart, subset: old}, weight: 90}, {destination: {host: cart, subset: new}, weight: 10}]}]}
`;

test('a release by the labels of pods has its shares', () => {
  expect(run(SUBSETS, '--mesh', 'istio', '--output', 'mermaid').out).toMatchInlineSnapshot(`
"flowchart LR
  subgraph g0 ["shop"]
    n0("web")
    n1["cart"]
    n2["cart version=v1"]
    n3["cart version=v2"]
  end
  n0 -->|"80"| n1
  n1 -.->|"90%"| n2
  n1 -.->|"10%"| n3
"
`);
});

test('the schema of the output names every kind of node and of edge', () => {
  const nodes: Record<Node['kind'], true> = {
    Service: true, Subset: true, Backend: true, Workload: true, Gateway: true, Outside: true, ServiceAccount: true, Pods: true, Namespace: true,
  };
  const edges: Record<Edge['kind'], true> = { calls: true, leaves: true, enters: true, share: true, count: true };
  const { properties } = JSON.parse(readFileSync(join(__dirname, '../../schemas/output.json'), 'utf8')).definitions.map;

  expect(properties.nodes.items.properties.kind.enum).toEqual(Object.keys(nodes));
  expect(properties.edges.items.properties.kind.enum).toEqual(Object.keys(edges));
});

test('Graphviz', () => {
  expect(run(SHOP, '--output', 'dot').out).toMatchInlineSnapshot(`
"digraph mesh {
  rankdir=LR
  subgraph cluster_0 {
    label="shop"
    "Deployment shop/web" [label="web", shape=ellipse]
    "Service shop/cart" [label="cart", shape=box]
  }
  "Deployment shop/web" -> "Service shop/cart" [label="80", style=solid]
}
"
`);
});

test('JSON', () => {
  expect(JSON.parse(run(SHOP, '--output', 'json').out)).toMatchInlineSnapshot(`
{
  "edges": [
    {
      "from": "Deployment shop/web",
      "kind": "calls",
      "port": 80,
      "reach": "all",
      "rules": [
        {
          "by": "NetworkPolicy shop/cart, shop.yaml:20",
          "what": "everything",
        },
      ],
      "to": "Service shop/cart",
    },
  ],
  "nodes": [
    {
      "file": "shop.yaml",
      "id": "Deployment shop/web",
      "kind": "Workload",
      "line": 12,
      "name": "web",
      "namespace": "shop",
      "ports": [],
    },
    {
      "file": "shop.yaml",
      "id": "Service shop/cart",
      "kind": "Service",
      "line": 2,
      "name": "cart",
      "namespace": "shop",
      "ports": [
        {
          "others": "none",
          "port": 80,
          "protocol": "HTTP",
        },
      ],
    },
  ],
  "unread": [],
}
`);
});

test('a picture needs nothing beside it', () => {
  const { out } = run(SHOP, '--output', 'svg');
  expect(out.match(/(?:href|src|url)[=(]\s*"?[^#"]/g)).toEqual(null);
  expect(out).not.toMatch(/<script|<style|@import/);
  expect([...out.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label)).toEqual(['Who may call whom', 'Deployment shop/web', 'Service shop/cart']);
});

test('a page needs nothing beside it, and what stands in manifests is no part of it', () => {
  const { out } = run(SHOP);
  expect(out.match(/(?:href|src)="(?!#|data:)[^"]/g)).toEqual(null);
  expect(out).not.toMatch(/fetch\(|import |@import|https?:\/\/(?!www\.w3\.org)/);
  const hostile = run(SHOP.replace('{app: web}}}]}', '{app: "</script><script>alert(1)</script>"}}}]}')).out;
  expect(hostile.match(/<\/script>/g)).toHaveLength(out.match(/<\/script>/g)?.length ?? 0);
});

test('the same bytes for the same manifests', () => {
  for (const output of ['html', 'svg', 'mermaid', 'dot', 'json']) expect(run(SHOP, '--output', output).out).toBe(run(SHOP, '--output', output).out);
});

test('more than a picture has room for is shown by namespaces', () => {
  const many = Array.from({ length: 61 }, (_, i) => SHOP.replace(/cart/g, `cart-${i}`).replace(/shop/g, `shop-${i % 3}`)).join('---');
  expect(run(many, '--output', 'svg').out).toContain('Which namespaces call which');
  expect(run(many, '--output', 'svg', '--around', 'shop-1/cart-1').out).toContain('Who may call whom');
  const page = run(many.replaceAll('podSelector: {matchLabels: {app: web}}', 'namespaceSelector: {}, podSelector: {matchLabels: {app: web}}')).out;
  expect(page).toContain('"title":"shop-2"');
  expect(page).toContain('aria-label=\\"Service shop-2/cart-2 from shop-0, shop-1\\"');
});

test('a name that is not there', () => {
  const { err, code } = run(SHOP, '--around', 'shop/card');

  expect(code).toBe(2);
  expect(err).toContain("there is nothing called 'shop/card'. Did you mean 'shop/cart'?");
});

test('what is not understood is said, with its place', () => {
  const { err, code } = run(SHOP.replace('ingress:', 'ingres: [], ingress:'));
  expect([err, code]).toEqual(['shop.yaml:20: spec.ingres: it is not known here: what depends on it is not known\n', 0]);
  expect(run(`${SHOP}---\na: [`).code).toBe(1);
});

test('what nobody reads may change what is shown', () => {
  const filter = `${SHOP}---\napiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: lua, namespace: shop}\nspec: {}\n`;
  expect(run(filter).out).toContain('Not all of this is certain: a document is not read');
  expect(JSON.parse(run(filter, '--output', 'json').out).unread).toEqual([expect.stringContaining('EnvoyFilter')]);
  expect(run(filter, '--output', 'mermaid').err).toContain('EnvoyFilter');
});
