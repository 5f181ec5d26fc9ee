/** A file or path name for any text: readable, and two texts never share one. Colons stay out for the sake of URLs and PATHs. */
export function safeName(text: string): string {
  return encodeURIComponent(text.replaceAll('/', '_')).replaceAll('%', '~');
}
