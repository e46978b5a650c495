/** What is used of refa: nothing else of it is linked in. */
export { CharSet, DFA, isDisjointWith, NFA, TooManyNodesError } from 'refa';
