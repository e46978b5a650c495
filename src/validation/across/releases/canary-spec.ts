import { SELECTOR_LABELS, type Canary } from './canary';
import { secondsOf } from './durations';
import { list, map, type Finding, type FindingCheck } from '../inventory';

/** What does not go as a Canary says, whatever stands beside it. */
export function canaryFindings(canary: Canary): Finding[] {
  return RULES.flatMap(rule => [...rule(canary)])
    .map(({ isWarning = false, ...found }) => ({ subject: canary.subject, ...found, isError: !isWarning }));
}

interface Found {
  readonly check: FindingCheck;
  readonly path: string;
  readonly message: string;
  readonly isWarning?: true;
}

const RULES: readonly ((canary: Canary) => Iterable<Found>)[] = [
  wholeNumbers, steps, interval, names, selectorLabel, gatewayRefs, deletion, providers, ignored, matches, cors,
];

/** Which the CRD takes with decimals, and Flagger reads into integers. */
const INTEGERS = [
  'iterations', 'threshold', 'maxWeight', 'stepWeight', 'stepWeightPromotion', 'mirrorWeight', 'primaryReadyThreshold', 'canaryReadyThreshold',
];

function* wholeNumbers({ subject, service, analysis }: Canary): Iterable<Found> {
  const spec = map(subject.manifest.spec);
  const under = spec.analysis === undefined ? 'spec.canaryAnalysis' : 'spec.analysis';
  const numbers: [path: string, value: unknown][] = [
    ['spec.progressDeadlineSeconds', spec.progressDeadlineSeconds],
    ['spec.service.port', service.port],
    ...INTEGERS.map((field): [string, unknown] => [`${under}.${field}`, analysis[field]]),
    ...(Array.isArray(analysis.stepWeights) ? analysis.stepWeights : []).map((weight: unknown, i: number): [string, unknown] => [`${under}.stepWeights[${i}]`, weight]),
    [`${under}.sessionAffinity.maxAge`, map(analysis.sessionAffinity).maxAge],
    ...list(analysis.webhooks).map(({ retries }, i): [string, unknown] => [`${under}.webhooks[${i}].retries`, retries]),
  ];
  for (const [path, value] of numbers) {
    if (typeof value !== 'number' || Number.isInteger(value)) continue;
    yield {
      check: 'whole',
      path,
      message: `is ${value}. Flagger reads whole numbers only, though its CRD takes others: it then sees no Canary of the cluster any more. Write a whole one`,
    };
  }
}

function* steps({ analysis, router }: Canary): Iterable<Found> {
  const { stepWeight, stepWeights, iterations } = analysis;
  const never = (path: string, message: string): Found => ({ check: 'steps', path, message });
  if (analysis.mirror === true && !(iterations > 0) && (router === 'gatewayapi' || router === 'split')) {
    yield never('spec.analysis.mirror', `is a step before the weights that ${router === 'split' ? 'a TrafficSplit' : 'Gateway API'} does not take, so the release stays there. `
      + `Leave it out${router === 'split' ? '' : ', or write `iterations` in place of weights'}`);
  }
  if (Array.isArray(stepWeights)) {
    if (stepWeights.length === 0) yield never('spec.analysis.stepWeights', 'is empty, so the release takes no step. List the weights');
    const at = stepWeights.findIndex((weight, i) => typeof weight === 'number' && weight <= (i === 0 ? 0 : stepWeights[i - 1]));
    if (at >= 0) {
      yield never(`spec.analysis.stepWeights[${at}]`, at === 0 ? `is ${stepWeights[0]}, and the release takes no step. Write at least 1`
        : `is ${stepWeights[at]}, after ${stepWeights[at - 1]}. The release stays there, or is promoted early. Write weights that rise`);
    }
  } else if (typeof stepWeight === 'number' && stepWeight <= 0) {
    yield never('spec.analysis.stepWeight', `is ${stepWeight}, so the release takes no step. Write at least 1`);
  } else if (typeof iterations === 'number' && iterations <= 0) {
    yield never('spec.analysis.iterations', `is ${iterations}, so the release takes no step. Write at least 1`);
  }
}

function* interval({ analysis }: Canary): Iterable<Found> {
  const seconds = secondsOf(analysis.interval);
  if (typeof analysis.interval !== 'string' || (seconds !== undefined && seconds >= 10)) return;
  yield {
    check: 'interval',
    path: 'spec.analysis.interval',
    message: seconds === undefined ? `is '${analysis.interval}', which is no duration, so Flagger waits one minute. Write '1m'`
      : `is '${analysis.interval}', and Flagger waits at least 10 seconds. Write '10s'`,
    isWarning: true,
  };
}

