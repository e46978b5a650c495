import { head, isSmi, reading, type Reading } from './object';
import { httpRouteGroup, portRoute } from './specs';
import { trafficSplit } from './traffic-split';
import { identityBinding, trafficTarget } from './traffic-target';
import type { SmiDocument } from './tree';
import type { SmiKind } from './versions';
import type { Readable } from '../../../manifests/documents';
import { Fields } from '../../../manifests/fields';

const READERS: { readonly [Kind in SmiKind]: (read: Reading) => object } = {
  TrafficTarget: trafficTarget,
  IdentityBinding: identityBinding,
  HTTPRouteGroup: httpRouteGroup,
  TCPRoute: portRoute,
  UDPRoute: portRoute,
  TrafficSplit: trafficSplit,
};

/**
 * What a manifest of SMI says, whichever version it is written in; undefined for what is none of SMI. What it does not know is a
 * finding of the object.
 */
export function readSmi(file: string, readable: Readable): SmiDocument | undefined {
  if (!isSmi(readable.manifest)) return undefined;
  const object = Fields.of(file, readable);
  const read = reading(object);
  const whole = head(object);
  if (read === undefined) return { ...whole, findings: object.findings().slice(0, 1) };
  return Object.assign(whole, { kind: read.kind }, READERS[read.kind](read), { findings: object.findings() }) as unknown as SmiDocument;
}
