import type { MeshService } from '../vocabulary/mesh-service';
import type { DirectResponse, HeaderChanges, RequestHandling, RequestRedirect } from '../vocabulary/request-handling';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * A Service that takes requests.
 */
export interface RouteBackend {
  /**
   * The Service. Most targets also take the routed Service itself, and some a `subset` of the pods of a Service.
   */
  readonly service: MeshService;

  /**
   * Its share, relative to the other weights of the rule: a whole number from 0 to 1,000,000.
   *
   * @default 1
   */
  readonly weight?: number;

  /**
   * Its port. Some targets refuse a port other than that of the routed Service.
   *
   * @default - the port with the same number as that of the routed Service, or with the same name, or its only port
   */
  readonly port?: number;

  /**
   * Changes of the headers of the requests that go to it, in addition to the changes of the rule.
   *
   * @default - none
   */
  readonly requestHeaders?: HeaderChanges;

  /**
   * Changes of the headers of its responses, in addition to the changes of the rule.
   *
   * @default - none
   */
  readonly responseHeaders?: HeaderChanges;
}

/**
 * Pods that call, by where they are and by their labels. At least one of the two is given; both hold together.
 */
export interface RouteClients {
  /**
   * Labels of the pods, which have all of them.
   *
   * @default - any
   */
  readonly labels?: { [label: string]: string };

  /**
   * Namespace of the pods.
   *
   * @default - any
   */
  readonly namespace?: string;
}

/**
 * Which of several rules decides, if a request matches more than one.
 */
export enum RuleOrder {
  /** The one that is written first. */
  FIRST_MATCH = 'firstMatch',

  /**
   * The one with the most specific match, as in Gateway API, wherever it is written: an exact path, then the longest prefix, then a match with a
   * method, then the most headers, then the most query parameters; for gRPC, the most characters of the service, then of the method, then the
   * most headers; for TLS, the whole name of a server, then the longest. Of equals, the one that is written first.
   */
  MOST_SPECIFIC = 'mostSpecific',
}

/**
 * Some requests, and where they go.
 */
export interface ServiceRouteRule extends RequestHandling {
  /**
   * A name for the rule, by which metrics and policies know it: lower case letters, digits, dashes and dots.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * The requests, any of which may match. A port ignores a match that is not for its protocol.
   *
   * @default - every request
   */
  readonly matches?: RequestMatch[];

  /**
   * The pods whose requests the rule is for, any of which may call. On each port, at least one other rule is for everybody. A rule that says
   * less is for more clients: place it below. Excludes `order`. An `Exposure` refuses it, since clients outside are no pods.
   *
   * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-route.md#rules-for-some-clients
   * @default - everybody
   */
  readonly clients?: RouteClients[];

  /**
   * Where they go.
   *
   * @default - nowhere: there is a `redirect` or a `directResponse`
   */
  readonly backends?: RouteBackend[];

  /**
   * Where clients are sent instead. Excludes `backends` and `directResponse`.
   *
   * @default - nowhere
   */
  readonly redirect?: RequestRedirect;

  /**
   * What clients are told instead: the requests go nowhere. Excludes `backends` and `redirect`, and whatever else may happen to requests;
   * properties beside `rules` do not hold for the rule.
   *
   * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/request-changes.md#what-each-target-renders
   * @default - nothing
   */
  readonly directResponse?: DirectResponse;

  /**
   * The ports for which the rule holds, by number. Some targets route all ports alike and refuse any choice.
   *
   * @default - all ports that are routed
   */
  readonly ports?: number[];
}
