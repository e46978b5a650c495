import { violations } from '../../test/schema';

export type Channel = 'standard' | 'experimental';

/** What our own validation says: nothing, if it accepts the manifest. */
export function ours(manifest: any, channel: Channel): string[] {
  try {
    return violations(manifest, { channel });
  } catch (error) {
    return [`throws ${error}`];
  }
}
