import type { SmiMesh } from './meshes';
import type { Rule } from './tree';
import type { Reach } from '../../../model/regex-whole';

/** How a match of an HTTPRouteGroup is read. */
export interface MatchReading {
  /**
   * What of a path an expression has to match. Traefik puts it behind a slash of its own. The adapter for Istio takes it for a path,
   * with a star at its start or end.
   */
  readonly path: Reach | 'afterSlash' | 'literal';
  /** What a path `*` is, which is no expression. */
  readonly star: 'everything' | 'unknown';
  /** What of the value of a header an expression has to match. */
  readonly header: Reach | 'unread';
}

/** How TrafficTargets are read. */
export interface AccessReading {
  /** Where matches are not read, all requests are allowed. */
  readonly match: MatchReading | 'unread';
  /** Whose namespace a subject without one has. */
  readonly unsaidNamespace: 'own' | 'nobody';
  /** Whether IdentityBindings are read. No mesh ever did. */
  readonly bindings: boolean;
  /** Whether one is read that is in another namespace than its destination. */
  readonly elsewhere: boolean;
  /** Kinds of rules that are read. A rule of another kind makes the whole target mean nothing. */
  readonly kinds: readonly Rule['kind'][];
  /** What comes of a rule that names what is not there. */
  readonly missing: 'nothing' | 'passedOver' | 'noPorts';
  readonly noRules: 'nothing' | 'read';
  /** Which requests a target without an HTTPRouteGroup allows. */
  readonly noGroup: 'nothing' | 'everything';
  /** Which matches of a group a rule stands for that names none. */
  readonly noMatches: 'nothing' | 'everything';
  /** What lets connections to a port that speaks no HTTP. */
  readonly connections: 'TCPRoute' | 'always' | 'never';
  /** Whether the ports of TCPRoutes are read. */
  readonly ports: boolean;
  readonly destinationPort: boolean;
  /** Whether connections are let in whoever makes them. */
  readonly anyoneConnects: boolean;
  /** Whether a source may make all its requests on all its ports, whichever target allows them. */
  readonly perSource: boolean;
  /** Whether a match without conditions says nothing beside others that have some. */
  readonly emptyMatches: 'everything' | 'nothingBesideOthers';
  /** Of several that match a request and do not let in the same clients, whether one decides, in no certain order. */
  readonly firstOf?: 'matches' | 'targets';
}

/** How TrafficSplits are read. */
export interface SplitReading {
  readonly match: MatchReading | 'unread' | 'unknown';
  /** How the names of Services may be written; otherwise the split says nothing. */
  readonly root: 'name' | 'host' | 'any';
  readonly backend: 'name' | 'any';
  /** What holds of several for one Service: first those with matches, then one without; or nobody knows. */
  readonly several: 'matchesFirst' | 'unknown';
}

export interface SmiReading {
  readonly title: string;
  /** Absent where TrafficTargets have no effect. */
  readonly access?: AccessReading;
  /** Whether TrafficTargets are enforced: always, or where an option of the mesh says so. */
  readonly enforced: 'always' | 'option' | 'never';
  readonly splits?: SplitReading;
}

/** As Envoy does it for Open Service Mesh. */
export const WHOLE: MatchReading = { path: 'whole', star: 'unknown', header: 'whole' };
const FROM_START: MatchReading = { path: 'start', star: 'unknown', header: 'part' };
/** Its source is closed: this is what its documentation and examples say. */
const ANYWHERE: MatchReading = { path: 'part', star: 'everything', header: 'part' };
const BEHIND_SLASH: MatchReading = { path: 'afterSlash', star: 'unknown', header: 'part' };

const SPECIFIED: AccessReading = {
  match: FROM_START,
  unsaidNamespace: 'own',
  bindings: true,
  elsewhere: true,
  kinds: ['HTTPRouteGroup', 'TCPRoute', 'UDPRoute'],
  missing: 'passedOver',
  noRules: 'nothing',
  noGroup: 'nothing',
  noMatches: 'everything',
  connections: 'TCPRoute',
  ports: true,
  destinationPort: true,
  anyoneConnects: false,
  perSource: false,
  emptyMatches: 'everything',
};

/** How each mesh reads SMI, from its source unless it says otherwise. `docs/traps/` has the places. */
export const READINGS: { readonly [Mesh in SmiMesh]: SmiReading } = {
  'spec': { title: 'the specification', enforced: 'always', access: SPECIFIED, splits: { match: FROM_START, root: 'any', backend: 'any', several: 'unknown' } },
  'osm': {
    title: 'Open Service Mesh',
    enforced: 'option',
    access: {
      ...SPECIFIED,
      match: WHOLE,
      unsaidNamespace: 'nobody',
      bindings: false,
      elsewhere: false,
      kinds: ['HTTPRouteGroup', 'TCPRoute'],
      missing: 'noPorts',
      noMatches: 'nothing',
      connections: 'always',
      destinationPort: false,
      perSource: true,
      firstOf: 'matches',
    },
    // With matches, they are read by Flomesh, which went on from there.
    splits: { match: WHOLE, root: 'host', backend: 'name', several: 'unknown' },
  },
  'nginx': {
    title: 'NGINX Service Mesh',
    enforced: 'option',
    access: { ...SPECIFIED, match: ANYWHERE, bindings: false },
    splits: { match: ANYWHERE, root: 'name', backend: 'name', several: 'unknown' },
  },
  'traefik': {
    title: 'Traefik Mesh',
    enforced: 'option',
    access: {
      ...SPECIFIED,
      match: BEHIND_SLASH,
      unsaidNamespace: 'nobody',
      bindings: false,
      kinds: ['HTTPRouteGroup', 'TCPRoute'],
      missing: 'nothing',
      noRules: 'read',
      noGroup: 'everything',
      ports: false,
      anyoneConnects: true,
      emptyMatches: 'nothingBesideOthers',
      firstOf: 'targets',
    },
    splits: { match: BEHIND_SLASH, root: 'name', backend: 'name', several: 'matchesFirst' },
  },
  // The adaptor writes ServiceProfiles of TrafficSplits, of the version without matches.
  'linkerd': { title: 'Linkerd', enforced: 'never', splits: { match: 'unread', root: 'name', backend: 'name', several: 'unknown' } },
  // Intentions between the Services that are called as the ServiceAccounts are.
  'consul': {
    title: 'Consul',
    enforced: 'option',
    access: { ...SPECIFIED, match: 'unread', bindings: false, noRules: 'read', connections: 'always', ports: false, destinationPort: false },
    splits: { match: 'unknown', root: 'name', backend: 'name', several: 'unknown' },
  },
  'istio-adapter': {
    title: 'the adapter for Istio',
    enforced: 'option',
    access: {
      ...SPECIFIED,
      match: { path: 'literal', star: 'everything', header: 'unread' },
      unsaidNamespace: 'nobody',
      bindings: false,
      elsewhere: false,
      kinds: ['HTTPRouteGroup'],
      missing: 'nothing',
      noMatches: 'nothing',
      connections: 'never',
    },
    splits: { match: 'unread', root: 'any', backend: 'any', several: 'unknown' },
  },
};
