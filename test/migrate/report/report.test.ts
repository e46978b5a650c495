import { CART, group, mayCall, reported, requests, service, trafficSplit, trafficTarget, workload } from '../migrated';

const of = (apiVersion: string, kind: string, name: string, spec: object = {}) => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });

/** Something of everything. */
const SHOP = [
  CART, workload('cart'),
  of('config.openservicemesh.io/v1alpha2', 'MeshConfig', 'osm-mesh-config', { traffic: { enablePermissiveTrafficPolicyMode: false } }),
  mayCall('cart', 'web'),
  group({ name: 'read', pathRegex: '/cart', methods: ['GET'] }, { name: 'bots', headers: { 'user-agent': '.*bot.*' } }),
  trafficTarget('stock', 'bank', 'cart'),
  trafficSplit({ 'cart-v1': 90, 'cart-v2': 10 }, { ownerReferences: [{ kind: 'Canary', name: 'cart' }] }),
  of('policy.openservicemesh.io/v1alpha1', 'Egress', 'pay'),
];

test('OSM to Istio', () => {
  expect(reported({ targets: ['istio'] }, SHOP)).toMatchInlineSnapshot(`
"cart.yaml:13: owned: TrafficSplit shop/cart
    error MESH7501: Canary 'cart' writes it: have it write routes of the new mesh. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7501
cart.yaml:7: narrower: TrafficTarget shop/cart → ServiceAccessPolicy shop/cart
    error MESH7201: target 'istio' cannot express regular expression matches on headers, and cookie matches: the header values of an AuthorizationPolicy are exact, prefixes or suffixes. Use a target that can express it, or write it in the program in words that this one has. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7201
cart.yaml:9: narrower: HTTPRouteGroup shop/cart
    error MESH7201: match 'bots': target 'istio' cannot express regular expression matches on headers, and cookie matches: the header values of an AuthorizationPolicy are exact, prefixes or suffixes.
cart.yaml:15: no part of it: Egress shop/pay
    warning MESH7401: it let pods call hosts outside the cluster: write an EgressPolicy. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7401
cart.yaml:11: inert: TrafficTarget bank/stock
    warning MESH7601: it has no rules. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7601
warning MESH7101: the namespaces 'bank' and 'shop' are taken to be all that was in the mesh. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7101

Then by hand, in this order:
1. Have the controllers of TrafficSplit cart write routes of the new mesh: for Flagger that is its provider \`gatewayapi:v1\`, for Argo Rollouts its plugin for Gateway API
2. On AKS, the add-ons of Open Service Mesh and Istio cannot be on at once: choose a time in which nothing is encrypted and nothing is denied
   az aks disable-addons --resource-group GROUP --name CLUSTER --addons open-service-mesh
   az aks mesh enable --resource-group GROUP --name CLUSTER
3. Move namespaces that call each other together: no pod may have proxies of both meshes, and to the new one, clients in the old one are nobody
4. Take the namespaces out of the old mesh and into the new one; where Istio has revisions, as on AKS, the label is \`istio.io/rev\`
   kubectl label namespace bank openservicemesh.io/monitored-by-
   kubectl annotate namespace bank openservicemesh.io/sidecar-injection-
   kubectl label namespace shop openservicemesh.io/monitored-by-
   kubectl annotate namespace shop openservicemesh.io/sidecar-injection-
   kubectl label namespace bank istio-injection=enabled
   kubectl label namespace shop istio-injection=enabled
5. Until all clients are in the new mesh, MutualTls shuts out those that are not: for that time, write \`mode: MutualTlsMode.PERMISSIVE\` in the program
6. Apply the manifests
7. Restart the pods, so that they have the proxies of the new mesh
   kubectl rollout restart deployment,statefulset,daemonset --namespace bank
   kubectl rollout restart deployment,statefulset,daemonset --namespace shop
8. See that calls get through that should, and no others; then delete what SMI there was for them
   kubectl delete httproutegroups.specs.smi-spec.io --namespace shop cart
   kubectl delete traffictargets.access.smi-spec.io --namespace bank stock
   kubectl delete traffictargets.access.smi-spec.io --namespace shop cart
9. Uninstall Open Service Mesh, unless that was the add-on of AKS, and delete webhooks that it has left behind: their names have osm in them
   osm uninstall mesh
   kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations
10. Last of all, delete the CRDs of SMI, and all objects of theirs with them
   kubectl delete crd httproutegroups.specs.smi-spec.io trafficsplits.split.smi-spec.io traffictargets.access.smi-spec.io

5 documents: 1 inert, 1 no part of it, 2 narrower, 1 owned; 3 others read
"
`);
});

