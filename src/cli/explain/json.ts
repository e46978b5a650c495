import type { Call } from '../../meaning/call';
import { type Decided, isUndecided, type Source, type Undecided, valueOf } from '../../meaning/decision';
import { type Arrival, callOutside, type Departure, type Journey } from '../../meaning/journey';
import type { Passed } from '../../meaning/passage';
import { unmet, unsure } from '../../meaning/unmet';
import { kindInWords } from '../../meaning/way';
import { conditionWords } from '../words/conditions';
import { handlingWords, trafficWords } from '../words/ways';

/** The way of a request for programs. */
export function jsonOf({ errand, outcome, because, atGateway, route: { title, way, decided }, legs }: Journey): object {
  const { client, to, protocol, request, gateway } = errand;
  return {
    outcome,
    because,
    client,
    gateway,
    to,
    protocol,
    request,
    atGateway: atGateway && gatesJson('entering', atGateway.passed, atGateway.call),
    route: {
      api: title,
      said: decided && saidJson(decided),
      ...handlingJson(way, handlingWords),
    },
    backends: legs.map(({
      backend: { namespace, service, port, groupKind, subset, outside }, share, traffic, request: arrived, arrivals, ...told
    }) => ({
      namespace,
      service,
      port,
      kind: groupKind && kindInWords({ groupKind }),
      subset,
      outside: outside?.host,
      share,
      outcome: told.outcome,
      because: told.because,
      traffic: traffic.map(({ title: api, decided: said }) => ({ api, said: saidJson(said), ...handlingJson(valueOf(said), trafficWords) })),
      request: arrived,
      pods: arrivals.map(arrival => arrivalJson(errand, arrival, arrived)),
    })),
  };
}

function arrivalJson(
  { client, protocol, to: entrance }: Journey['errand'], { to, client: arriving, outcome, leaving, entering }: Arrival, request: Journey['errand']['request'],
) {
  const call = { client, pod: to.pod, port: to.port, protocol, entrance, ...(request !== undefined && { request }) };
  const { pod: { namespace, labels, serviceAccount }, port } = to;
  return { namespace, labels, serviceAccount, port, outcome, gates: [...gatesJson('leaving', leaving, call), ...gatesJson('entering', entering, { ...call, client: arriving })] };
}

/** A call to something outside for programs. */
export function departureJson({ client, to, request, outcome, leaving }: Departure): object {
  return { outcome, client, to, request, gates: gatesJson('leaving', leaving, callOutside(client, to, request)) };
}

function gatesJson(at: 'leaving' | 'entering', { gates }: Passed, call: Call): object[] {
  return gates.map(({ title, passage, verdicts, steps }) => ({
    at,
    gate: title,
    passage: isUndecided(passage) ? 'unknown' : passage,
    said: saidJson({ verdicts }),
    asked: steps.map(({ source, holds, when, verdict }) => ({
      source: sourceJson(source),
      holds,
      decides: verdict === undefined || isUndecided(verdict.value) ? undefined : verdict.value,
      unmet: holds === 'no' ? unmet(when, call).map(conditionWords) : undefined,
      unsure: holds === 'unknown' ? unsure(when, call).map(conditionWords) : undefined,
    })),
  }));
}

function saidJson({ verdicts }: Pick<Decided<unknown>, 'verdicts'>): object[] {
  return verdicts.map(({ why, source }) => ({ why, source: source && sourceJson(source) }));
}

function handlingJson<T>(value: T | Undecided, words: (value: T) => string[]): object {
  return isUndecided(value) ? { unknown: value.unknown } : { handling: words(value) };
}

function sourceJson({ kind, namespace, name, place: { file, line, path } }: Source) {
  return { kind, namespace, name, file, line, field: path };
}
