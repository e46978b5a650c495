import { isUnderstood, type Shaping, shapingOf } from './canary';
import type { Doubt } from '../../../../meaning/condition';
import type { Labels } from '../../../../meaning/selector';
import { prefix, type Text } from '../../../../meaning/text';
import { annotations, labels } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** What is known of a controller, beside what each of them does. */
export interface Controller {
  /** The requests of a path that leaves it to the controller; undefined where that is not known. */
  readonly pathsOf: (path: string) => Text | undefined;
  /** The labels by which its pods are known, if they are. */
  readonly labels?: Labels;
  /** Whether it answers a request for a path without the slash at its end by itself, where no path is for it (`auto_redirect` in nginx `src/http/`). */
  readonly redirectsToSlash: boolean;
  /** Whether rules for more hosts take nothing that comes to a host with rules of its own. */
  readonly keepsHostsApart: boolean;
  readonly redirects: (annotations: Annotations) => Redirects;
  /** Which requests an Ingress takes from others; undefined where it is none that does so. */
  readonly canary: (annotations: Annotations) => Shaping | undefined;
  /** Whether an annotation is one that `redirects` asks for, or changes nothing. */
  readonly isKnown: (annotation: string, value: string) => boolean;
  /** Whether what an annotation says holds for no other hosts than those of its Ingress. */
  readonly isOfItsHosts: (annotation: string) => boolean;
}

type Annotations = Readonly<Record<string, string>>;

/** Which requests without TLS are sent on to HTTPS. */
export type Redirects = 'all' | 'none' | 'whereTls' | 'unknown';

const ANY: Controller = {
  pathsOf: () => undefined, redirectsToSlash: false, keepsHostsApart: false, redirects: () => 'unknown', canary: () => undefined, isKnown: () => false, isOfItsHosts: () => false,
};

const OF_NGINX = 'nginx.ingress.kubernetes.io/';

/** What leaves everything as it is. */
const PLAIN: Annotations = {
  'use-regex': 'false',
  'enable-cors': 'false',
  'ssl-passthrough': 'false',
  'from-to-www-redirect': 'false',
  'backend-protocol': 'HTTP',
};

const REDIRECTING = ['ssl-redirect', 'force-ssl-redirect'];

/** Those that bring in other hosts. */
const OF_OTHER_HOSTS = ['server-alias', 'from-to-www-redirect'];

/**
 * The NGINX controller of Kubernetes.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/tls/
 */
const INGRESS_NGINX: Controller = {
  labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
  pathsOf: path => /^\/[\w./~-]*$/.test(path) ? prefix(path) : undefined,
  redirectsToSlash: true,
  keepsHostsApart: true,
  redirects: all => all[`${OF_NGINX}force-ssl-redirect`] === 'true' ? 'all' : all[`${OF_NGINX}ssl-redirect`] === 'false' ? 'none' : 'whereTls',
  canary: shapingOf,
  isKnown: (annotation, value) => {
    const isOfCanary = isUnderstood(annotation, value);
    if (isOfCanary !== undefined) return isOfCanary;
    const name = annotation.startsWith(OF_NGINX) ? annotation.slice(OF_NGINX.length) : '';
    return (Object.hasOwn(PLAIN, name) && PLAIN[name] === value) || (REDIRECTING.includes(name) && ['true', 'false'].includes(value));
  },
  isOfItsHosts: annotation => !OF_OTHER_HOSTS.some(name => annotation === OF_NGINX + name),
};

const CONTROLLERS: Readonly<Record<string, Controller>> = { 'k8s.io/ingress-nginx': INGRESS_NGINX };

export interface Class {
  readonly name: string;
  readonly isDefault: boolean;
  readonly controller: Controller;
  /** That it says more to its controller than is understood. */
  readonly doubt?: Doubt;
}

export function classOf({ fields, name }: ReadObject): Class {
  const [metadata, spec] = ['metadata', 'spec'].map(field => fields.field(field));
  labels(metadata.field('labels'));
  const marks = annotations(metadata.field('annotations'));
  const controller = spec.field('controller').text() ?? '';
  const parameters = spec.field('parameters');
  if (parameters.isSaid) parameters.doubt('what the controller makes of its parameters is not known');
  const [doubt] = fields.doubts();
  return {
    name,
    isDefault: marks['ingressclass.kubernetes.io/is-default-class'] === 'true',
    controller: Object.hasOwn(CONTROLLERS, controller) ? CONTROLLERS[controller] : ANY,
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** Of a class that is not there, or more than once, nobody knows who has it. */
export function controllerOf(className: string | undefined, classes: readonly Class[]): Controller {
  const [one, ...others] = classes.filter(({ name }) => name === className);
  return one === undefined || others.length > 0 ? ANY : one.controller;
}
