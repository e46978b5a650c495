import { type Reference, referenceOf } from './router';
import type { Fields } from '../../../../manifests/fields';

/** What stands in for a service, in this order, whichever of its pods are meant; undefined where that has no words and is kept as text. */
export type Failover = readonly Reference[] | undefined;

/** In other datacenters, or in an order that Consul Enterprise finds. */
const BEYOND = ['datacenter', 'datacenters', 'samenessGroup', 'policy', 'partition'];

/**
 * Of the sections of `failover`, that of a subset is before that of all (hashicorp/consul `agent/consul/discoverychain/compile.go`). What Consul
 * refuses is in `ServiceResolverConfigEntry.Validate` of `agent/structs/config_entry_discoverychain.go`.
 */
export function failoverOf(fields: Fields, subsets: readonly string[], defaultSubset: string | undefined): Failover {
  const sections = new Map(fields.fields().map(([subset, section]) => {
    if (subset !== '*' && subset !== '' && !subsets.includes(subset)) section.doubt(`there is no subset '${subset}', and Consul refuses it`);
    return [subset, targetsOf(section)];
  }));
  const asked = [...subsets, ...defaultSubset === undefined ? [''] : []];
  const [first, ...others] = asked.map(subset => sections.has(subset) ? sections.get(subset) : sections.has('*') ? sections.get('*') : []);
  return others.some(other => JSON.stringify(other) !== JSON.stringify(first)) ? undefined : first;
}

/** The services of this cluster that are named, whether that has words or not. */
export function namedIn(fields: Fields): Reference[] {
  return fields.fields().flatMap(([, section]) => [section, ...section.field('targets').items()])
    .filter(one => one.field('service').isSaid && !one.field('peer').isSaid && !one.field('partition').isSaid)
    .map(one => ({ service: one.field('service').text(), namespace: one.field('namespace').text() || undefined }));
}

function targetsOf(section: Fields): Failover {
  const targets = section.field('targets').items();
  const own = section.field('datacenters').items().length > 0
    || [...BEYOND, 'service', 'serviceSubset', 'namespace'].some(name => name !== 'datacenters' && section.field(name).isSaid);
  if (targets.length > 0 === own) section.doubt('Consul wants `targets`, or one of the other fields');
  const isBeyond = [section, ...targets].some(one => BEYOND.some(name => one.field(name).isSaid));
  if (isBeyond) {
    section.take();
    return undefined;
  }
  const all = (targets.length > 0 ? targets : [section]).map(targetOf);
  return all.some(({ subset }) => subset !== undefined) ? undefined : all;
}

function targetOf(fields: Fields): Reference {
  const cluster = fields.field('peer').text() || undefined;
  const reference = referenceOf(fields);
  if (cluster !== undefined && reference.subset !== undefined) fields.doubt('Consul wants `peer` or `serviceSubset`, and not both');
  return { ...reference, ...(cluster !== undefined && { cluster }) };
}
