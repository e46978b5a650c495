import type { Call } from './call';
import { hostHolds } from './intent';
import { contains } from '../../../src/evaluators/address';
import { only } from '../../../src/evaluators/fields';

/**
 * Whether Kuma's proxy lets a call out. What is in the mesh does not pass by MeshPassthrough. The matches of all policies for a pod add
 * up, under the mode of the closest. Of blocks of addresses the smallest that
 * holds the address is picked, before anything else is looked at.
 *
 * @see https://kuma.io/docs/latest/policies/meshpassthrough/
 */
export function letOutByKuma(manifests: readonly any[], call: Call): boolean {
  const policies = manifests.filter(({ kind, metadata, spec }) => kind === 'MeshPassthrough' && metadata.namespace === call.namespace
    && Object.entries(only(spec, 'targetRef', 'default').targetRef.labels ?? {}).every(([key, value]) => call.labels?.[key] === value));
  if (call.inside || policies.length === 0 || call.says.kind === 'datagram') {
    return true;
  }
  const isClose = ({ spec }: any) => spec.targetRef.kind === 'Dataplane';
  const closest = policies.some(isClose) ? policies.filter(isClose) : policies;
  const [mode, ...others] = new Set(closest.map(({ spec }) => spec.default.passthroughMode));
  if (others.length > 0) {
    throw new Error('the names of these policies decide');
  }
  const appended = policies.flatMap(({ spec }) => only(spec.default, 'passthroughMode', 'appendMatch').appendMatch ?? []);
  if (mode === 'All') {
    return true;
  }
  const matches: any[] = mode === 'Matched' ? appended.filter(({ port }) => port === call.port) : [];
  // Where a server speaks first, the proxy reads nothing on the port.
  const reads = !matches.some(({ protocol }) => protocol === 'mysql');
  const blocks = matches.filter(({ type, value }) => type === 'CIDR' && contains(value, call.ip))
    .sort((a, b) => Number(b.value.split('/')[1]) - Number(a.value.split('/')[1]));
  const { says } = call;
  if (blocks.length > 0) {
    return blocks.filter(({ value }) => value === blocks[0].value).some(({ protocol }) =>
      protocol === 'mysql' || (reads && (protocol === says.kind || (protocol === 'tcp' && (says.kind === 'bytes' || says.kind === 'http')))));
  }
  const said = !reads ? undefined : says.kind === 'http' ? says.host : says.kind === 'tls' ? says.serverName : undefined;
  return said !== undefined && matches.some(({ type, value, protocol }) => type === 'Domain' && protocol === says.kind && hostHolds(value, said));
}
