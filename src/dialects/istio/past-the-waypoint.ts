import type { AccessModel } from '../../model/access';
import { tellsRequestsApart } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { flatMap } from '../../model/lists';
import type { Refusal } from '../contract/refusal';
import { refusing, together } from '../contract/rendering';
import type { GatewayAccessDialect } from '../gateways/gateway-clients';

/** Requests of clients that call the pods directly, in a mode where only the waypoint sees requests. */
export function pastTheWaypoint(access: GatewayAccessDialect): GatewayAccessDialect {
  return {
    ...access,
    render: model => together(refusing(refusals(model)), access.render(model)),
    letsIn: (model, gateway, port) => access.letsIn({ ...model, rules: model.rules.filter(rule => !tellsRequestsApart(rule)) }, gateway, port),
  };
}

function refusals({ rules }: AccessModel): Refusal<AccessFeature>[] {
  const ofRequests = rules.filter(tellsRequestsApart);
  const gateways = flatMap(flatMap(ofRequests, ({ sources }) => sources), source => source.kind === 'gateway' ? [`'${source.namespace}/${source.name}'`] : []);
  return [
    ...[...new Set(gateways)].map(gateway => ({
      what: `requests of the gateway ${gateway}`,
      reason: 'a gateway calls the pods directly, and only the waypoint sees requests',
      remedy: 'Leave out `requests` for the gateway: the rules of its exposure say which requests it passes on',
    })),
    ...ofRequests.filter(({ byAddress }) => byAddress).map(({ ports: [{ port }] }) => ({
      what: '`metrics`',
      reason: 'Prometheus calls the pods by their addresses, and only the waypoint sees requests',
      remedy: `Give the metrics a port of their own, and let Prometheus in there whatever it requests: \`allow: [{ sources: […], ports: [${port}] }]\``,
    })),
  ];
}
