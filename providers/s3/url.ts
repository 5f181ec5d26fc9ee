/** Every byte that is not unreserved is escaped, as S3's own canonical form does; slashes part the path. */
export function plainUrl(endpoint: string, bucket: string, key: string): string {
  return `${endpoint}/${bucket}/${key.split('/').map(escaped).join('/')}`;
}

/** A URL parser folds `.` and `..` away, however they are escaped: no URL reaches such a key. */
export function fitsUrl(key: string): boolean {
  return key.split('/').every((segment) => segment !== '.' && segment !== '..');
}

function escaped(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}
