import type { Answer } from './upstream.ts';
import { errorXml } from './xml.ts';

const MOST_BYTES = 16_384;

/** EC2 counts it before base64. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
export function refusedUserData(form: URLSearchParams): Answer | undefined {
  const encoded = form.get('UserData') ?? form.get('UserData.Value');
  if (encoded === null || Buffer.from(encoded, 'base64').length <= MOST_BYTES) return undefined;
  return { status: 400, body: errorXml('InvalidParameterValue', `User data is limited to ${MOST_BYTES} bytes`) };
}

/** A change of user-data as the server behind reads it: it decodes twice what EC2 decodes once. */
export function asUpstreamReads(form: URLSearchParams): URLSearchParams {
  const value = form.get('UserData.Value');
  if (value === null) return form;
  const next = new URLSearchParams(form);
  next.set('UserData.Value', Buffer.from(value).toString('base64'));
  return next;
}
