/** What is written of a Rollout: the types of all of it, pod templates among them, would be thousands of lines. */
export interface RolloutSpec {
  readonly replicas?: number;
  readonly progressDeadlineAbort: true;
  readonly progressDeadlineSeconds?: number;
  readonly workloadRef: { readonly apiVersion: 'apps/v1'; readonly kind: 'Deployment'; readonly name: string; readonly scaleDown: 'onsuccess' };
  readonly strategy: { readonly canary: CanaryStrategy } | { readonly blueGreen: BlueGreenStrategy };
}

export interface CanaryStrategy {
  readonly stableService: string;
  readonly canaryService: string;
  readonly trafficRouting: TrafficRouting;
  readonly abortScaleDownDelaySeconds?: number;
  readonly steps: readonly Step[];
}

export interface TrafficRouting {
  readonly plugins?: Readonly<Record<string, PluginConfig>>;
  readonly istio?: { readonly virtualService: MovedVirtualService };
  readonly smi?: { readonly rootService: string; readonly trafficSplitName: string };
}

/** The routes that the plugin for Gateway API moves. */
export type PluginConfig = { readonly [Field in 'httpRoutes' | 'grpcRoutes' | 'tcpRoutes' | 'tlsRoutes']?: readonly MovedRoute[] };

interface MovedRoute {
  readonly name: string;
  /** With header routes, the plugin deletes each rule that has the new version alone. */
  readonly useHeaderRoutes: false;
}

export interface MovedVirtualService {
  readonly name: string;
  readonly routes: readonly string[];
  readonly tcpRoutes?: readonly { readonly port: number }[];
}

export type Step =
  | { readonly setWeight: number }
  /** Until somebody promotes it, where there is no duration. */
  | { readonly pause: { readonly duration?: string } }
  | { readonly setCanaryScale: { readonly weight: number } }
  | { readonly analysis: Analysis };

export interface BlueGreenStrategy {
  readonly activeService: string;
  readonly previewService: string;
  readonly autoPromotionEnabled?: false;
  readonly autoPromotionSeconds?: number;
  readonly prePromotionAnalysis?: Analysis;
}

export interface Analysis {
  readonly templates: readonly { readonly templateName: string }[];
}

export interface AnalysisTemplateSpec {
  readonly metrics: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly initialDelay: string;
  readonly interval: string;
  readonly count: number;
  readonly consecutiveSuccessLimit: number;
  readonly failureLimit: number;
  readonly successCondition: string;
  readonly provider: { readonly prometheus: { readonly address: string; readonly query: string } };
}
