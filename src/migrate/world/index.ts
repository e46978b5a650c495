export { type Account, World, type WorldOptions } from './world';
export type { NotMigrated } from './beside';
export type { Membership } from './meshes';
export type { Named } from './object';
export type { Enforcement, IngressBackend } from './osm';
export type { Probe } from './probes';
export type { Scrape } from './scrape';
export { type Service, type ServicePort, speechOf } from './service';
export { type ContainerPort, lasting, type PortRange, type Workload } from './workload';
