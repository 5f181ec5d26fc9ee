import type { IncomingHttpHeaders } from 'node:http';
import type { ReceivedCall } from '../admin.ts';
import type { Faults, How } from '../faults.ts';
import { checkApiVersion } from './apiVersions.ts';
import type { Answer, Handler } from './ask.ts';
import { ArmError } from './armError.ts';
import type { Buckets } from './buckets.ts';
import type { Cloud } from './cloud.ts';
import { denied, refusalOf } from './faultAnswer.ts';
import { handlers } from './handlers.ts';
import { actionOf, allows } from './identity/actions.ts';
import { linkDenied, linksOf } from './identity/linked.ts';
import type { Tokens } from './identity/tokens.ts';
import { at, flat } from './json.ts';
import { check } from './models/check.ts';
import type { Described } from './models/description.ts';
import { refuseRequest } from './models/refuse.ts';
import { Routes } from './models/route.ts';
import { operationRoute } from './operationStatus.ts';
import { resourcesRoute } from './resources/routes.ts';

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Dispatched {
  /** What it is called, for faults and for the record. */
  readonly call: string;
  readonly fault?: How;
  /** Refusals are thrown. */
  answer(): Promise<Answer>;
}

interface DispatcherParts {
  readonly cloud: Cloud;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly calls: ReceivedCall[];
  readonly buckets: Buckets;
}

interface Meant {
  readonly id: string;
  readonly provider?: NonNullable<Parameters<typeof checkApiVersion>[1]>;
  readonly params: Readonly<Record<string, string>>;
  readonly handle: Handler | undefined;
  readonly operation?: Described;
}

/** Azure Resource Manager: from a request to its answer. */
export class Dispatcher {
  readonly #routes = new Routes();
  readonly #cloud: Cloud;
  readonly #tokens: Tokens;
  readonly #faults: Faults;
  readonly #calls: ReceivedCall[];

  readonly #buckets: Buckets;
  readonly #used = new Set<string>();

  constructor({ cloud, tokens, faults, calls, buckets }: DispatcherParts) {
    this.#buckets = buckets;
    this.#cloud = cloud;
    this.#tokens = tokens;
    this.#faults = faults;
    this.#calls = calls;
  }

  dispatch(received: Received): Dispatched {
    const { method, url } = received;
    const meant = this.#meaning(method, url.pathname);
    const body = parsed(received.body);
    const call = meant?.id ?? `${method} ${url.pathname}`;
    const zone = this.#zoneOf(meant, body);
    const asked = { call, ...(zone !== undefined && { zone }), fields: { ...Object.fromEntries(url.searchParams), ...meant?.params, ...flat(body) } };
    this.#calls.push({ ...asked, at: Date.now() });
    const fault = this.#faults.meet(asked);
    return { call, ...(fault && { fault }), answer: () => this.#answer(received, meant, body, fault) };
  }

  async #answer({ method, url, headers }: Received, meant: Meant | undefined, body: unknown, fault: How | undefined): Promise<Answer> {
    const action = actionOf(method, url.pathname);
    const refusal = refusalOf(fault, this.#tokens, method, action, url.pathname);
    if (refusal) throw refusal;
    const principal = this.#tokens.check(headers.authorization);
    const remaining = this.#buckets.take(method, principal.clientId);
    if (body instanceof SyntaxError)
      throw new ArmError(400, 'InvalidRequestContent', `The request content was invalid and could not be deserialized: '${body.message}'.`);
    if (!meant) throw new ArmError(404, 'InvalidResourceType', `The resource type could not be found for '${method} ${url.pathname}'.`);
    const { subscriptionId } = meant.params;
    if (subscriptionId !== undefined && subscriptionId !== this.#cloud.subscription)
      throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
    checkApiVersion(url.searchParams.get('api-version'), meant.provider, meant.operation?.apiVersion);
    if (!allows(principal.actions, action)) throw denied(principal.objectId, action, url.pathname);
    this.#used.add(action);
    if (!meant.handle) throw new ArmError(501, 'NotImplemented', `The lab does not do ${meant.id}.`);
    const { operation } = meant;
    const value = operation?.requestBody ? checkedBody(operation, operation.requestBody, body) : body;
    for (const link of linksOf(meant.id, value)) {
      if (!allows(principal.actions, link.action)) throw linkDenied(principal.objectId, action, url.pathname, link);
      this.#used.add(link.action);
    }
    const ask = { cloud: this.#cloud, params: meant.params, query: url.searchParams, url, headers, body: value, principal, ...(fault && { fault }) };
    const answer = await meant.handle(ask);
    if (operation) checkAnswer(operation, answer);
    return { ...answer, headers: { ...remaining, ...answer.headers } };
  }

  /** Every right that a request has needed and had, in order of the alphabet: what a role needs at the least. */
  get usedActions(): string[] {
    return [...this.#used].toSorted();
  }

  #meaning(method: string, path: string): Meant | undefined {
    const found = this.#routes.find(method, path);
    if (found) {
      const { operation, params } = found;
      return { id: operation.id, provider: operation.provider, params, handle: handlers[operation.id], operation };
    }
    const resources = resourcesRoute(method, path);
    return resources ? { provider: 'Microsoft.Resources', ...resources } : operationRoute(method, path);
  }

  /** Of what is to be made, or of the machine that it is about. */
  #zoneOf(meant: Meant | undefined, body: unknown): string | undefined {
    const zone = at(body, 'zones');
    if (Array.isArray(zone) && typeof zone[0] === 'string') return zone[0];
    const { resourceGroupName = '', vmName } = meant?.params ?? {};
    return vmName === undefined ? undefined : this.#cloud.vms.get(this.#cloud.id(resourceGroupName, 'Microsoft.Compute/virtualMachines', vmName))?.zones?.[0];
  }
}

function checkedBody({ provider, models }: Described, mapper: NonNullable<Described['requestBody']>, body: unknown): unknown {
  if (body === undefined) throw new ArmError(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized: it is empty.');
  const { value, findings } = check(body, mapper, models, 'request');
  if (findings.length > 0) throw refuseRequest(provider, findings);
  return value;
}

/** An answer that Microsoft's description does not know would be a fault of the lab, and is not sent. */
export function checkAnswer({ id, answers, models }: Described, { status, body }: Answer): void {
  const known = String(status) in answers;
  const mapper = answers[String(status)];
  const findings = mapper && body !== undefined ? check(JSON.parse(JSON.stringify(body)), mapper, models, 'answer').findings : [];
  if (!known || findings.length > 0 || (!mapper && body !== undefined))
    throw new Error(`the lab's answer ${status} to ${id} is not as Microsoft describes it: ${findings.map(({ path, text }) => `${path}: ${text}`).join('; ')}`);
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(String(error));
  }
}
