import type { Condition } from '../../src/meaning/condition';
import { passable } from '../../src/meaning/reach';
import { exactly } from '../../src/meaning/text';
import type { Gate, Passage } from '../../src/meaning/world';

const PLACE = { file: 'a.yaml', line: 1, path: 'spec' };
const SOURCE = { kind: 'Policy', name: 'p', place: PLACE };
const GET: Condition = { type: 'method', is: exactly('GET') };
const WEB: Condition = { type: 'certificate', serviceAccount: exactly('web') };

const gate = (when: Condition, value: Passage, otherwise: Passage, layer?: Gate['layer']): Gate => ({
  title: 'a gate', layer, decision: { branches: [{ when, then: { value, why: '' }, source: SOURCE }], otherwise: { value: otherwise, why: '' } },
});

const reach = (...gates: Gate[]) => passable(gates, ({ type }) => type === 'certificate' ? 'yes' : 'unknown').reach;

test('what passes is the least that a gate lets pass', () => {
  const [open, some, shut] = [gate(WEB, 'allowed', 'denied'), gate(GET, 'allowed', 'denied'), gate(WEB, 'denied', 'allowed')];
  expect([reach(), reach(open), reach(some), reach(shut)]).toEqual(['all', 'all', 'some', 'none']);
  expect([reach(open, some), reach(some, shut), reach(open, shut)]).toEqual(['some', 'none', 'none']);
});

test('what is not known of a client, or not understood, leaves it unknown', () => {
  const doubt: Condition = { type: 'unknown', why: 'it is not known here', place: PLACE };
  const address: Condition = { type: 'address', within: '10.0.0.0/8', except: [] };
  expect([reach(gate(doubt, 'allowed', 'denied')), reach(gate({ type: 'all', of: [GET, address] }, 'allowed', 'denied'))]).toEqual(['unknown', 'unknown']);
  expect(reach(gate(doubt, 'allowed', 'denied'), gate(WEB, 'denied', 'allowed'))).toBe('none');
});

test('of a layer, one open gate is enough', () => {
  expect(reach(gate(WEB, 'allowed', 'denied', 'network'), gate(GET, 'allowed', 'denied', 'network'))).toBe('all');
  expect(reach(gate(GET, 'allowed', 'denied', 'network'), gate(WEB, 'denied', 'allowed', 'network'))).toBe('unknown');
});

test('of two layers, each has to be open', () => {
  const [all, none] = [gate(WEB, 'allowed', 'denied', 'network'), gate(WEB, 'denied', 'denied', 'networkOfClient')];
  expect([reach(all, none), reach(all, gate(GET, 'allowed', 'denied', 'networkOfClient'))]).toEqual(['none', 'some']);
});

test('what stands behind a rule that always holds says nothing', () => {
  const { decision: inner } = gate(GET, 'allowed', 'denied');
  const nested = (then: Gate['decision']): Gate => ({
    title: 'a gate', decision: { branches: [{ when: WEB, then, source: SOURCE }], otherwise: { value: 'denied', why: '', source: SOURCE } },
  });
  expect(reach(nested({ ...inner, otherwise: { value: 'allowed', why: '' } }))).toBe('all');
  expect(reach(nested(inner))).toBe('some');
});

test('a rule says what requests have to be like, and who lets them in', () => {
  const { rules } = passable([gate({ type: 'all', of: [WEB, GET] }, 'allowed', 'denied')], () => 'yes');
  expect(rules).toEqual([{ when: GET, source: SOURCE }]);
  expect(passable([gate(WEB, 'denied', 'allowed')], () => 'yes').rules).toEqual([]);
});
