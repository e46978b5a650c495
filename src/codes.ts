/**
 * Every error and every warning of the library, by its code. docs/errors.md has a section for each, and
 * test/errors.test.ts provokes each.
 *
 * A code is one kind of mistake, for which there is one remedy. People search for codes and keep lists of them: none is
 * ever renumbered, and that of an error which is gone is not given to another one.
 *
 * 1xxx  misuse, thrown where it is written: 10xx values, 11xx services and matches, 12xx targets, 13xx routes and
 *       releases, 14xx what happens to requests, 15xx policies, 16xx exposures
 * 2xxx  what a target cannot express
 * 3xxx  conflicts between constructs
 * 4xxx  what an API server would refuse
 * 5xxx  what does not fit to other manifests
 * 6xxx  the command line
 */
export const CODES = {
  MESH1001: 'A value is of the wrong type',
  MESH1002: 'A property is missing',
  MESH1003: 'A property is unknown',
  MESH1004: 'A list is empty',
  MESH1005: 'Properties exclude each other',
  MESH1006: 'A property needs another one',
  MESH1007: 'A name is not valid',
  MESH1008: 'A label or an annotation is not valid',
  MESH1009: 'A host is not valid',
  MESH1010: 'A port number is not valid',
  MESH1011: 'A number is out of range',
  MESH1012: 'A duration is not valid',
  MESH1013: 'A block of addresses is not valid',
  MESH1014: 'An exception is no part of the block',
  MESH1015: 'A regular expression is not valid',
  MESH1016: 'An object is not made by its factory',

  MESH1101: 'A Service has no port',
  MESH1102: 'A Service lacks the port',
  MESH1103: 'A port is given twice',
  MESH1104: 'A target port is known by its name only',
  MESH1105: 'A variant of several ports cannot have one of its own',
  MESH1106: 'A selector has no labels',
  MESH1107: 'A construct is of another kind',
  MESH1108: 'The ServiceAccount of a client is unknown',
  MESH1109: 'A SPIFFE id is not valid',
  MESH1110: 'A match has no condition',
  MESH1111: 'A path is not valid',
  MESH1112: 'A path is not normalized',
  MESH1113: 'A path template has no element in braces',
  MESH1114: 'An HTTP method is unknown',
  MESH1115: 'The name of a header or of a query parameter is not valid',
  MESH1116: 'The value of a header or of a query parameter is not valid',
  MESH1117: 'A header or a query parameter has two conditions',
  MESH1118: 'A cookie is not valid',
  MESH1119: 'A match has several conditions on cookies',
  MESH1120: 'The name of a gRPC service or method is not valid',

  MESH1201: 'There is no target',
  MESH1202: 'Targets are added too late',
  MESH1203: 'Two targets have the same id',
  MESH1204: 'The id of a target is not valid',
  MESH1205: 'An option is for another mesh',
  MESH1206: 'A trust domain is not valid',
  MESH1207: 'A second layer has nothing above it',
  MESH1208: 'A second layer would let in more',
  MESH1209: 'A construct stands in no chart',
  MESH1210: 'A chart without an app has several targets',

  MESH1301: 'A release has no canary',
  MESH1302: 'The weight of a canary is not valid',
  MESH1303: 'The weights of the canaries are more than 100 percent',
  MESH1304: 'The weight of a backend is not valid',
  MESH1305: 'All weights of a rule are 0',
  MESH1306: 'A rule sends its requests nowhere',
  MESH1307: 'A rule is never reached',
  MESH1308: 'Two rules have the same match',
  MESH1309: 'Two rules have the same name',
  MESH1310: 'A backend is named twice',
  MESH1311: 'A backend has no port for the traffic',
  MESH1312: 'No port takes the match',
  MESH1313: 'A port without requests has handling of requests',
  MESH1314: 'A path prefix is replaced that need not be there',

  MESH1401: 'A setting says nothing',
  MESH1402: 'A try may take longer than its request',
  MESH1403: 'Nothing is tried again',
  MESH1404: 'A header is changed twice',
  MESH1405: 'The code of a redirect is not valid',
  MESH1406: 'The scheme of a redirect is not valid',
  MESH1407: 'An origin is not valid',
  MESH1408: 'Credentials go with no star',
  MESH1409: 'The host is changed as a header',

  MESH1501: 'The namespace of a policy is unknown',
  MESH1502: 'A policy stands in another namespace than its pods',
  MESH1503: 'A policy is given hosts',
  MESH1504: 'An exception stands beside a source without an identity',
  MESH1505: 'An exception is no identity',
  MESH1506: 'Requests cannot be told apart on a port',
  MESH1507: 'A probe has no HTTP port',
  MESH1508: 'A port of the pods speaks two protocols',

  MESH1601: 'Nothing is exposed',
  MESH1602: 'It is not said which port is exposed',
  MESH1603: 'The exposed port has no rule',
  MESH1604: 'The exposed port speaks a protocol without hosts',
  MESH1605: 'The TLS of an exposure is not that of its port',
  MESH1606: 'TLS that is passed through is given to the backend as well',
  MESH1607: 'An exposure has no hostnames',

  MESH2001: 'A target cannot express a route',
  MESH2002: 'A target cannot express an access policy',
  MESH2003: 'A target cannot express mutual TLS',
  MESH2004: 'A target cannot express an egress policy',
  MESH2005: 'A target cannot express the default of a namespace',
  MESH2006: 'A target cannot express an exposure',
  MESH2101: 'Something was left out of a route',

  MESH3001: 'Two constructs define the same',
  MESH3002: 'Two exposures take the same requests',
  MESH3003: 'Two constructs make the same object',
  MESH3004: 'The chart of a target would have the id of something else',

  MESH4001: 'A manifest is too big, or not data',
  MESH4002: 'The kind is not served',
  MESH4003: 'The metadata is not valid',
  MESH4004: 'A field is unknown',
  MESH4005: 'A field is missing',
  MESH4006: 'A field is of the wrong type',
  MESH4007: 'A field is none of its choices',
  MESH4008: 'A field has the wrong format',
  MESH4009: 'A field does not match its pattern',
  MESH4010: 'A field is too long or too short',
  MESH4011: 'A field is out of range',
  MESH4012: 'An item is there twice',
  MESH4013: 'A field fits none of its alternatives',
  MESH4014: 'A rule of the CRD does not hold',
  MESH4015: 'A rule of the CRD cannot be evaluated',
  MESH4101: 'A manifest needs the experimental channel of Gateway API',
  MESH4102: 'An object cannot be rendered',

  MESH5001: 'A backend does not exist',
  MESH5002: 'The Service that is routed does not exist',
  MESH5003: 'A Service does not have the port that is referred to',
  MESH5004: 'A backend in another namespace has no ReferenceGrant',
  MESH5005: 'No pod runs as a ServiceAccount',
  MESH5006: 'A selector matches no pod',
  MESH5007: 'Two policies contradict each other',

  MESH6001: 'The command is called in another way',
  MESH6002: 'A file cannot be read',
  MESH6003: 'A document is no YAML and no JSON',
  MESH6004: 'A document is too deep, or refers to too much',
  MESH6005: 'A document is no manifest',
} as const;

export type Code = keyof typeof CODES;
