import { smiIn, smiText } from './reading';

/** Reads the SMI of as many services, keeps what is read, and prints the peak memory of this process in megabytes. */
const read = smiIn(smiText(Number(process.argv[2])));
console.log(process.resourceUsage().maxRSS / 1024, read.length);
