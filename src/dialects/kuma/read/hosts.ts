import { unknownBy } from '../../../meaning/decision';
import { suffix } from '../../../meaning/text';
import { type Gate, isOutside, type Outside, type PodPort } from '../../../meaning/world';
import { labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** What has a host and an address that only proxies of the mesh know, beside those of Services. */
export const HOST_KINDS = ['HostnameGenerator', 'MeshExternalService', 'MeshMultiZoneService'];

const LEADING = ['MeshExternalService', 'MeshMultiZoneService'];
const BELOW = '.mesh.local';

/** Asks for all of it. Hosts that others may have, too, stay a doubt. */
export function readHosts({ kind, fields }: ReadObject): void {
  const metadata = fields.field('metadata');
  labels(metadata.field('labels'));
  metadata.field('annotations').take();
  const spec = fields.field('spec');
  if (kind !== 'HostnameGenerator') return void spec.take();
  const template = spec.field('template');
  if (template.text()?.trim().endsWith(BELOW) !== true) template.doubt(`these hosts may be those of Services, or outside, as they are not below ${BELOW.slice(1)}`);
  spec.field('selector').take();
}

/** Of an object: that it says something of these hosts. */
export function saysOfHosts({ kind, manifest }: ReadObject): string | undefined {
  if (kind === 'HostnameGenerator') return `which hosts there are below ${BELOW.slice(1)}`;
  const to = manifest.spec?.to;
  const isOnTheWay = Array.isArray(to) && to.some(one => LEADING.includes(one?.targetRef?.kind));
  return isOnTheWay || LEADING.includes(kind) ? `what becomes of calls to a host below ${BELOW.slice(1)}` : undefined;
}

/** Where there are such hosts, calls to them take ways of their own. */
export function leavingForHosts(objects: readonly ReadObject[], to: PodPort | Outside): readonly Gate[] {
  const [first] = objects.filter(({ kind }) => HOST_KINDS.includes(kind));
  if (first === undefined || !isOutside(to)) return [];
  const why = 'it is not read where this host of the mesh leads';
  const source = sourceOf(first);
  return [{
    title: 'Hosts of Kuma',
    decision: {
      branches: [{ when: { type: 'toHost', is: suffix(BELOW) }, then: { value: unknownBy(why, [{ source }]), why, source }, source }],
      otherwise: { value: 'allowed', why: 'it is not a host of the mesh' },
    },
  }];
}