const LONGEST = 63 - '-primary'.length;

function* names({ target, apex, pods }: Canary): Iterable<Found> {
  if (apex.length > LONGEST) {
    yield {
      check: 'length',
      path: apex === target.name ? 'spec.targetRef.name' : 'spec.service.name',
      message: `has ${apex.length} characters. Flagger makes the Service '${apex}-primary', and no name of a Service may have more than 63. `
        + `Write one of at most ${LONGEST}${apex === target.name ? ' in spec.service.name' : ''}`,
    };
  }
  if (pods !== undefined && pods.value.length > LONGEST) {
    yield {
      check: 'length',
      path: 'spec.targetRef',
      message: `leads to pods with '${pods.label}: ${pods.value}'. Flagger gives the stable pods '${pods.value}-primary', and no value of a label may have more than 63 `
        + `characters. Give that label a value of at most ${LONGEST}`,
    };
  }
}

function* selectorLabel({ workload, pods, target }: Canary): Iterable<Found> {
  if (workload === undefined || pods !== undefined) return;
  yield {
    check: 'start',
    path: 'spec.targetRef',
    message: `leads to ${target.kind} '${target.name}', whose selector has none of the labels ${SELECTOR_LABELS.join(', ')}: no release starts, unless Flagger is run with `
      + '-selector-labels for another one. Put one of them in spec.selector.matchLabels',
    isWarning: true,
  };
}

function* gatewayRefs({ router, service, apex }: Canary): Iterable<Found> {
  if (router !== 'gatewayapi') return;
  const refs = list(service.gatewayRefs);
  if (refs.length === 0) {
    yield {
      check: 'start',
      path: 'spec.service.gatewayRefs',
      message: `is missing, and without it no release starts. Write \`{ group: '', kind: Service, name: ${apex}, port: ${service.port} }\` for a mesh, or name the Gateway`,
    };
  }
  for (const [i, { group, kind }] of refs.entries()) {
    if (kind !== 'Service' || group === '') continue;
    const isCore = group === 'core';
    yield {
      check: 'start',
      path: `spec.service.gatewayRefs[${i}].group`,
      message: isCore ? "is 'core', which Linkerd takes for the group of a Service, and no other mesh. Write `group: ''`"
        : `is ${group === undefined ? 'missing, and defaults to that of a Gateway' : `'${group}'`}, which has no kind Service: no mesh takes the route. Write \`group: ''\``,
      ...isCore && { isWarning: true },
    };
  }
}

function* deletion({ subject, target, apex }: Canary): Iterable<Found> {
  if (subject.manifest.spec?.revertOnDeletion === true || target.kind === 'Service') return;
  yield {
    check: 'deletion',
    path: 'spec.revertOnDeletion',
    message: `is not true. Who deletes the Canary also deletes the stable pods, and ${target.kind} '${target.name}' stays without any: '${apex}' is down. `
      + 'Write `revertOnDeletion: true`',
    isWarning: true,
  };
}

/** The version of TrafficSplit that a provider writes. */
function versionOf(provider: string): string {
  return provider.startsWith('smi:') ? provider.split(':')[1] : provider === 'osm' ? 'v1alpha2' : 'v1alpha1';
}

function* providers({ provider, router, analysis, splitVersions }: Canary): Iterable<Found> {
  const found = (message: string, isWarning?: true): Found => ({ check: 'provider', path: 'spec.provider', message, isWarning });
  const hasMatches = list(analysis.match).length > 0;
  if (router === 'kuma') {
    yield found("is 'kuma', which writes TrafficRoutes: Kuma 3 has no such kind, and 2 ignores it. Write `gatewayapi:v1`, with the Service as gatewayRef");
  } else if (router === 'split' && hasMatches) {
    yield found(`is '${provider}', which knows no matches: during a release ${analysis.iterations > 0 ? 'every request goes to the new version' : 'the weights are for all requests'}. Write \`gatewayapi:v1\`, or steps without \`match\``);
  } else if (router === 'kubernetes' && (hasMatches || !(analysis.iterations > 0))) {
    yield found(`is 'kubernetes', which routes no requests, and leaves out ${hasMatches ? 'spec.analysis.match' : 'the weights'}. Write \`iterations\` without \`match\`, `
      + 'or another provider');
  }
  if (router === 'split' && provider !== undefined && splitVersions !== undefined && !splitVersions.includes(versionOf(provider))) {
    yield found(`is '${provider}', which writes TrafficSplits of ${versionOf(provider)}. The CRD that stands beside it serves ${splitVersions.join(', ') || 'none'}: no release `
      + 'starts. Write the CRD with that version, or a provider for one that it serves');
  } else if (splitVersions === undefined && provider?.startsWith('smi:v1alpha3')) {
    yield found("is 'smi:v1alpha3': neither the CRD of the specification nor those of Linkerd and Open Service Mesh serve that version of TrafficSplit. "
      + 'Write the version that the cluster has', true);
  }
}

