export { print } from './print';
export { run } from './run';
export { call, commented, constant, construct, LeftOut, member, methodCall, type Node, type Program, type ProgramChart, type Statement, withheld, type Written } from './tree';
