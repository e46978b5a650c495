export { type Account, World, type WorldOptions } from './world';
export type { NotMigrated } from './beside';
export type { Membership } from './meshes';
export type { Named } from '../../reading/cluster/object';
export type { Enforcement, IngressBackend } from './osm';
export type { Probe } from '../../reading/cluster/probes';
export type { Scrape } from '../../reading/cluster/scrape';
export { type Service, type ServicePort, speechOf } from '../../reading/cluster/service';
export { type ContainerPort, lasting, type PortRange, type Workload } from '../../reading/cluster/workload';
