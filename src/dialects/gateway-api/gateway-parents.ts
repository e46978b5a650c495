import { GROUP } from './apis';
import { gatewayRef } from './listener-set';
import type { Listeners } from './listeners';
import type { HttpRouteSpecParentRefs } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { ExposureModel, Gateway } from '../../model/exposure';
import { distinctBy, flatMap } from '../../model/lists';
import type { Plain } from '../contract/manifest';

type ParentRef = Plain<HttpRouteSpecParentRefs>;

export interface GatewayParents {
  readonly requests: readonly ParentRef[];
  readonly redirects: readonly ParentRef[];
}

/** The parents of the routes of an exposure: each listener by its name, so that plain HTTP gets only what is meant for it. */
export function gatewayParents(model: ExposureModel, own: Listeners): GatewayParents {
  const parents = model.gateways.map(gateway => parentsAt(model, gateway, own));
  return {
    requests: flatMap(parents, ({ requests }) => requests),
    // Several listeners for HTTPS may stand beside one for HTTP.
    redirects: distinctBy(flatMap(parents, ({ redirects }) => redirects), parent => JSON.stringify(parent)),
  };
}

function parentsAt({ route }: ExposureModel, gateway: Gateway, { requests, redirects }: Listeners): GatewayParents {
  const sections = (parent: ParentRef, names: readonly (string | undefined)[]) =>
    names.map(sectionName => ({ ...parent, ...(sectionName !== undefined && { sectionName }) }));
  if (gateway.kind === 'shared') {
    const { listenerSet } = gateway;
    const parent = listenerSet === undefined ? gatewayRef(gateway) : { group: GROUP, kind: 'ListenerSet', ...gatewayRef(listenerSet) };
    const { port } = gateway;
    return {
      requests: sections({ ...parent, ...(port !== undefined && { port }) }, [gateway.sectionName]),
      redirects: sections(parent, [gateway.httpSectionName]),
    };
  }
  const parent = { ...(gateway.kind === 'listenerSet' && { group: GROUP, kind: 'ListenerSet' }), name: route.name };
  return { requests: sections(parent, requests.map(({ name }) => name)), redirects: sections(parent, redirects.map(({ name }) => name)) };
}
