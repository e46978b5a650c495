import { answerTo, differencesOf, parse } from './comparing';
import { worldText } from './worlds';

/** Parses as many Services, explains a request among them, or compares two versions of them, and prints the peak memory of this process in megabytes. */
const [what, count] = process.argv.slice(2);
const services = Number(count);
const text = worldText('istio', services);
const told = what === 'parse' ? parse(text).length
  : what === 'explain' ? answerTo('istio', text, services)
    : differencesOf('istio', text, worldText('istio', services, true)).differences.length;
console.log(process.resourceUsage().maxRSS / 1024, told);