test('a group that cannot be read says so, and not once more that its TrafficTarget is not carried over', () => {
  const unread = { ...group(), spec: { matches: [{ name: 'read', colour: 'red' }] } };
  const unfollowed = group({ name: 'read', pathRegex: '(?<' });
  const report = (some: object) => reported({ targets: ['istio'] }, [CART, some, mayCall('cart', 'web')]);

  expect(report(unread)).toContain('MESH7701');
  expect(report(unread)).not.toContain('MESH7304');
  expect(report(unfollowed)).toContain('MESH7304');
});

test('linkerd-smi to HTTPRoutes', () => {
  expect(reported({ from: 'linkerd' }, [CART, service('cart-v1'), service('cart-v2'), trafficSplit({ 'cart-v1': 500, 'cart-v2': 500 }), mayCall('cart', 'web')])).
    toMatchInlineSnapshot(`
"cart.yaml:9: inert: TrafficTarget shop/cart
    warning MESH7601: Linkerd does not read TrafficTargets. See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7601
cart.yaml:7: same: TrafficSplit shop/cart → CanaryRelease shop/cart

Then by hand, in this order:
1. See that the cluster has the CRDs of Gateway API
   kubectl get crd httproutes.gateway.networking.k8s.io
2. Apply the manifests
3. See that calls get through that should, and no others; then delete what SMI there was for them
   kubectl delete trafficsplits.split.smi-spec.io --namespace shop cart
   kubectl delete traffictargets.access.smi-spec.io --namespace shop cart
4. Delete the ServiceProfiles that the SMI extension has left behind, as Linkerd reads them before HTTPRoutes; then restart the clients of these Services
   kubectl delete serviceprofiles.linkerd.io --namespace shop cart.shop.svc.cluster.local
5. Uninstall the SMI extension of Linkerd
   linkerd smi uninstall | kubectl delete -f -
6. Last of all, delete the CRDs of SMI, and all objects of theirs with them
   kubectl delete crd trafficsplits.split.smi-spec.io traffictargets.access.smi-spec.io

2 documents: 1 same, 1 inert; 3 others read
"
`);
});

test('for a pull request', () => {
  expect(reported({ targets: ['istio'] }, SHOP.slice(0, 5), 'markdown')).toMatchInlineSnapshot(`
"## SMI: from osm to istio

2 documents: 2 narrower; 3 others read

| verdict | document | place | why |
| --- | --- | --- | --- |
| narrower | TrafficTarget shop/cart | cart.yaml:7 | → ServiceAccessPolicy shop/cart<br>[MESH7201](https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7201) target 'istio' cannot express regular expression matches on headers, and cookie matches: the header values of an AuthorizationPolicy are exact, prefixes or suffixes. Use a target that can express it, or write it in the program in words that this one has. |
| narrower | HTTPRouteGroup shop/cart | cart.yaml:9 | [MESH7201](https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7201) match 'bots': target 'istio' cannot express regular expression matches on headers, and cookie matches: the header values of an AuthorizationPolicy are exact, prefixes or suffixes. Use a target that can express it, or write it in the program in words that this one has. |

- [MESH7101](https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#mesh7101) namespace 'shop' is taken to be all that was in the mesh

### By hand, in this order

1. On AKS, the add-ons of Open Service Mesh and Istio cannot be on at once: choose a time in which nothing is encrypted and nothing is denied

   \`\`\`sh
   az aks disable-addons --resource-group GROUP --name CLUSTER --addons open-service-mesh
   az aks mesh enable --resource-group GROUP --name CLUSTER
   \`\`\`

2. Move namespaces that call each other together: no pod may have proxies of both meshes, and to the new one, clients in the old one are nobody
3. Take the namespaces out of the old mesh and into the new one; where Istio has revisions, as on AKS, the label is \`istio.io/rev\`

   \`\`\`sh
   kubectl label namespace shop openservicemesh.io/monitored-by-
   kubectl annotate namespace shop openservicemesh.io/sidecar-injection-
   kubectl label namespace shop istio-injection=enabled
   \`\`\`

4. Until all clients are in the new mesh, MutualTls shuts out those that are not: for that time, write \`mode: MutualTlsMode.PERMISSIVE\` in the program
5. Apply the manifests
6. Restart the pods, so that they have the proxies of the new mesh

   \`\`\`sh
   kubectl rollout restart deployment,statefulset,daemonset --namespace shop
   \`\`\`

7. See that calls get through that should, and no others; then delete what SMI there was for them

   \`\`\`sh
   kubectl delete httproutegroups.specs.smi-spec.io --namespace shop cart
   kubectl delete traffictargets.access.smi-spec.io --namespace shop cart
   \`\`\`

8. Uninstall Open Service Mesh, unless that was the add-on of AKS, and delete webhooks that it has left behind: their names have osm in them

   \`\`\`sh
   osm uninstall mesh
   kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations
   \`\`\`

9. Last of all, delete the CRDs of SMI, and all objects of theirs with them

   \`\`\`sh
   kubectl delete crd httproutegroups.specs.smi-spec.io traffictargets.access.smi-spec.io
   \`\`\`

"
`);
});

