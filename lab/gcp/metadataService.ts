import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instance } from './instances.ts';
import { lastOf } from './names.ts';
import { PROJECT_NUMBER } from './refusal.ts';

const ROOT = '/computeMetadata/v1/';

/**
 * What an instance can ask about itself: a part of https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys.
 * Without `Metadata-Flavor: Google`, or through a proxy, nothing is told: https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
export function answerMetadata(instance: Instance, project: string, request: IncomingMessage, response: ServerResponse): void {
  const answer = (status: number, text: string): void =>
    void response.writeHead(status, { 'content-type': 'application/text', 'metadata-flavor': 'Google', server: 'Metadata Server for VM' }).end(text);
  if (request.headers['metadata-flavor'] !== 'Google' || request.headers['x-forwarded-for'] !== undefined) {
    return answer(403, 'Missing required header "Metadata-Flavor": "Google"');
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://metadata.google.internal');
  if (request.method !== 'GET' || !pathname.startsWith(ROOT) || search !== '') return answer(404, 'This metadata server has no such path.');
  const value = valueOf(instance, project, pathname.slice(ROOT.length));
  return value === undefined ? answer(404, 'The requested URL was not found on this server.') : answer(200, value);
}

function valueOf(instance: Instance, project: string, path: string): string | undefined {
  const key = /^instance\/attributes\/([^/]+)$/.exec(path)?.[1];
  if (key !== undefined) return instance.metadata.find((item) => item.key === decodeURIComponent(key))?.value;
  const known: Readonly<Record<string, string>> = {
    'instance/attributes/': instance.metadata.map((item) => `${item.key}\n`).join(''),
    'instance/id': instance.id,
    'instance/name': lastOf(instance.name),
    'instance/zone': `projects/${PROJECT_NUMBER}/zones/${lastOf(instance.zone)}`,
    'instance/machine-type': `projects/${PROJECT_NUMBER}/machineTypes/${lastOf(instance.machineType)}`,
    'instance/network-interfaces/0/ip': instance.address,
    'project/project-id': project,
    'project/numeric-project-id': PROJECT_NUMBER,
  };
  return known[path];
}
