import { STATUS_CODES } from 'http';
import { unnamedStatusCodes } from '../../src/dialects/proxies/go-status-codes';
import { isNamedInGo } from '../../src/reading/go-status-codes';

test('of errors, Go names the status codes that Node names, but for one', () => {
  const codes = Array.from({ length: 200 }, (_, i) => 400 + i);
  const unnamed = codes.filter(code => !(code in STATUS_CODES) || code === 509);

  expect(codes.filter(code => !isNamedInGo(code))).toEqual(unnamed);
  expect(unnamedStatusCodes(codes)).toEqual(unnamed);
});
