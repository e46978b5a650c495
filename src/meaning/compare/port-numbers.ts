import type { Half } from './half';

/** No part of a name, nor of an address. */
const NUMBER = /(?<![\w.]|[A-Za-z_]-)[0-9]{1,5}(?![\w.])/g;
const DIGIT = /[0-9]/;

/** Numbers in policies may be of ports; between two of them, all ports are the same to them. Most policies are the same on both sides. */
export function portNumbers(before: Half, after: Half): number[] {
  return numbersIn(new Set([...before.policies(), ...after.policies()]));
}

export function numbersIn(policies: Iterable<unknown>): number[] {
  const numbers = new Set([1]);
  for (const policy of policies) addNumbers(policy, numbers);
  return [...numbers].filter(number => number > 0 && number < 2 ** 16);
}

function addNumbers(value: unknown, numbers: Set<number>): void {
  if (typeof value === 'number') {
    numbers.add(value).add(value + 1);
  } else if (typeof value === 'string') {
    if (DIGIT.test(value)) for (const [digits] of value.matchAll(NUMBER)) addNumbers(Number(digits), numbers);
  } else if (typeof value === 'object' && value !== null) {
    for (const below of Object.values(value)) addNumbers(below, numbers);
  }
}
