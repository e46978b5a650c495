import { registerFormats } from './format';
import { registerLists } from './lists';
import { registerMacros } from './macros';
import { registerNetwork } from './network';
import { Environment } from './package';
import { registerQuantity } from './quantity';
import { registerSemver } from './semver';
import { registerStandard } from './standard';
import { registerText } from './text';
import { registerUrl } from './url';

/**
 * The CEL of Kubernetes: what its package has, with the functions that Kubernetes adds.
 *
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */
export function kubernetesCel(): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'optional');
  REGISTRATIONS.forEach(register => register(environment));
  return environment;
}

const REGISTRATIONS = [
  registerStandard, registerMacros, registerText, registerLists, registerUrl, registerQuantity, registerNetwork, registerFormats, registerSemver,
];
