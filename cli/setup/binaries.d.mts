/** Path of the Temporal CLI (it holds the development server): 1.9 or newer from the PATH, else the pinned one. Throws a one-line error when set-up has not run. */
export function temporalBinary(): string;

/** Path of the pinned time-skipping test server. Throws a one-line error when set-up has not run. */
export function testServerBinary(): string;
