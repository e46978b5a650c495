import { STATUS_CODES } from 'http';
import { unnamedStatusCodes } from '../../../src/dialects/proxies/go-status-codes';

test('those are named that HTTP has a name for, and Node knows one more', () => {
  const errors = Array.from({ length: 200 }, (_, i) => 400 + i);
  const named = errors.filter(code => code in STATUS_CODES && code !== 509);

  expect(unnamedStatusCodes(errors)).toEqual(errors.filter(code => !named.includes(code)));
});
