import * as fc from 'fast-check';
import { consulAccess } from '../../../src/dialects/consul/access';
import type { ConsulNamespaces } from '../../../src/dialects/consul/services';
import type { AccessModel } from '../../../src/model/access';
import { isAnyRequest } from '../../../src/model/match';
import { expectValid } from '../../schema';
import { ofKind } from '../../setup';
import type { Call, Client } from '../meaning';
import { access, applied, call, client, clients, match, mayCall, web } from '../meaning';

/** As Consul decides: the best entry, in it the first permission. What nothing decides is let in, as it may be configured. */
function decides(manifests: readonly any[], { namespace, name }: Client, { method, path, headers }: Call): boolean {
  const [{ spec }] = ofKind(manifests, 'ServiceIntentions');
  const [entry] = [[name, namespace], ['*', namespace], ['*', '*'], [name, undefined], ['*', undefined]].flatMap(([wanted, where]) =>
    spec.sources.filter((source: any) => source.name === wanted && source.namespace === where));
  const matches = ({ http }: any) => (http.methods === undefined || http.methods.includes(method))
    && (http.pathExact === undefined || path === http.pathExact)
    && (http.pathPrefix === undefined || path.startsWith(http.pathPrefix))
    && (http.pathRegex === undefined || new RegExp(`^(?:${http.pathRegex})$`).test(path))
    && (http.header ?? []).every((h: any) => h.name in headers && (h.present
      || (h.exact !== undefined ? headers[h.name] === h.exact : new RegExp(`^(?:${h.regex})$`).test(headers[h.name]))));
  const action = entry?.action ?? entry?.permissions.find(matches)?.action ?? 'allow';
  return action === 'allow';
}

const models: fc.Arbitrary<AccessModel> = fc.array(fc.record({ who: clients, requests: fc.array(match, { maxLength: 2 }) }), { maxLength: 4 })
  .map(rules => access(rules.map(({ who, requests }) => ({ ...web, ...who, requests: requests.filter(m => !isAnyRequest(m)) }))));

function isExact(namespaces: ConsulNamespaces): void {
  let rendered = 0;
  const dialect = consulAccess(namespaces);
  fc.assert(fc.property(models, fc.array(fc.tuple(client, call), { minLength: 20, maxLength: 30 }), (model, calls) => {
    const accounts = model.rules.flatMap(rule => [...rule.sources, ...rule.exceptSources]);
    if (dialect.render(model).refusals.length > 0 || (namespaces === 'single' && accounts.some(({ kind }) => kind === 'namespace'))) {
      return;
    }
    rendered++;
    const manifests = applied(dialect.render(model).manifests);
    expectValid(...manifests);
    // Whoever says that namespaces share one makes sure that a name stands for one ServiceAccount.
    const unique = (c: Client) => namespaces === 'mirrored'
      || accounts.every(source => source.kind !== 'serviceAccount' || source.name !== c.name || source.namespace === c.namespace);
    calls.filter(([c]) => unique(c)).forEach(([c, one]) => expect(decides(manifests, c, one)).toBe(mayCall(model, c, 8080, one)));
  }), { numRuns: 500 });
  expect(rendered).toBeGreaterThan(30);
}

test('lets in what the policy allows and nothing else, by itself', () => {
  isExact('mirrored');
});

test('lets in what the policy allows and nothing else, where namespaces share one', () => {
  isExact('single');
});

test('every source and the destination say their namespace, where Consul has namespaces', () => {
  const [{ spec }] = consulAccess('mirrored').render(access([web])).manifests as any[];

  expect(spec.destination).toEqual({ name: 'cart', namespace: 'shop' });
  expect(spec.sources).toEqual([
    { name: 'web', namespace: 'shop', action: 'allow' },
    { name: '*', namespace: '*', action: 'deny' },
  ]);
});

test('none says a namespace, where Consul has none: its webhook would refuse it', () => {
  const [{ spec }] = consulAccess('single').render(access([web])).manifests as any[];

  expect(spec).toEqual({ destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow' }, { name: '*', action: 'deny' }] });
});

test('a source that is mentioned twice has one entry: Consul refuses a second one', () => {
  const job = { kind: 'serviceAccount', name: 'job', namespace: 'shop' } as const;
  const [{ spec }] = consulAccess('mirrored').render(access([web, { ...web, sources: [...web.sources, job] }])).manifests as any[];

  const keys = spec.sources.map(({ name, namespace }: any) => `${namespace}/${name}`);
  expect(keys).toEqual([...new Set(keys)]);
});
