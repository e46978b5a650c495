import { type Attachment, attachmentOf } from './attachment';
import type { Fields } from '../../../../manifests/fields';
import type { ReadObject } from '../../../../reading/objects';

/** What clients of a port may speak. */
export const MODES = ['STRICT', 'PERMISSIVE', 'DISABLE'] as const;
export type Mode = typeof MODES[number];

/** A PeerAuthentication, as it stands there. What it does not say, others say. */
export interface PeerAuthentication extends Attachment {
  readonly mode?: Mode;
  readonly ofPorts: ReadonlyMap<number, Mode | undefined>;
  /** Whether something in it is not understood: then it may say any mode. */
  readonly isDoubted: boolean;
}

export function peerAuthenticationOf(object: ReadObject): PeerAuthentication {
  const spec = object.fields.field('spec');
  const mode = modeOf(spec.field('mtls'));
  const ofPorts = new Map(spec.field('portLevelMtls').fields().flatMap(([port, mtls]): [number, Mode | undefined][] =>
    /^[0-9]{1,5}$/.test(port) ? [[Number(port), modeOf(mtls)]] : mtls.doubt('it is not a port') ?? []));
  const attachment = attachmentOf(object);
  const isDoubted = object.fields.doubts().length > 0;
  return { ...attachment, ...(mode !== undefined && { mode }), ofPorts, isDoubted };
}

function modeOf(mtls: Fields): Mode | undefined {
  const mode = mtls.field('mode').text();
  return mode === undefined || mode === 'UNSET' ? undefined : MODES.find(one => one === mode) ?? mtls.field('mode').doubt('it is not known here');
}
