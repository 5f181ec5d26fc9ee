import { appendFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/*
 * For `--import`: appends to the file named in LOADED_FILES, when this process or thread ends, the URL of every module that it has loaded,
 * imported or required.
 */
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});

process.once('exit', () => {
  for (const path of Object.keys(createRequire(import.meta.url).cache)) loaded.add(pathToFileURL(path).href);
  appendFileSync(process.env.LOADED_FILES ?? '', [...loaded, ''].join('\n'));
});
