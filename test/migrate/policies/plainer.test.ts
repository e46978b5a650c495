import { CASES, clusterOf } from './cases';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { documentsIn } from '../../../src/manifests/documents';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import { print } from '../../../src/migrate/program';
import type { TargetName } from '../../../src/migrate/targets';

/** Targets differ in the words that they have for a path or a header. */

function moved(from: OldMesh, target: TargetName, ...manifests: readonly object[]): Moved {
  const documents = [...documentsIn('old.json', [...clusterOf(CASES[from]), ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
  return movePolicies(documents, { from, targets: [target], unsaid: 'denied' }, { difference: differenceLine, unsure: unsureLine });
}

const paths = (all: Moved): string[] => print(all.program).match(/HttpMatch\.of\(.*\)(?=[,\]])/g) ?? [];
const verdict = ({ judged }: Moved) => [judged.at(-1)!].map(({ verdict: one, reasons }) => [one, ...reasons.map(({ message }) => message)].join(': ')).join();

const ofIstio = (operation: object) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'cart' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation }] }] },
});

const HTTP = { apiVersion: 'consul.hashicorp.com/v1alpha1', kind: 'ServiceDefaults', metadata: { name: 'cart', namespace: 'shop' }, spec: { protocol: 'http' } };

const ofConsul = (http: object) => ({
  apiVersion: 'consul.hashicorp.com/v1alpha1',
  kind: 'ServiceIntentions',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { destination: { name: 'cart', namespace: 'shop' }, sources: [{ name: 'web', namespace: 'shop', permissions: [{ action: 'allow', http }] }] },
});

const TEMPLATES = ofIstio({ paths: ['/carts/{*}/items', '/api/{*}/{**}'] });

test.each<TargetName>(['istio', 'istio-ambient'])('templates of Istio stay templates in %s', target => {
  expect(paths(moved('istio', target, TEMPLATES)).join(', ')).toBe("HttpMatch.of({ pathTemplate: '/carts/{id}/items' }), HttpMatch.of({ pathTemplate: '/api/{id}/{**}' })");
});

test('the proxies of one mesh take the same for an element', () => {
  const all = moved('istio', 'istio', TEMPLATES);

  expect(verdict(all)).toBe('same');
  expect(all.compared.flatMap(({ differences, unsure }) => [...differences, ...unsure])).toEqual([]);
});

test('elsewhere they are the expressions that hold for no more than every proxy takes', () => {
  const all = moved('istio', 'linkerd', ofIstio({ paths: ['/carts/{*}'] }));

  expect(print(all.program)).toMatch(/TODO old.json:.*path expression '\/carts\/\[a-zA-Z0-9/);
});

test.each<[what: string, rule: object, words: string[]]>([
  ['paths', { pathRegex: '/(cart|items)' }, ["HttpMatch.of({ path: '/cart' }), HttpMatch.of({ path: '/items' })"]],
  ['starts of paths', { pathRegex: '/(cart|items)/.*', methods: ['GET'] }, [
    "HttpMatch.of({ methods: ['GET'], pathStartsWith: '/cart/' })", "HttpMatch.of({ methods: ['GET'], pathStartsWith: '/items/' })",
  ]],
  ['values of headers', { pathExact: '/cart', header: [{ name: 'x-v', regex: 'v[12]' }] }, [
    "HttpMatch.of({ path: '/cart', headers: { 'x-v': StringMatch.exact('v1') } })", "HttpMatch.of({ path: '/cart', headers: { 'x-v': StringMatch.exact('v2') } })",
  ]],
])('few %s in an expression are said one by one where there are no expressions', (_, rule, words) => {
  const all = moved('consul', 'istio', HTTP, ofConsul(rule));

  expect(paths(all).join(', ')).toBe(words.join(', '));
});

test('an expression that nothing else says is named', () => {
  const all = moved('consul', 'istio', HTTP, ofConsul({ pathRegex: '/cart/[0-9]+' }));

  expect(verdict(all)).toMatch(/^narrower: MESH2002: target 'istio' cannot express regular expression matches on the path/);
});

describe('where a target knows clients by their identities, those that have one get in, of anyone', () => {
  const kuma = (...manifests: readonly object[]) => {
    const documents = [...documentsIn('old.json', [...clusterOf(CASES.istio), ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
    return movePolicies(documents, { from: 'istio', targets: ['kuma'], trustDomain: 'td' }, { difference: differenceLine, unsure: unsureLine });
  };
  const ofAll = { ...ofIstio({}), spec: { selector: { matchLabels: { app: 'cart' } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] } };

  test('as a policy says', () => {
    const all = kuma(ofAll);

    expect(print(all.program)).toContain('allow: [{ sources: [Identity.anyAuthenticated()]');
    expect(verdict(all)).toMatch(/^narrower: MESH2002: target 'kuma' cannot express anyone as a source, even without an identity: /);
    expect(all.compared.flatMap(({ differences }) => differences.map(({ kind }) => kind))).not.toContain('wider');
  });

  test('where no policy says anything, and the new mesh denies what none allows', () => {
    const all = kuma();
    const denied = all.compared.flatMap(({ differences }) => differences.filter(({ kind, to }) => kind === 'narrower' && to.type === 'pods' && to.port.entrances.length > 0).flatMap(({ crowd: { clients } }) => clients));

    expect(print(all.program)).toContain('allow: [{ sources: [Identity.anyAuthenticated()] }]');
    expect(denied.length).toBeGreaterThan(0);
    expect(denied.filter(({ kind, meshed }) => kind === 'pod' && meshed)).toEqual([]);
  });
});

test('what is refused of the pods themselves is said, and not what is refused of their clients', () => {
  const manifests = clusterOf(CASES.istio).map(one => JSON.parse(JSON.stringify(one).replaceAll('"serviceAccountName":"cart"', '"serviceAccountName":"carts"')) as object);
  const documents = [...documentsIn('old.json', manifests.map(one => JSON.stringify(one)).join('\n---\n'))];
  const { program } = movePolicies(documents, { from: 'istio', targets: ['consul'], consulNamespaces: 'SINGLE' }, { difference: differenceLine, unsure: unsureLine });

  expect(print(program)).toContain("a policy for 'cart', whose pods run as 'carts': pods register in Consul");
});