/** Fields of one router that another one passes over. */
function* ignored({ router, service }: Canary): Iterable<Found> {
  const found = (path: string, message: string): Found => ({ check: 'provider', path, message, isWarning: true });
  if (router !== 'gatewayapi') return;
  for (const field of ['retries', 'trafficPolicy']) {
    if (service[field] !== undefined) yield found(`spec.service.${field}`, 'is for the provider istio, and Gateway API leaves it out');
  }
  if (list(map(service.corsPolicy).allowOrigins).length > 0) {
    yield found('spec.service.corsPolicy.allowOrigins', 'is for the provider istio, and Gateway API leaves it out. Write `allowOrigin`');
  }
}

/** Conditions that Gateway API has no words for, so that a match takes in more than it says. */
const UNSAID = ['scheme', 'authority', 'port', 'sourceLabels', 'gateways', 'withoutHeaders'];

function* matches({ router, service, analysis }: Canary): Iterable<Found> {
  if (router !== 'gatewayapi') return;
  const ofService = list(service.match);
  for (const [where, entries] of [['spec.service.match', ofService], ['spec.analysis.match', list(analysis.match)]] as const) {
    for (const [i, match] of entries.entries()) {
      const path = `${where}[${i}]`;
      for (const field of ['headers', 'queryParams']) {
        const conditions = Object.entries<any>(map(match[field]));
        if (conditions.length > 1) {
          yield {
            check: 'conditions',
            path: `${path}.${field}`,
            message: `has ${conditions.length} conditions. Flagger writes them in another order each time, and then puts the weights back to 100 and 0. `
              + 'Write one condition in a match',
          };
        }
        const odd = conditions.find(([, condition]) => !map(condition).exact && !map(condition).regex);
        if (odd !== undefined) {
          const effect = where === 'spec.analysis.match' ? 'and leaves out all matches: every request goes to the new version' : 'and starts no release';
          yield { check: 'match', path: `${path}.${field}[${JSON.stringify(odd[0])}]`, message: `is neither exact nor regex. For Gateway API Flagger takes no other, ${effect}` };
        }
      }
      for (const field of UNSAID.filter(name => match[name] !== undefined)) {
        yield { check: 'match', path: `${path}.${field}`, message: 'is for the provider istio, and Gateway API leaves it out: the match takes in more than it says' };
      }
      if (where === 'spec.analysis.match') yield* replaced(path, match, ofService);
    }
  }
}

function* replaced(path: string, match: any, ofService: readonly any[]): Iterable<Found> {
  for (const field of ['headers', 'queryParams']) {
    if (Object.keys(map(match[field])).length === 0 || !ofService.some(own => Object.keys(map(own[field])).length > 0)) continue;
    yield { check: 'match', path: `${path}.${field}`, message: 'takes the place of those in spec.service.match, and is not added to them. Leave one of them out' };
  }
  if (['headers', 'queryParams'].every(field => Object.keys(map(match[field])).length === 0)) {
    yield { check: 'match', path, message: 'has neither headers nor queryParams, so Gateway API leaves it out. Write one of them' };
  }
}

function* cors({ router, service: { corsPolicy } }: Canary): Iterable<Found> {
  if (router !== 'gatewayapi' || corsPolicy === undefined || (secondsOf(map(corsPolicy).maxAge) ?? 0) >= 1) return;
  yield {
    check: 'cors',
    path: 'spec.service.corsPolicy.maxAge',
    message: `${map(corsPolicy).maxAge === undefined ? 'is missing' : 'is no whole second'}. Gateway API then makes it 5 seconds, which Flagger takes for a change: at each step it `
      + "puts the weights back to 100 and 0. Write `maxAge: '5s'`, or longer",
  };
}
