import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const places: string[] = [];

/** Remembers where the sites of a stand lie, for the message of a test that fails: the files are gone afterwards. */
export function rememberSites(stateFolder: string): void {
  places.push(join(stateFolder, 'sites'));
}

/** What the sites' own files say of everything that does not run, in a few lines. */
export function troubles(): string {
  const states = places.flatMap((place) => globSync(join(place, '*', '*', '*', '*', '*', 'state.json')));
  return states
    .map((file) => ({ file, state: readFileSync(file, 'utf8').trim() }))
    .filter(({ state }) => !state.includes('"state":"running"'))
    .map(({ file, state }) => `\n${file}: ${state}`)
    .join('');
}
