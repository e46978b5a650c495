import { kubectlScalar } from '../../src/manifests/scalars';

/** As `sigs.k8s.io/yaml` 1.6 reads them. */
const READ: readonly (readonly [string, unknown])[] = [
  ['y', true], ['Yes', true], ['on', true], ['TRUE', true], ['n', false], ['NO', false], ['Off', false], ['false', false], ['yEs', 'yEs'],
  ['yesterday', 'yesterday'], ['', null], ['~', null], ['null', null], ['NULL', null], ['nUll', 'nUll'], ['0', 0], ['00', 0], ['-0', -0],
  ['+1', 1], ['12', 12], ['999999999999999999999', 1e21], ['010', 8], ['-010', -8], ['0o17', 15], ['0O17', 15], ['0_1', 1],
  ['0777_1', 4089], ['08', 8], ['09.5', 9.5], ['0o8', '0o8'], ['0x1F', 31], ['0X1f', 31], ['+0x1F', 31], ['0x_1', 1], ['0x', '0x'],
  ['0b101', 5], ['0xFFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFFF'], ['-0xFFFFFFFFFFFFFFFF', '-0xFFFFFFFFFFFFFFFF'], ['07777777777777777777777777', 7777777777777777777777777],
  ['-0b11', -3], ['0b102', '0b102'], ['1_000', 1000], ['1_', 1], ['1__0', 10], ['0.1_0', 0.1], ['1_000.5_0', 1000.5],
  ['_1', '_1'], ['._5', '._5'], ['.1_0', 0.1], ['.5', 0.5], ['-.5', -0.5], ['5.', 5], ['1e3', 1000], ['1E3', 1000], ['.5e3', 500],
  ['1e400', '1e400'], ['.', '.'], ['+', '+'], ['900m', '900m'], ['1.2.3', '1.2.3'], ['12:30', '12:30'], ['2020-01-01', '2020-01-01'],
  ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'], ['cart', 'cart'], ['/orders', '/orders'], ['*', '*'],
];

test.each(READ)('%j is read as kubectl reads it', (text, value) => {
  expect(kubectlScalar(text)).toBe(value);
});

test('what JSON cannot say is a number', () => {
  expect(['.inf', '-.Inf', '.NaN'].map(kubectlScalar)).toEqual([Infinity, -Infinity, NaN]);
});
