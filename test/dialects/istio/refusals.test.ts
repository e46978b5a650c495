import { policy, rule, sentences, WEB } from './models';
import { limitRefusals, valueRefusals } from '../../../src/dialects/istio/refusals';
import type { RequestMatch } from '../../../src/model/match';
import { ANY_REQUEST } from '../../../src/model/match';

const asking = (match: Partial<RequestMatch>) => sentences(valueRefusals([rule([WEB], { requests: [{ ...ANY_REQUEST, ...match }] })]));
const WILDCARD = "an AuthorizationPolicy reads '*' at either end as a wildcard, and cannot match the character itself. Leave the match out for this target";

test.each(['exact', 'prefix'] as const)('a star at the end of an %s path would be a wildcard', type => {
  expect(asking({ path: { type, value: '/a*' } })).toEqual([`the path '/a*': ${WILDCARD}`]);
  expect(asking({ path: { type, value: '/a*b' } })).toEqual([]);
});

test('a star at either end of a header value would be a wildcard', () => {
  for (const value of ['*', '*a', 'a*']) {
    expect(asking({ headers: [{ name: 'x', type: 'exact', value }] })).toEqual([`the header value '${value}': ${WILDCARD}`]);
  }
  expect(asking({ headers: [{ name: 'x', type: 'exact', value: 'a*b' }, { name: 'y', type: 'present', value: '' }] })).toEqual([]);
  expect(asking({ headers: [{ name: 'x', type: 'start', value: '*a' }] })).toEqual([`the header value '*a': ${WILDCARD}`]);
  expect(asking({ headers: [{ name: 'x', type: 'start', value: 'a*' }, { name: 'y', type: 'end', value: '*a*' }] })).toEqual([]);
});

test('the proxy reads templates that have fewer characters than paths', () => {
  for (const value of ['/a=b/{*}', '/a*b/{*}', '/{*}/*']) {
    expect(asking({ path: { type: 'template', value } })[0])
      .toBe(`the path template '${value}': the proxy takes no '*' and no '=' in the elements of a template. Leave the match out for this target`);
  }
  expect(asking({ path: { type: 'template', value: '/a/{*}/b;v:1/{*}/' } })).toEqual([]);
  expect(asking({ path: { type: 'template', value: '/a/{*}/b/{**}/c' } })).toEqual([]);
});

test('limits of the CRD are refused, not exceeded', () => {
  const account = (n: number) => ({ kind: 'ipBlock' as const, cidr: `10.0.${Math.floor(n / 256)}.${n % 256}/32`, except: [] });
  const accounts = (n: number) => Array.from({ length: n }, (_, i) => account(i));
  const header = (value: string): RequestMatch => ({ ...ANY_REQUEST, headers: [{ name: 'x', type: 'exact', value }] });
  const headers = (n: number) => Array.from({ length: n }, (_, i) => header(String(i)));

  expect(limitRefusals(policy(rule(accounts(512), { requests: headers(512) })))).toEqual([]);
  expect(sentences(limitRefusals(policy(rule([WEB], { requests: headers(513) })))))
    .toEqual(['513 rules, one per match with headers: the CRD of AuthorizationPolicy allows 512. Allow the same with fewer, wider matches']);
  expect(sentences(limitRefusals({ rules: [], denials: [rule(accounts(513))] })))
    .toEqual(['513 sources in one allowance: the CRD of AuthorizationPolicy allows 512. Allow the same with fewer, wider matches']);
});
