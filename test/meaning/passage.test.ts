import * as fc from 'fast-check';
import { ALWAYS, type Condition, NEVER } from '../../src/meaning/condition';
import { isUndecided } from '../../src/meaning/decision';
import { pass } from '../../src/meaning/passage';
import type { Gate, Passage } from '../../src/meaning/world';

const place = { file: 'a.yaml', line: 1, path: '' };
const source = { kind: 'Policy', name: 'a', place };
const CONDITIONS: Record<string, Condition> = { yes: ALWAYS, no: NEVER, unknown: { type: 'unknown', why: 'a', place } };
const CALL = {
  client: { kind: 'outside', meshed: false } as const,
  pod: { namespace: 'shop' },
  port: 80,
  protocol: 'HTTP' as const,
  request: { method: 'GET', path: '/a', headers: {}, query: { a: '1', b: '2' } },
};

interface Said { readonly when: string; readonly then: Passage }
interface Layered { readonly branches: readonly Said[]; readonly otherwise: Passage }

const passage = fc.constantFrom<Passage>('allowed', 'denied');
const layered = fc.record<Layered>({
  branches: fc.array(fc.record({ when: fc.constantFrom('yes', 'no', 'unknown'), then: fc.constant<Passage>('allowed') }), { maxLength: 2 }), otherwise: passage,
});

function gateOf({ branches, otherwise }: Layered, layer?: Gate['layer']): Gate {
  return {
    title: 'a',
    decision: { branches: branches.map(({ when, then }) => ({ when: CONDITIONS[when], then: { value: then, why: '' }, source })), otherwise: { value: otherwise, why: '' } },
    ...(layer !== undefined && { layer }),
  };
}

const passing = (gates: readonly Gate[]) => {
  const { passage: found } = pass(gates, CALL);
  return isUndecided(found) ? 'unknown' : found;
};

/** What a layer says, if all of it is known: a call passes that any rule allows, or that nobody denies. */
function layerSays(all: readonly Layered[]): Passage {
  const allowing = all.some(({ branches }) => branches.some(({ when }) => when === 'yes'));
  return allowing || all.every(({ otherwise }) => otherwise === 'allowed') ? 'allowed' : 'denied';
}

/** Everything that may be true. */
function worlds(all: readonly Layered[]): Layered[][] {
  return all.reduce<Layered[][]>((before, one) => before.flatMap(some => one.branches
    .reduce<Said[][]>((lists, said) => lists.flatMap(list => (said.when === 'unknown' ? ['yes', 'no'] : [said.when]).map(when => [...list, { ...said, when }])), [[]])
    .map(branches => [...some, { ...one, branches }])), [[]]);
}

test('gates of one layer add up: a call passes that any of them allows, and it is known where all that may be true says the same', () => {
  const seen = { allowed: 0, denied: 0, unknown: 0 };
  fc.assert(fc.property(fc.array(layered, { minLength: 1, maxLength: 3 }), all => {
    const possible = new Set(worlds(all).map(layerSays));
    const answer = passing(all.map(one => gateOf(one, 'network')));
    seen[answer]++;
    expect(answer).toBe(possible.size === 1 ? [...possible][0] : 'unknown');
  }), { numRuns: 1000 });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
});

test('other gates have to let a call pass, all of them', () => {
  const shut = { branches: [], otherwise: 'denied' as const };
  const open = { branches: [], otherwise: 'allowed' as const };
  const doubtful = { branches: [{ when: 'unknown', then: 'denied' as const }], otherwise: 'allowed' as const };

  expect(passing([gateOf(open), gateOf(open, 'network')])).toBe('allowed');
  expect(passing([gateOf(open), gateOf(shut)])).toBe('denied');
  expect(passing([gateOf(shut), gateOf({ branches: [{ when: 'yes', then: 'allowed' }], otherwise: 'denied' }, 'network')])).toBe('denied');
  expect(passing([gateOf(doubtful), gateOf(open, 'network')])).toBe('unknown');
  expect(passing([gateOf(doubtful), gateOf(shut, 'network')])).toBe('denied');
});

test('what leaves a client and what comes to a pod are two layers, and a call has to pass both', () => {
  const open = { branches: [{ when: 'yes', then: 'allowed' as const }], otherwise: 'denied' as const };
  const shut = { branches: [], otherwise: 'denied' as const };

  expect(passing([gateOf(open, 'networkOfClient'), gateOf(open, 'network')])).toBe('allowed');
  expect(passing([gateOf(open, 'networkOfClient'), gateOf(shut, 'network')])).toBe('denied');
  expect(passing([gateOf(shut, 'networkOfClient'), gateOf(open, 'network')])).toBe('denied');
});

test('the target of a request has its query', () => {
  const asking = (value: string) => pass([gateOf({ branches: [], otherwise: 'allowed' }), {
    title: 'b',
    decision: {
      branches: [{ when: { type: 'target', is: { type: 'exact', value } }, then: { value: 'allowed', why: '' }, source }], otherwise: { value: 'denied', why: '' },
    },
  }], CALL).passage;

  expect([asking('/a?a=1&b=2'), asking('/a')]).toEqual(['allowed', 'denied']);
});
