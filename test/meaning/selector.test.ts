import * as fc from 'fast-check';
import { type Labels, NAME_LABEL, type Requirement, type Selector, selects, selectsNamespace } from '../../src/meaning/selector';

const key = fc.constantFrom('team', NAME_LABEL);
const value = fc.constantFrom('shop', 'ops');

const requirement = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: fc.uniqueArray(value, { minLength: 1 }) }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
) satisfies fc.Arbitrary<Requirement>;

const selector: fc.Arbitrary<Selector> = fc.record({
  matchLabels: fc.dictionary(key, value, { maxKeys: 2 }), matchExpressions: fc.array(requirement, { maxLength: 2 }),
});

const ANY_LABELS: readonly Labels[] = [{}, { team: 'shop' }, { team: 'ops' }];

test('a namespace whose labels are unknown is selected if it is whatever they are', () => {
  fc.assert(fc.property(selector, value, (one, name) => {
    const answers = new Set(ANY_LABELS.map(labels => selects(one, { ...labels, [NAME_LABEL]: name })));
    const answer = selectsNamespace(one, undefined, name);
    if (answer !== 'unknown') expect([...answers]).toEqual([answer]);
    if (!JSON.stringify(one).includes('team')) expect(answer).not.toBe('unknown');
  }));
});
