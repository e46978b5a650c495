import { head, isSmi, reading, type Reading } from './object';
import { httpRouteGroup, portRoute } from './specs';
import { trafficSplit } from './traffic-split';
import { identityBinding, trafficTarget } from './traffic-target';
import type { SmiDocument, SmiObject } from './tree';
import type { SmiKind } from './versions';
import type { Readable } from '../../../manifests/documents';
import { Fields } from '../../../manifests/fields';

/** What is said of a kind, beside what all objects say. */
type Said<Document> = Document extends unknown ? Omit<Document, Exclude<keyof SmiObject, 'kind'>> : never;

const READERS: { readonly [Kind in SmiKind]: (read: Reading) => Said<Exclude<SmiDocument, { readonly kind?: undefined }>> } = {
  TrafficTarget: read => ({ kind: 'TrafficTarget', ...trafficTarget(read) }),
  IdentityBinding: read => ({ kind: 'IdentityBinding', ...identityBinding(read) }),
  HTTPRouteGroup: read => ({ kind: 'HTTPRouteGroup', ...httpRouteGroup(read) }),
  TCPRoute: read => ({ kind: 'TCPRoute', ...portRoute(read) }),
  UDPRoute: read => ({ kind: 'UDPRoute', ...portRoute(read) }),
  TrafficSplit: read => ({ kind: 'TrafficSplit', ...trafficSplit(read) }),
};

/**
 * What a manifest of SMI says, whichever version it is written in; undefined for what is none of SMI. What it does not know is a
 * finding of the object.
 */
export function readSmi(file: string, readable: Readable): SmiDocument | undefined {
  return isSmi(readable.manifest) ? smiDocument(Fields.of(file, readable)) : undefined;
}

/** What an object of SMI says. */
export function smiDocument(object: Fields): SmiDocument {
  const read = reading(object);
  const whole = head(object);
  if (read === undefined) return { ...whole, findings: object.findings().slice(0, 1) };
  const said = READERS[read.kind](read);
  return { ...whole, ...said, findings: object.findings() };
}
