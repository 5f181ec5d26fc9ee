import { printable } from './say.ts';

/** The library's words are about the grammar; these are about what was written. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'a text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " stands in this line, or the next line is indented wrongly; put a text that holds ": " in quotes',
  BLOCK_IN_FLOW: 'inside [ ] or { } a text that holds ": " needs quotes, and a list or mapping brackets of its own',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MULTILINE_IMPLICIT_KEY: 'a key must stand in one line, with a ":" after it; is one missing?',
  MULTIPLE_ANCHORS: 'a value can have one anchor (&name) only',
  MULTIPLE_TAGS: 'a value can have one tag (!name) only',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAB_AS_INDENT: 'a tab stands in the indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a tag (!name) means nothing here; leave it out',
};

export function saySyntax(code: string, message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  const [, end] = /(?:and end with a|expected flow \w+ to end with) (\S)$/.exec(line) ?? [];
  if (end !== undefined) return `a "${end}" is missing before here`;
  const [, quote] = /^Missing closing (['"])quote$/.exec(line) ?? [];
  if (quote !== undefined) return `a closing ${quote} is missing before here`;
  return WORDS[code] ?? `this is not YAML: ${printable(line.slice(0, 160))}`;
}
