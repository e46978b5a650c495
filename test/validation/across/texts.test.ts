import * as fc from 'fast-check';
import { giveTexts } from '../../../src/validation/across/texts';

const textless = fc.constantFrom({ toString: null }, { toString: 'a', valueOf: null }, { a: [{ toString: {} }] });

test('whatever JSON has, it has a text, and the same content', () => {
  fc.assert(fc.property(fc.jsonValue(), textless, (json, object) => {
    const value = { json: JSON.parse(JSON.stringify(json)), list: [structuredClone(object)] };
    const before = JSON.stringify(value);
    giveTexts(value);

    expect(() => `${value.json} ${value.list} ${value.list[0]}`).not.toThrow();
    expect(JSON.stringify(value)).toBe(before);
    expect(Object.keys(value.list[0])).toEqual(Object.keys(object));
  }));
});
