import { type Attachment, attachmentOf } from './attachment';
import type { Fields } from '../../../../manifests/fields';
import type { ReadObject } from '../../../../reading/objects';

/** What clients of a port may speak. */
export type Mode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** A PeerAuthentication, as it stands there. What it does not say, others say. */
export interface PeerAuthentication extends Attachment {
  readonly mode?: Mode;
  readonly ofPorts: ReadonlyMap<number, Mode | undefined>;
}

export function peerAuthenticationOf(object: ReadObject): PeerAuthentication {
  const spec = object.fields.field('spec');
  const mode = modeOf(spec.field('mtls'));
  const ofPorts = new Map(spec.field('portLevelMtls').fields().flatMap(([port, mtls]): [number, Mode | undefined][] =>
    /^[0-9]{1,5}$/.test(port) ? [[Number(port), modeOf(mtls)]] : mtls.doubt('it is no port') ?? []));
  const attachment = attachmentOf(object);
  return { ...attachment, ...(mode !== undefined && { mode }), ofPorts };
}

function modeOf(mtls: Fields): Mode | undefined {
  const mode = mtls.field('mode').text();
  switch (mode) {
    case 'STRICT':
    case 'PERMISSIVE':
    case 'DISABLE': return mode;
    case undefined:
    case 'UNSET': return undefined;
    default: return mtls.field('mode').doubt('it is not known here');
  }
}
