import * as fc from 'fast-check';
import type { Client } from '../../src/meaning/call';
import { ALWAYS, type Condition, NEVER } from '../../src/meaning/condition';
import { type Branch, isUndecided, type Verdict } from '../../src/meaning/decision';
import { gatesOut } from '../../src/meaning/leaving';
import { pass } from '../../src/meaning/passage';
import type { Gate, Passage } from '../../src/meaning/world';

const place = { file: 'a.yaml', line: 1, path: '' };
const source = { kind: 'VirtualService', name: 'a', place };
const client: Client = { kind: 'pod', namespace: 'shop', meshed: true };
const CALL = { client, pod: { namespace: 'shop' }, outside: { host: 'api.example.com' }, port: 80, protocol: 'HTTP' as const };

type Value = Passage | 'elsewhere' | 'unknown';
const verdict = (value: Value): Verdict<Passage> =>
  ({ value: value === 'elsewhere' ? { unknown: 'elsewhere', isElsewhere: true } : value === 'unknown' ? { unknown: 'unknown' } : value, why: '' });
const CONDITIONS: readonly Condition[] = [ALWAYS, NEVER];

interface Said { readonly holds: boolean; readonly then: Value; readonly isNested: boolean }

const value = fc.constantFrom<Value>('allowed', 'denied', 'elsewhere', 'unknown');
const said = fc.record<Said>({ holds: fc.boolean(), then: value, isNested: fc.boolean() });
const decided = fc.record({ branches: fc.array(said, { maxLength: 3 }), otherwise: fc.constantFrom<Value>('allowed', 'denied') });

function gate({ branches, otherwise }: { readonly branches: readonly Said[]; readonly otherwise: Value }, layer?: Gate['layer']): Gate {
  const branchOf = ({ holds, then, isNested }: Said): Branch<Passage> => {
    const when = CONDITIONS[holds ? 0 : 1];
    return { when, source, then: isNested ? { branches: [{ when: NEVER, then: verdict('denied'), source }], otherwise: verdict(then) } : verdict(then) };
  };
  return { title: 'a', decision: { branches: branches.map(branchOf), otherwise: verdict(otherwise) }, ...(layer && { layer }) };
}

const passing = (...gates: Gate[]) => {
  const all = gatesOut(gates.map(one => ({ title: 'a', reading: { leaving: () => [one] } })), client, { isOutside: true, protocol: 'HTTP' });
  const { passage } = pass(all, CALL);
  return isUndecided(passage) ? 'unknown' : passage;
};

test('what the network says of the place that was called counts for calls that a proxy sends there, and for no others', () => {
  const network = fc.constantFrom<Passage>('allowed', 'denied');
  fc.assert(fc.property(decided, network, (one, layer) => {
    const told = one.branches.find(({ holds }) => holds)?.then ?? one.otherwise;
    const wanted = told === 'denied' || (told !== 'elsewhere' && layer === 'denied') ? 'denied' : told === 'allowed' ? 'allowed' : 'unknown';
    expect(passing(gate(one), gate({ branches: [], otherwise: layer }, 'networkOfClient'))).toBe(wanted);
  }));
});

test('several proxies may send a call elsewhere', () => {
  const elsewhere = gate({ branches: [{ holds: true, then: 'elsewhere', isNested: false }], otherwise: 'allowed' });
  const closed = gate({ branches: [], otherwise: 'denied' }, 'networkOfClient');
  const others = gate({ branches: [{ holds: false, then: 'elsewhere', isNested: true }], otherwise: 'allowed' });

  expect([passing(others, elsewhere, closed), passing(elsewhere, others, closed), passing(others, closed), passing(elsewhere, gate({ branches: [], otherwise: 'denied' }))])
    .toEqual(['unknown', 'unknown', 'denied', 'denied']);
});
