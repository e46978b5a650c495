import { letInBy } from './default-policy';
import { type Condition, type Doubt, NEVER } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { type Labels, type Selector, selects } from '../../../meaning/selector';
import { all, type Truth, truthOf } from '../../../meaning/truth';
import { isCalled, type PodPort } from '../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { labels, portRef } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { selectorOf } from '../../../reading/selector';
import { doubtOf } from '../../../reading/understood';

export interface Server {
  readonly source: Source;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** Undefined where they are not understood. */
  readonly pods: Selector | undefined;
  readonly port: number | string | undefined;
  readonly speaks: 'http' | 'grpc' | 'bytes' | 'detected';
  /** Whom it lets in by itself. */
  readonly letsIn: Condition;
  readonly doubt?: Doubt;
}

const PROTOCOLS: Readonly<Record<string, Server['speaks']>> = {
  'unknown': 'detected', 'HTTP/1': 'http', 'HTTP/2': 'http', 'gRPC': 'grpc', 'opaque': 'bytes', 'TLS': 'bytes',
};

/** Undefined for workloads that are no pods. */
export function serverOf(object: ReadObject): Server | undefined {
  const spec = object.fields.field('spec');
  const [podSelector, others, accessPolicy, proxyProtocol] = ['podSelector', 'externalWorkloadSelector', 'accessPolicy', 'proxyProtocol'].map(name => spec.field(name));
  if (others.isSaid && !podSelector.isSaid) {
    spec.take();
    return undefined;
  }
  if (!podSelector.isSaid) spec.doubt('there is no `podSelector`');
  const [policy, protocol] = [accessPolicy.text() ?? 'deny', proxyProtocol.text() ?? 'unknown'];
  const letsIn = letInBy(policy, accessPolicy.place);
  if (letsIn === undefined) accessPolicy.doubt('Linkerd has no such policy');
  if (!Object.hasOwn(PROTOCOLS, protocol)) proxyProtocol.doubt('Linkerd has no such protocol');
  const port = portRef(spec.field('port'));
  if (port === undefined) spec.doubt('there is no `port`');
  const marks = labels(object.fields.field('metadata').field('labels'));
  const pods = podSelector.isSaid ? selectorOf(podSelector) : undefined;
  const [doubt] = object.fields.doubts();
  return {
    source: sourceOf(object),
    namespace: object.namespace ?? DEFAULT_NAMESPACE,
    name: object.name,
    labels: marks,
    pods,
    port,
    speaks: PROTOCOLS[protocol] ?? 'detected',
    letsIn: letsIn ?? NEVER,
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

/** Whether a Server is for a port of pods. */
export function isFor({ pods, port, doubt }: Server, to: PodPort): Truth {
  return all([
    port === undefined ? 'unknown' : typeof port === 'number' ? truthOf(port === to.port) : isCalled(to, port),
    pods === undefined ? 'unknown' : selects(pods, to.pod),
    doubt === undefined ? 'yes' : 'unknown',
  ]);
}
