import { DOCUMENT, type Method } from './document.ts';
import { matches } from './check.ts';
import { METHODS, type MethodId } from './methods.ts';
import { Refusal, refusals } from './refusal.ts';

/** A request whose parameters fit the document. */
export interface Routed {
  readonly id: MethodId;
  readonly method: Method;
  /** Those of the path and those of the query. */
  readonly parameters: Readonly<Record<string, string>>;
}

const METHOD_IDS: readonly MethodId[] = METHODS;
const ROUTES = METHOD_IDS.map((id) => {
  const method = DOCUMENT.methods[id];
  if (!method) throw new Error(`compute.v1.json has no ${id}: run extract.ts again`);
  return { id, method, parts: `/${DOCUMENT.header.servicePath}${method.path}`.split('/') };
  // What a path says literally comes before what may be any name.
}).toSorted((a, b) => parametersIn(a.parts) - parametersIn(b.parts));

/**
 * Accepted beyond the document's parameters: revision 20261106, and Google's client for JavaScript made from it, recommend this one in
 * the descriptions of lists and no longer list it; earlier revisions had it, and their clients send it.
 */
const UNLISTED: Readonly<Record<string, RegExp>> = { returnPartialSuccess: /list$/i };
/** Those that change nothing in an answer here. */
const PASSED_OVER = ['alt', '$alt', 'prettyPrint', '$prettyPrint', 'quotaUser', 'userIp', '$.xgafv', 'key', 'uploadType', 'upload_protocol'];

/** The method that a request asks for. Throws a Refusal when there is none, or when a parameter does not fit. */
export function routed(httpMethod: string, url: URL): Routed {
  const parts = url.pathname.split('/');
  const found = ROUTES.find(({ method, parts: wanted }) => method.httpMethod === httpMethod && fits(wanted, parts));
  if (!found) throw new Refusal(404, 'notFound', `This lab has no ${httpMethod} ${url.pathname}: Google may have it, lab/gcp/methods.ts does not list it`);
  const { id, method, parts: wanted } = found;
  const parameters: Record<string, string> = {};
  for (const [index, name] of wanted.entries()) {
    if (name.startsWith('{')) parameters[name.slice(1, -1)] = decodeURIComponent(parts[index] ?? '');
  }
  for (const [name, value] of url.searchParams) {
    if (parameters[name] !== undefined) throw refusals.invalid(name, value, 'It was given twice.');
    const known = method.parameters[name]?.location === 'query' || UNLISTED[name]?.test(id);
    if (!known && !PASSED_OVER.includes(name)) {
      if (DOCUMENT.parameters[name]) throw refusals.invalid(name, value, 'Google knows this parameter, this lab does not.');
      throw refusals.problems([
        {
          reason: 'invalid',
          path: name,
          message: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
        },
      ]);
    }
    if (name === 'alt' && value !== 'json') throw refusals.invalid(name, value, 'This lab answers json only.');
    if (known) parameters[name] = value;
  }
  checkParameters(method, parameters);
  return { id, method, parameters };
}

function checkParameters({ parameters: known }: Method, given: Readonly<Record<string, string>>): void {
  for (const [name, { type, format, pattern, enum: allowed, required }] of Object.entries(known)) {
    const value = given[name];
    if (value === undefined || value === '') {
      if (required) throw refusals.required(name);
      continue;
    }
    if (pattern !== undefined && !matches(pattern, value)) throw refusals.invalid(name, value, `Must be a match of regex '${pattern}'`);
    if (allowed && !allowed.includes(value)) throw refusals.invalid(name, value, `Must be one of [${allowed.join(', ')}]`);
    if (type === 'boolean' && !/^(true|false)$/.test(value)) throw refusals.invalid(name, value, 'Must be true or false');
    if (type === 'integer' && !(format === 'uint32' ? /^\d{1,9}$/ : /^-?\d{1,9}$/).test(value)) throw refusals.invalid(name, value, 'Must be a whole number');
  }
}

function parametersIn(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith('{')).length;
}

function fits(wanted: readonly string[], parts: readonly string[]): boolean {
  return wanted.length === parts.length && wanted.every((each, index) => (each.startsWith('{') ? parts[index] !== '' : each === parts[index]));
}
