import { violations, type Channel } from '../../src/validation';

export type { Channel };

/** What our own validation says: nothing, if it accepts the manifest. */
export function ours(manifest: any, channel: Channel): string[] {
  try {
    return violations(manifest, { channel }).map(({ path, message }) => `${path || 'manifest'} ${message}`);
  } catch (error) {
    return [`throws ${error}`];
  }
}
