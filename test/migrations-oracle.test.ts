import { inOneLine } from './oracle/ask';
import { MIGRATIONS } from './oracle/migrations';

const REQUESTS = Number(process.env.ORACLE_CASES ?? 3000);

beforeAll(() => void jest.spyOn(console, 'warn').mockReturnValue());

test.each(Object.entries(MIGRATIONS))('after a migration to %s, no more passes than before, and no less without a word', (title, oracle) => {
  console.log(`migrations: ${title}: ${inOneLine(oracle(REQUESTS))}`);
});
