import type { RouteFeature } from '../../model/features/route';
import { isHashing } from '../../model/load-balancing';
import { hasRequests } from '../../model/protocol';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/** Where a mesh hashes requests only: the intent lets no other port be hashed but by source addresses. */
export function addressHashRefusals({ ports, traffic: { loadBalancing } }: RouteModel, mesh: string): Refusal<RouteFeature>[] {
  const silent = loadBalancing !== undefined && isHashing(loadBalancing)
    ? ports.filter(({ protocol }) => !hasRequests(protocol) && protocol !== 'UDP') : [];
  return silent.map(({ port, protocol }) => ({
    feature: 'SourceAddressHash',
    port,
    reason: `${mesh} hashes the addresses of requests only, and this port speaks ${protocol}`,
    remedy: 'Make the port a Service of its own',
  }));
}
