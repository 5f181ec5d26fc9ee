/** Something that the user can put right: printed in one line, exit 2, no stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** Mistakes in files: lines of `file:line:column: message`, which editors and other programs read. Printed as they are. */
export class FileProblems extends UserError {
  override readonly name = 'FileProblems';
}

/** Exit codes of `run` and `demo`; other commands give 0, 1 or 2. */
export const EXIT = { passed: 0, failed: 10, inconclusive: 11, aborted: 12, skipped: 13, usage: 2, broken: 1 } as const;

/** Whoever followed a run went away before it ended, so that nothing is said of its verdict: as shells say it of Ctrl-C. */
export const INTERRUPTED = 130;
