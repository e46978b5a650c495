import { answerTo, differencesOf } from './comparing';
import { worldText } from './worlds';

/** Explains a request among as many Services, or compares two versions of them, and prints the peak memory of this process in megabytes. */
const [what, count] = process.argv.slice(2);
const services = Number(count);
const told = what === 'explain' ? answerTo('istio', worldText('istio', services), services)
  : differencesOf('istio', worldText('istio', services), worldText('istio', services, true)).differences.length;
console.log(process.resourceUsage().maxRSS / 1024, told);
