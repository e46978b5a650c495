import * as fc from 'fast-check';
import { type Labels, NAME_LABEL, type Requirement, type Selector, selects, selectsNamespace } from '../../src/meaning/selector';

const key = fc.constantFrom('team', 'app', NAME_LABEL);
const value = fc.constantFrom('shop', 'ops');

const requirement = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: fc.uniqueArray(value, { minLength: 1 }) }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
) satisfies fc.Arbitrary<Requirement>;

const selector: fc.Arbitrary<Selector> = fc.record({
  matchLabels: fc.dictionary(key, value, { maxKeys: 2 }), matchExpressions: fc.array(requirement, { maxLength: 2 }),
});
const labels = fc.dictionary(key, value, { maxKeys: 3 });

const ANY_LABELS: readonly Labels[] = [{}, { team: 'shop' }, { team: 'ops' }];

test('a namespace whose labels are unknown is selected if it is whatever they are', () => {
  fc.assert(fc.property(selector, value, (one, name) => {
    const answers = new Set(ANY_LABELS.map(own => selects(one, { labels: { ...own, [NAME_LABEL]: name } })));
    const answer = selectsNamespace(one, undefined, name);
    if (answer !== 'unknown') expect([...answers]).toEqual([answer]);
    if (!/team|app/.test(JSON.stringify(one))) expect(answer).not.toBe('unknown');
  }));
});

describe('of what has some labels at least', () => {
  test('an answer is that for all that has these', () => {
    fc.assert(fc.property(selector, labels, labels, (one, labelsAtLeast, others) => {
      const whole = selects(one, { labels: { ...others, ...labelsAtLeast } });
      expect([whole, 'unknown']).toContain(selects(one, { labelsAtLeast }));
    }));
  });

  test('it is not known where only a label that may be there tells', () => {
    const requirements: readonly Requirement[] = [
      { key: 'team', operator: 'In', values: ['shop'] }, { key: 'team', operator: 'NotIn', values: ['shop'] },
      { key: 'team', operator: 'Exists' }, { key: 'team', operator: 'DoesNotExist' },
    ];
    const asked = (one: Requirement, labelsAtLeast: Labels) => selects({ matchLabels: {}, matchExpressions: [one] }, { labelsAtLeast });

    expect(requirements.map(one => asked(one, { app: 'cart' }))).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(requirements.map(one => asked(one, { team: 'shop' }))).toEqual(['yes', 'no', 'yes', 'no']);
    expect(requirements.map(one => asked(one, { team: 'ops' }))).toEqual(['no', 'yes', 'yes', 'no']);
    expect(selects({ matchLabels: { team: 'shop', app: 'cart' }, matchExpressions: [] }, { labelsAtLeast: { app: 'pay' } })).toBe('no');
    expect(selects({ matchLabels: { team: 'shop' }, matchExpressions: [] }, { labelsAtLeast: { team: 'shop' } })).toBe('yes');
  });
});