test('a form that the version does not have is an assumption, and so is what is wrong beside SMI', () => {
  const flat = { ...requests(), spec: undefined, matches: [{ name: 'read', pathRegex: '/cart' }] };
  const { documents, notices, totals } = JSON.parse(reported(
    { isEnforced: true, meshNamespaces: ['shop'] }, [CART, workload('cart'), mayCall('cart', 'web'), flat, of('apps/v1', 'Deployment', 'batch')], 'json'));

  expect(documents[1]).toMatchObject({ verdict: 'assumed', findings: [{ code: 'MESH7102', class: 'assumed', line: 7 }] });
  expect(notices).toEqual([{ code: 'MESH7102', class: 'assumed', message: 'spec: there is no `template` of pods', file: 'cart.yaml', line: 9 }]);
  expect(totals).toMatchObject({ same: 1, assumed: 1 });
});

test('for programs', () => {
  const { documents, byHand, ...rest } = JSON.parse(reported({ targets: ['istio', 'linkerd'] }, SHOP, 'json'));

  expect(rest).toEqual({
    version: '0.0.0',
    from: 'osm',
    to: ['istio', 'linkerd'],
    notices: [
      { code: 'MESH7101', class: 'assumed', message: expect.stringContaining('taken to be all that was in the mesh') },
    ],
    totals: {
      'documents': 5, 'same': 0, 'assumed': 0, 'narrower': 2, 'not said': 0, 'no part of it': 1, 'owned': 1, 'inert': 1, 'unreadable': 0, 'others': 3,
    },
  });
  expect(documents.map(({ file, line, kind, namespace, name, verdict }: any) => `${file}:${line} ${kind} ${namespace}/${name} ${verdict}`)).toMatchInlineSnapshot(`
[
  "cart.yaml:7 TrafficTarget shop/cart narrower",
  "cart.yaml:9 HTTPRouteGroup shop/cart narrower",
  "cart.yaml:11 TrafficTarget bank/stock inert",
  "cart.yaml:13 TrafficSplit shop/cart owned",
  "cart.yaml:15 Egress shop/pay no part of it",
]
`);
  expect(documents[1].findings[0]).toMatchInlineSnapshot(`
{
  "class": "narrower",
  "code": "MESH7201",
  "fix": "Use a target that can express it, or write it in the program in words that this one has",
  "line": 9,
  "message": "match 'bots': target 'istio' cannot express regular expression matches on headers, and cookie matches: the header values of an AuthorizationPolicy are exact, prefixes or suffixes.",
}
`);
  expect(byHand[0]).toMatchInlineSnapshot(`
{
  "commands": [],
  "what": "Have the controllers of TrafficSplit cart write routes of the new mesh: for Flagger that is its provider \`gatewayapi:v1\`, for Argo Rollouts its plugin for Gateway API",
}
`);
});

test('names say nothing to a terminal, to Markdown or to a shell', () => {
  const hostile = { ...(requests() as any), metadata: { name: 'a\u001b[31m|<b>`; rm -rf / #', namespace: '$(id)' } };
  const text = reported({}, [hostile, CART, workload('cart'), mayCall('cart', 'web'), requests()]);

  expect(text).toContain('\\u{1b}[31m');
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(text).not.toMatch(/^ {3}kubectl [^'\n]*(\$\(|;)/m);
  expect(reported({}, [hostile], 'markdown')).not.toContain('<b>');
});

test('each of several targets has its steps', () => {
  const { byHand } = JSON.parse(reported({ targets: ['istio', 'cilium'] }, [CART, workload('cart'), mayCall('cart', 'web'), requests()], 'json'));

  const titles = byHand.map(({ what }: any) => /^(Istio|Cilium): /.exec(what)?.[1]);
  expect(titles.filter((title: string, i: number) => title !== titles[i - 1])).toEqual(['Istio', 'Cilium', undefined]);
});
