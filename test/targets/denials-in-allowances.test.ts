import { MeshImplementation, MeshTarget, SmiImplementation } from '../../src';
import type { AccessModel, AccessRule, Source } from '../../src/model/access';
import type { RequestMatch } from '../../src/model/match';
import { ANY_REQUEST } from '../../src/model/match';
import { Claims } from '../../src/targets/claims';
import { compile, compileBehind } from '../../src/targets/compile';
import { BY_WEB, policyOf } from '../models';
import { ofKind } from '../setup';

/** Denials, in the targets that have allowances only. */

const LINKERD = MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD });
const SMI = MeshTarget.smi();
const OSM = MeshTarget.smi({ id: 'osm', implementation: SmiImplementation.OSM });
const NETWORK = MeshTarget.networkPolicy();

const account = (name: string, namespace = 'shop'): Source => ({ kind: 'serviceAccount', name, namespace });
const namespace = (name: string): Source => ({ kind: 'namespace', name });
const denying = (denial: Partial<AccessRule>, allowed: Partial<AccessRule> = {}): AccessModel =>
  policyOf([{ ...BY_WEB, ...allowed }], { denials: [{ ...BY_WEB, sources: [{ kind: 'anyone' }], ...denial }] });
const by = (match: Partial<RequestMatch>) => ({ requests: [{ ...ANY_REQUEST, ...match }] });

function rendered(target: MeshTarget, model: AccessModel): readonly any[] {
  const { errors, manifests } = compile('access', target, model);
  expect(errors).toEqual([]);
  return manifests;
}

const [CLIENTS, OPS] = [{ sources: [account('job', 'ops'), account('web')] }, { sources: [namespace('ops')] }];

test.each([LINKERD, SMI, OSM])('$id: a denied namespace takes its ServiceAccounts along, and the gateways that run as them', target => {
  const gateway: Source = { kind: 'gateway', name: 'public', namespace: 'ops', pods: { serviceAccount: 'public' } };

  expect(rendered(target, denying(OPS, { sources: [gateway, ...CLIENTS.sources] }))).toEqual(rendered(target, policyOf([BY_WEB])));
});

test('a version behind the Service keeps out whom the policy of the Service keeps out', () => {
  const behind = { name: 'cart-v2', port: 8080, serviceAccount: 'cart-v2' };

  expect(compileBehind(SMI, denying(OPS, CLIENTS), behind)?.manifests).toEqual(compileBehind(SMI, policyOf([BY_WEB]), behind)?.manifests);
});

test('the second layer is no wider', () => {
  const layered = MeshTarget.gatewayApi({ id: 'layered', mesh: MeshImplementation.LINKERD, networkPolicy: true });

  expect(ofKind(rendered(layered, denying(OPS, CLIENTS)), 'NetworkPolicy')).toEqual(ofKind(rendered(layered, policyOf([BY_WEB])), 'NetworkPolicy'));
});

test('in Linkerd, addresses are left out of all addresses', () => {
  const manifests = rendered(LINKERD, denying({ sources: [{ kind: 'ipBlock', cidr: '192.0.2.0/24', except: [] }] }, { sources: [{ kind: 'anyone' }] }));

  expect(ofKind(manifests, 'NetworkAuthentication').map(({ spec }) => spec.networks)).toEqual([[
    { cidr: '0.0.0.0/0', except: ['192.0.2.0/24'] }, { cidr: '::/0', except: ['::ffff:0:0/96'] },
  ]]);
});

test('in Linkerd, requests with a denied method are for nobody', () => {
  const manifests = rendered(LINKERD, denying(by({ methods: ['DELETE'] })));
  const [deleting, ...others] = ofKind(manifests, 'HTTPRoute').filter(({ spec }) => spec.rules[0].matches.every(({ method }: any) => method === 'DELETE'));

  expect(others).toEqual([]);
  expect(ofKind(manifests, 'AuthorizationPolicy').map(({ spec }) => spec.targetRef.name)).not.toContain(deleting.metadata.name);
  expect(ofKind(manifests, 'AuthorizationPolicy')).toHaveLength(1);
});

test('a NetworkPolicy lets in other pods of the namespace', () => {
  const pods = (app: string): Source => ({ kind: 'pods', labels: { app }, namespace: 'ops' });

  expect(rendered(NETWORK, denying({ sources: [pods('job')] }, { sources: [pods('job'), pods('web')] }))).toEqual(rendered(NETWORK, policyOf([{ ...BY_WEB, sources: [pods('web')] }])));
});

test('a NetworkPolicy that allows something to all pods of the namespace does not stand beside denials', () => {
  const conflictsOf = (model: AccessModel) => {
    const laid = new Claims<string>();
    compile('access', NETWORK, model).claims.forEach(claim => laid.lay(claim, 'policy'));
    return compile('namespaceDefault', NETWORK, { name: 'all', namespace: 'shop', rules: [{ sources: [namespace('ops')], exceptSources: [], ports: [] }] })
      .claims.flatMap(claim => laid.lay(claim, 'default'));
  };

  expect(conflictsOf(denying(OPS, CLIENTS))).toHaveLength(1);
  expect(conflictsOf(policyOf([BY_WEB]))).toEqual([]);
});

test.each<[string, MeshTarget, AccessModel, RegExp]>([
  ['a ServiceAccount out of its namespace', LINKERD, denying({ sources: [account('job', 'ops')] }, OPS),
    /target 'linkerd' cannot express a denial of ServiceAccount 'ops\/job' beside an allowance of namespace 'ops': there are allowances only here, and none is for some clients but others\. Allow only clients that are not denied, each by its name/],
  ['a namespace out of everyone', NETWORK, denying(OPS, { sources: [{ kind: 'anyone' }] }), /a denial of namespace 'ops' beside an allowance of anyone/],
  ['a gateway of which nothing is known', SMI, denying({ sources: [{ kind: 'gateway', name: 'public', namespace: 'ops', pods: {} }] }), /the gateway 'ops\/public'/],
  ['requests by path', LINKERD, denying(by({ path: { type: 'prefix', value: '/admin' } })),
    /requests that are denied, or excepted from what is allowed, by the path '\/admin': Linkerd compares a request as it comes/],
  ['requests by a part of a header', LINKERD, denying(by({ headers: [{ name: 'x-team', type: 'present', value: '' }] })), /by what header 'x-team' holds/],
  ['requests by the header Host, which HTTP/2 does not have', LINKERD, denying(by({ headers: [{ name: 'host', type: 'exact', value: 'x' }] })), /by what header 'host' holds/],
  ['requests by their query', LINKERD, denying(by({ query: [{ name: 'v', type: 'exact', value: '1' }] })), /by query parameter 'v'/],
  ['methods, where none are named', SMI, denying(by({ methods: ['DELETE'] })), /requests but those that are excepted or denied: a TrafficTarget allows requests, and excepts none\. Let `requests` name those that may pass/],
  ['requests', NETWORK, denying(by({ methods: ['DELETE'] }), OPS), /a NetworkPolicy tells ports apart, not requests/],
])('refuses to take out %s', (_, target, model, message) => {
  const { manifests, errors } = compile('access', target, model);

  expect(manifests).toEqual([]);
  expect(errors.join('\n')).toMatch(message);
});
