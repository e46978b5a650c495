import { isWithin } from '../../src/model/cidr';

test.each([
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.1.0.0/16', false],
  ['11.0.0.0/16', '10.0.0.0/8', false],
  ['10.0.0.1/32', '0.0.0.0/0', true],
  ['fd00:1::/32', 'fd00::/8', true],
  ['fd00::/8', '0.0.0.0/0', false],
  ['10.0.0.0/8', '::/0', false],
])('%s within %s: %s', (part, whole, expected) => {
  expect(isWithin(part, whole)).toBe(expected);
});
