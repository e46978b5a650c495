import type { Condition } from '../../meaning/condition';
import { isUndecided, type Source, type Verdict } from '../../meaning/decision';
import { type Arrival, callOutside, type Departure, type Journey, type Leg, type Outcome, type Route, type SaidOfTraffic } from '../../meaning/journey';
import { type Passed, type PassedGate, PAST_THE_MESH } from '../../meaning/passage';
import { unmet, unsure } from '../../meaning/unmet';
import { isClosed } from '../../meaning/way';
import { clientWords, outsideWords, requestWords, serviceWords, sourceWords } from '../words/calls';
import { conditionWords } from '../words/conditions';
import { backendWords, handlingWords, percent, shareWords, trafficWords } from '../words/ways';

/** The way of a request for people: the answer first. */
export function textOf({ errand, because, atGateway, route, legs }: Journey, outcome: Outcome): string {
  const { client, request, to, gateway } = errand;
  const by = gateway === undefined ? '' : ` by the gateway ${gateway}`;
  const from = gateway === undefined ? ` from ${clientWords(client)}` : '';
  return [
    `${outcome}: ${requestWords(request)}${from} to ${serviceWords(to)}${by}${because === undefined ? '' : `: ${because}`}`,
    ...atGateway === undefined ? [] : ['', 'at the gateway', ...gateLines('arrives', atGateway.passed, atGateway.call)],
    '',
    'where it goes',
    ...routeLines(route),
    ...legs.flatMap(leg => ['', ...legLines(errand, leg)]),
  ].map(line => `${line}\n`).join('');
}

/** A call to something outside for people. */
export function departureText({ client, to, request, leaving }: Departure, outcome: Outcome): string {
  return [
    `${outcome}: ${requestWords(request)} from ${clientWords(client)} to ${outsideWords(to)}`,
    '',
    ...gateLines('leaves', leaving, callOutside(client, to, request)).map(line => line.slice(2)),
  ].map(line => `${line}\n`).join('');
}

function routeLines({ title, way, decided, isPast }: Route): string[] {
  const said = (decided?.verdicts ?? []).map(verdict => `  ${title}: ${verdictLine(verdict)}`);
  if (isUndecided(way)) return [...said, `  not known: ${way.unknown}`];
  const shares = way.backends.map(({ weight }) => weight).reduce((sum, weight) => sum + weight, 0);
  const direct = isPast ? 'past the proxies that follow routes' : 'as no route is for it';
  return [
    ...said,
    ...way.backends.map(backend => `  to ${shareWords(backend)}${title === undefined ? `, ${direct}` : way.backends.length > 1 ? `, ${percent(backend.weight / shares)} of it` : ''}`),
    ...isClosed(way) ? ['  no backend gets it'] : [],
    ...handlingWords(way).map(line => `  ${line}`),
  ];
}

function legLines(errand: Journey['errand'], { backend, share, request, traffic, arrivals, because, outcome }: Leg): string[] {
  const where = `${backendWords({ ...backend, status: undefined })}${share < 1 ? ` (${percent(share)})` : ''}`;
  const head = `at ${where}: ${outcome}${because === undefined ? '' : `: ${because}`}`;
  const isChanged = request !== undefined && requestWords(request) !== requestWords(errand.request);
  const changed = isChanged ? [`  it arrives as ${requestWords(request)}`] : [];
  const arriving = arrivals.flatMap(arrival => arrivalLines(errand, arrival, request, arrivals.length > 1));
  return [head, ...traffic.flatMap(trafficLines), ...changed, ...arriving];
}

function trafficLines({ title, decided: { verdicts } }: SaidOfTraffic): string[] {
  return verdicts.flatMap(verdict => {
    const words = isUndecided(verdict.value) ? [`not known: ${verdict.value.unknown}`] : trafficWords(verdict.value);
    return words.length === 0 ? [] : [`  sent: ${words.join(', ')}`, `    ${title}: ${verdictLine(verdict)}`];
  });
}

function arrivalLines({ client, to: entrance, protocol }: Journey['errand'], arrival: Arrival, request: Leg['request'], areSeveral: boolean): string[] {
  const { to, leaving, entering, outcome } = arrival;
  const call = { client, pod: to.pod, port: to.port, protocol, entrance, ...(request !== undefined && { request }) };
  const marks = Object.entries(to.pod.labels ?? {}).map(([key, value]) => `${key}=${value}`).join(',');
  return [
    ...areSeveral ? [`  pods with ${marks}: ${outcome}`] : [],
    ...gateLines('leaves', leaving, call),
    ...gateLines('arrives', entering, { ...call, client: arrival.client }),
  ];
}

type Asked = Parameters<typeof unmet>[1];

function gateLines(verb: string, { gates }: Passed, call: Asked): string[] {
  if (gates.length === 0) return [`  ${verb}: nothing stands in its way`];
  return gates.flatMap(gate => [
    `  ${verb}: ${gate.title}: ${gate.passage === PAST_THE_MESH ? 'past the mesh' : isUndecided(gate.passage) ? 'not known' : gate.passage}`,
    ...reasons(gate, call).map(line => `    ${line}`),
  ]);
}

const MOST = 8;

/** Why a gate is open or shut, and what would have to change. */
function reasons(gate: PassedGate, call: Asked): string[] {
  const { verdicts, steps, passage } = gate;
  if (passage === 'allowed' || passage === PAST_THE_MESH) return verdicts.map(verdictLine);
  if (passage === 'denied') {
    const others = rulesThatCouldTake(gate, call);
    return [
      ...verdicts.map(verdictLine),
      ...others.length === 0 ? [] : ['one of these would have to take it:'],
      ...limited(others.map(({ source, missing }) => `- ${sourceWords(source)}: it takes ${missing.map(conditionWords).join(' and ')}`)),
    ];
  }
  const doubts = steps.filter(({ holds }) => holds === 'unknown')
    .map(({ source, when }) => `${sourceWords(source)}: it is not known whether this is so: ${unsure(when, call).map(conditionWords).join(', ')}`);
  return limited([...verdicts.filter(({ value }) => isUndecided(value)).map(verdictLine), ...doubts]);
}

/** The rules that let in something else. What is for other ports, or for no such clients, is none of them. */
function rulesThatCouldTake({ steps }: PassedGate, call: Asked): { readonly source: Source; readonly missing: readonly Condition[] }[] {
  return steps.filter(({ verdict, holds }) => verdict?.value === 'allowed' && holds === 'no')
    .map(({ source, when }) => ({ source, missing: unmet(when, call) }))
    .filter(({ missing }) => !missing.some(one => one.type === 'client' || (one.type === 'any' && one.of.length === 0)));
}

function limited(lines: readonly string[]): string[] {
  return lines.length <= MOST ? [...lines] : [...lines.slice(0, MOST), `and ${lines.length - MOST} more`];
}

function verdictLine({ why, source }: Verdict<unknown>): string {
  return source === undefined ? why : `${sourceWords(source)}: ${why}`;
}
