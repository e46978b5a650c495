import type { PolicedGateway } from './gateway-access';
import type { ServiceFacts } from './service-facts';

/** Whose tokens say who sends a request to a workload. A request without a token stays what it is: policies demand one. */
export interface JwtAuthenticationModel {
  /** Base of the names of all objects. */
  readonly name: string;
  readonly namespace: string;
  readonly workload: TokenWorkload;
  /** Each once, sorted; never empty. */
  readonly issuers: readonly TokenIssuer[];
}

export interface TokenWorkload {
  /** Where the requests pass, if that is what asks for tokens; then nothing else is said of a workload. */
  readonly gateway?: PolicedGateway;
  /** Absent for pods without a Service, and for gateways. */
  readonly service?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  /** Where it is some of the pods of the Service: the labels, among those of `podSelector`, that only they have. */
  readonly subset?: Readonly<Record<string, string>>;
  /** What the Service says of itself, if that is known. */
  readonly facts?: ServiceFacts;
}

export interface TokenIssuer {
  readonly issuer: string;
  readonly keys: TokenKeys;
  /** For whom a token has to be, any of these; empty for tokens for anyone. */
  readonly audiences: readonly string[];
  /** Where tokens are; empty for where they usually are. */
  readonly locations: readonly TokenLocation[];
  /** Whether the pods get the token, too. */
  readonly forward: boolean;
}

/** Where the keys of an issuer are; `discovery` is that its own discovery document says it. */
export type TokenKeys =
  | { readonly kind: 'discovery' }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'inline'; readonly jwks: string };

export type TokenLocation =
  | { readonly kind: 'header'; readonly name: string; readonly prefix?: string }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string };
