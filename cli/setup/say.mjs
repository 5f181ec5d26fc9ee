/** Progress goes to stderr: stdout belongs to the command that set-up runs before. */
export function say(line) {
  process.stderr.write(`muster set-up: ${line}\n`);
}
