import * as fc from 'fast-check';
import type { AccessRule, Source } from '../../../src/model/access';
import { sourceParts } from '../../../src/model/allowances/source-parts';
import { withoutDenials } from '../../../src/model/allowances/without-denials';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';
import { BY_WEB, policyOf } from '../../models';
import * as generated from '../../oracle/access/arbitraries';
import { allowedByIntent, isSource } from '../../oracle/access/intent';

const account = (name: string, namespace = 'shop'): Source => ({ kind: 'serviceAccount', name, namespace });
const request = (match: Partial<RequestMatch>): RequestMatch => ({ ...ANY_REQUEST, ...match });
const [web, job] = [account('web'), account('job')];

/** What is left of one rule beside one denial. */
function left(rule: Partial<AccessRule>, denial: Partial<AccessRule>) {
  const rest = withoutDenials(policyOf([{ ...BY_WEB, ...rule }], { denials: [{ ...BY_WEB, ...denial }] }));
  return 'rules' in rest ? rest.rules.map(({ sources, requests, exceptRequests }) => ({ sources, requests, exceptRequests })) : rest;
}

describe('what is denied is taken out of what is allowed', () => {
  const all = { requests: [], exceptRequests: [] };

  test.each<[string, Source[], Source[], Source[]]>([
    ['a ServiceAccount, of several', [job, web], [web], [job]],
    ['a ServiceAccount, by its namespace', [account('job', 'ops'), web], [{ kind: 'namespace', name: 'ops' }], [web]],
    ['identities, where any are denied', [web], [{ kind: 'anyAuthenticated' }], []],
    ['pods, by one of their labels', [{ kind: 'pods', labels: { app: 'a', tier: 'x' }, namespace: 'shop' }], [{ kind: 'pods', labels: { tier: 'x' }, namespaceLabels: {} }], []],
    ['addresses, out of a block', [{ kind: 'ipBlock', cidr: '192.0.2.0/24', except: [] }], [{ kind: 'ipBlock', cidr: '192.0.2.8/29', except: ['192.0.2.9/32'] }],
      [{ kind: 'ipBlock', cidr: '192.0.2.0/24', except: ['192.0.2.8/29'] }, { kind: 'ipBlock', cidr: '192.0.2.9/32', except: [] }]],
  ])('%s', (_, sources, denied, rest) => {
    expect(left({ sources }, { sources: denied })).toEqual(rest.length === 0 ? [] : [{ ...all, sources: rest }]);
  });

  test.each<[string, Source, Source]>([
    ['a ServiceAccount out of its namespace', { kind: 'namespace', name: 'shop' }, web],
    ['identities out of addresses', { kind: 'ipBlock', cidr: '192.0.2.0/24', except: [] }, web],
    ['one identity out of all', { kind: 'anyAuthenticated' }, web],
    ['a ServiceAccount out of what may be its SPIFFE id', { kind: 'spiffeId', id: 'spiffe://example.org/ns/shop/sa/web' }, web],
    ['addresses of IPv4 out of what may hold them', { kind: 'ipBlock', cidr: '::/0', except: [] }, { kind: 'ipBlock', cidr: '192.0.2.0/24', except: [] }],
  ])('not %s', (_, allowed, denied) => {
    expect(left({ sources: [allowed] }, { sources: [denied] })).toEqual([{ of: 'clients', allowed, denied }]);
  });

  test('all but some clients are denied: they stay', () => {
    expect(left({ sources: [job, web] }, { sources: [{ kind: 'anyAuthenticated' }], exceptSources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }] }))
      .toEqual([{ ...all, sources: [web] }]);
  });

  test('methods, of those that are named', () => {
    expect(left({ requests: [request({ methods: ['DELETE', 'GET'] })] }, { sources: [{ kind: 'anyone' }], requests: [request({ methods: ['DELETE'] })] }))
      .toEqual([{ sources: [web], requests: [request({ methods: ['GET'] })], exceptRequests: [] }]);
  });

  test('other requests stay, as exceptions', () => {
    const deleting = request({ methods: ['DELETE'] });
    expect(left({}, { sources: [{ kind: 'anyone' }], requests: [deleting] })).toEqual([{ sources: [web], requests: [], exceptRequests: [deleting] }]);
  });

  test('all but some requests are denied: they stay', () => {
    const health = request({ path: { type: 'exact', value: '/healthz' } });
    expect(left({}, { sources: [web], exceptRequests: [health] })).toEqual([{ sources: [web], requests: [health], exceptRequests: [] }]);
  });

  test('a path that is spelled otherwise is not apart from what is denied; one as it is written is', () => {
    const admin = request({ path: { type: 'prefix', value: '/admin' } });
    const cart = request({ path: { type: 'exact', value: '/cart' } });
    const spelled = request({ path: { type: 'exact', value: '/%61dmin' } });
    expect(left({ requests: [cart] }, { requests: [admin] })).toEqual([{ sources: [web], requests: [cart], exceptRequests: [] }]);
    expect(left({ requests: [spelled] }, { requests: [admin] })).toEqual([{ sources: [web], requests: [spelled], exceptRequests: [admin] }]);
  });

  test('a policy without denials is the same one', () => {
    const model = policyOf([BY_WEB]);
    expect(withoutDenials(model)).toBe(model);
  });

  test('denials that stand alone stay', () => {
    const model = policyOf([], { denials: [BY_WEB], leavesRest: true });
    expect(withoutDenials(model)).toBe(model);
  });
});

const POLICY = generated.policies(feature => feature !== 'LoneDenial' && feature !== 'Audit' && !feature.startsWith('EndUser'), {
  pods: generated.PODS.slice(0, 1),
}).map(([model]) => model);

test('it lets in whom the policy with its denials lets in', () => {
  const counts = { divided: 0, denied: 0 };
  fc.assert(fc.property(POLICY.filter(({ denials }) => denials.length > 0).chain(model => fc.record({
    model: fc.constant(model), requests: fc.array(generated.request([model], { mesh: true, nodes: true }), { minLength: 20, maxLength: 20 }),
  })), ({ model, requests }) => {
    const rest = withoutDenials(model);
    if (!('rules' in rest)) {
      return;
    }
    counts.divided++;
    expect(rest.denials).toEqual([]);
    for (const one of requests) {
      const written = allowedByIntent(model, one);
      counts.denied += Number(!written && allowedByIntent({ ...model, denials: [] }, one));
      expect({ one, rest, allowed: allowedByIntent(rest, one) }).toEqual({ one, rest, allowed: written });
    }
  }), { numRuns: 400 });
  expect(counts.divided).toBeGreaterThan(40);
  expect(counts.denied).toBeGreaterThan(5);
}, 60_000);

test('the parts of a source are its clients, each in one of them', () => {
  let parted = 0;
  const sources = POLICY.map(({ rules, denials }) => [...rules, ...denials].flatMap(rule => rule.sources)).filter(all => all.length > 1);
  fc.assert(fc.property(sources, POLICY.chain(model => generated.request([model], { mesh: true, nodes: true })), ([one, other], { client }) => {
    const parts = sourceParts(one, other);
    if (parts !== undefined) {
      parted++;
      const isAny = (all: readonly Source[]) => all.some(source => isSource(source, client));
      const [of, ofOther] = [isSource(one, client), isSource(other, client)];
      expect([isAny(parts.common), isAny(parts.rest)]).toEqual([of && ofOther, of && !ofOther]);
    }
  }), { numRuns: 2000 });
  expect(parted).toBeGreaterThan(250);
});
