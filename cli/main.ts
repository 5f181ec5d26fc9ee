import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Half of what the start of a command costs is the compiling of its modules: that is done once and kept.
enableCompileCache(join(import.meta.dirname, '..', '.muster', 'compile'));
await import('./program.ts');
