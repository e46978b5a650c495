import * as fc from 'fast-check';
import type { Call } from '../../src/meaning/call';
import { type Condition, isTrue } from '../../src/meaning/condition';
import { decide, type Decision } from '../../src/meaning/decision';
import { forClient, isAlways, isNever, isOfRequests } from '../../src/meaning/restrict';
import { exactly } from '../../src/meaning/text';
import type { Passage } from '../../src/meaning/world';

const PLACE = { file: 'a.yaml', line: 1, path: '' };
const SOURCE = { kind: 'Policy', name: 'p', place: PLACE };

const { condition } = fc.letrec<{ condition: Condition }>(tie => ({
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constantFrom('web', 'job').map((name): Condition => ({ type: 'certificate', serviceAccount: exactly(name) })),
    fc.constantFrom('web', 'ops').map((name): Condition => ({ type: 'pod', namespace: exactly(name) })),
    fc.constant<Condition>({ type: 'address', within: '10.0.0.0/8', except: [] }),
    fc.constantFrom('GET', 'POST').map((method): Condition => ({ type: 'method', is: exactly(method) })),
    fc.constant<Condition>({ type: 'path', is: { type: 'prefix', value: '/api' } }),
    fc.constant<Condition>({ type: 'unknown', why: 'it is not known here', place: PLACE }),
    fc.array(tie('condition'), { maxLength: 3 }).map((of): Condition => ({ type: 'all', of })),
    fc.array(tie('condition'), { maxLength: 3 }).map((of): Condition => ({ type: 'any', of })),
    tie('condition').map((of): Condition => ({ type: 'not', of })),
  ),
}));

const verdict = fc.constantFrom<Passage>('allowed', 'denied').map(value => ({ value, why: value }));

const { decision } = fc.letrec<{ decision: Decision<Passage> }>(tie => ({
  decision: fc.record({
    branches: fc.array(fc.record({
      when: condition, source: fc.constant(SOURCE), then: fc.oneof({ maxDepth: 1 }, verdict, tie('decision')),
    }), { maxLength: 4 }),
    otherwise: verdict,
  }),
}));

const call = fc.record({
  namespace: fc.constantFrom('web', 'ops'),
  serviceAccount: fc.constantFrom('web', 'job', undefined),
  address: fc.constantFrom('10.0.0.1', undefined),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/api/x', '/'),
  meshed: fc.constantFrom(true, false, undefined),
})
  .map(({ method, path, ...client }): Call => ({
    client: { kind: 'pod', ...client }, pod: { namespace: 'shop' }, port: 80, protocol: 'HTTP', request: { method, path, headers: {}, query: {} },
  }));

test('what is decided for one client is what is decided', () => {
  fc.assert(fc.property(decision, call, (whole, one) => {
    const left = forClient(whole, atom => isTrue(atom, one));
    const values = (some: Decision<Passage>) => decide(some, one).verdicts.map(({ value }) => value).sort();
    expect(values(left)).toEqual(values(whole));
  }), { numRuns: 2000 });
});

test('of what is said of a client, only what is not known of it is left', () => {
  fc.assert(fc.property(decision, call, (whole, one) => {
    const isLeft = (some: Condition): boolean => some.type === 'all' || some.type === 'any' ? some.of.every(isLeft)
      : some.type === 'not' ? isLeft(some.of) : isOfRequests(some) || isTrue(some, one) === 'unknown';
    const check = ({ branches }: Decision<Passage>): void => branches.forEach(({ when, then }, i) => {
      expect(isLeft(when)).toBe(true);
      expect(isNever(when)).toBe(false);
      if (i < branches.length - 1) expect(isAlways(when)).toBe(false);
      if ('branches' in then) check(then);
    });
    check(forClient(whole, atom => isTrue(atom, one)));
  }), { numRuns: 500 });
});
