import * as fc from 'fast-check';
import { bookstore } from './bookstore';
import { compiled, writtenBy, writtenInMemory } from './compiled';
import { programs } from './programs';
import { print } from '../../../src/migrate/program';

test('what is printed compiles under strict, and writes what the same program writes in memory', () => {
  const all = [bookstore(), ...fc.sample(programs, 25)];
  const texts = all.map(print);
  const results = compiled(texts);
  const outcomes = results.map(({ errors, js }, i) => {
    expect({ text: texts[i], errors }).toEqual({ text: texts[i], errors: [] });
    const inMemory = writtenInMemory(all[i]);
    expect({ text: texts[i], written: writtenBy(js) }).toEqual({ text: texts[i], written: inMemory });
    return inMemory;
  });

  // What is refused is refused twice, and says nothing of the rest.
  expect(outcomes.filter(outcome => typeof outcome === 'object').length).toBeGreaterThan(outcomes.length / 4);
  expect(Object.keys(outcomes[0])).toEqual(['2-warehouses.k8s.yaml', 'bookstore.k8s.yaml']);
});
