import { violations } from '../../../src/validation';
import { kindOf } from '../../../src/validation/kinds';
import { normal } from '../../../src/validation/normal';

/** What an API server with the experimental channel stores of a manifest: nothing of one that it refuses. */
export function storedExperimental(manifest: any): any[] {
  const plain = JSON.parse(JSON.stringify(manifest));
  return violations(plain, { channel: 'experimental' }).length > 0 ? [] : [normal(kindOf(plain.apiVersion, plain.kind, 'experimental')!.schema, plain)];
}
